// Input of 401.bzip2: prose, then numeric records, then bytes that hardly compress; three kinds as in SPEC's inputs.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prose, random } from '../lib/generate.mjs';

function input(seed, bytes) {
  const rng = random(seed);
  const records = [];
  for (let size = 0; size < bytes / 4; ) {
    const line = `${String(rng.below(1e6)).padStart(8)} ${(rng.below(2000) / 16).toFixed(4)} ${'xyzw'[rng.below(4)].repeat(1 + rng.below(9))}\n`;
    records.push(line);
    size += line.length;
  }
  const noise = Buffer.from(Array.from({ length: bytes >> 2 }, () => rng.next() >>> 24));
  return Buffer.concat([Buffer.from(prose(rng, bytes / 2)), Buffer.from(records.join('')), noise]);
}

const directory = process.argv[2];
writeFileSync(join(directory, 'test.in'), input(401, 160_000));
writeFileSync(join(directory, 'ref.in'), input(4010, 2_600_000));
