// Input of 400.perlbench: the Lua script beside this file, and mailboxes of made-up messages.
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pick, prose, random, vocabulary } from '../lib/generate.mjs';

function mailbox(seed, messages) {
  const rng = random(seed);
  const words = vocabulary(rng, 3000);
  const names = vocabulary(rng, 60);
  const subjects = Array.from(
    { length: 1 + (messages >> 2) },
    () => `${pick(rng, words)} ${pick(rng, words)} & <${pick(rng, words)}>`,
  );
  let text = '';
  for (let i = 0; i < messages; i++) {
    const name = names[rng.below(names.length)];
    const subject = (rng.below(3) ? 'Re: ' : '') + subjects[rng.below(subjects.length)];
    text += `From: ${name}@${pick(rng, names)}\nTo: ${pick(rng, names)}@${pick(rng, names)}\nSubject: ${subject}\nX-Serial: ${i}\n\n`;
    text += `${prose(rng, 300 + rng.below(2500), words)}write to ${name}@${pick(rng, names)} if a < b & c > d\n----\n`;
  }
  return text;
}

const directory = process.argv[2];
copyFileSync(new URL('mail.lua', import.meta.url), join(directory, 'mail.lua'));
writeFileSync(join(directory, 'test.in'), mailbox(400, 20));
writeFileSync(join(directory, 'ref.in'), mailbox(4000, 400));
