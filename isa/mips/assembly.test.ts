// Disassembly against GNU objdump: of random instructions of every encoding.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Disassembler } from '../../src/disassembly.js';
import { generate } from '../../test/fuzz/mips.js';
import isa from './index.js';

const OBJDUMP = 'mips-linux-gnu-objdump';
const present = spawnSync(OBJDUMP, ['--version']).status === 0;
const BASE = 0x100000;
const NAMES = 'gpr-names=32,cp0-names=mips32r2,hwr-names=mips32r2';

const normalise = (text: string) =>
  text
    .replace(/\s*[#<].*$/, '')
    .replace(/\s+/g, ' ')
    .trim();

describe.skipIf(!present)(`as objdump prints it${present ? '' : ` (skipped: no ${OBJDUMP})`}`, () => {
  test('random instructions of every encoding', () => {
    const words = generate(8000, 42).flatMap(({ code }) => code);
    const view = new DataView(new ArrayBuffer(words.length * 4));
    words.forEach((word, n) => {
      view.setUint32(4 * n, word);
    });
    const directory = mkdtempSync(join(tmpdir(), 'objdump-'));
    const path = join(directory, 'words');
    writeFileSync(path, new Uint8Array(view.buffer));
    const options = ['-Dz', '-EB', '-b', 'binary', '-m', 'mips:isa32r2', '-M', NAMES, `--adjust-vma=${BASE}`, path];
    const { stdout } = spawnSync(OBJDUMP, options, { maxBuffer: 1 << 28 });
    rmSync(directory, { recursive: true });
    const disassembler = new Disassembler(isa);
    const differ: string[] = [];
    let lines = 0;
    for (const line of stdout.toString().split('\n')) {
      const found = /^ *([0-9a-f]+):\t([0-9a-f]{8}) *\t(.*)$/.exec(line);
      if (!found) continue;
      lines++;
      const [pc, word] = [found[1], found[2]].map((digits) => Number.parseInt(digits, 16));
      const ours = normalise(disassembler.text(disassembler.decode_word(word, 0, pc)));
      if (ours !== normalise(found[3])) differ.push(`${found[2]}: ${ours} | ${normalise(found[3])}`);
    }
    expect(differ).toEqual([]);
    expect(lines).toBe(words.length);
  });
});
