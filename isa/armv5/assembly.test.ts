// Disassembly against GNU objdump: of random instructions of every encoding, and of whole programs.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { code_ranges, Disassembler, disassemble } from '../../src/disassembly.js';
import { parse_elf } from '../../src/loader/index.js';
import { generate } from '../../test/fuzz/arm.js';
import isa from './index.js';

const OBJDUMP = 'arm-none-eabi-objdump';
const present = spawnSync(OBJDUMP, ['--version']).status === 0;
const reason = present ? '' : ` (skipped: no ${OBJDUMP})`;
const BASE = 0x100000;
const PROGRAMS = ['../../test-binaries/', '../../spec-bench/kernels/arm/'].flatMap((folder) => {
  const path = fileURLToPath(new URL(folder, import.meta.url));
  return readdirSync(path)
    .filter((name) => name.endsWith('.elf') && name !== 'no_sections.elf') // in which objdump sees nothing
    .map((name) => [name, join(path, name)]);
});
const plain = (address: number) => address.toString(16);
const disassembler = new Disassembler(isa);

/** One space between mnemonic and operands, no comments, no symbols: of several names for a place any will do. */
function normalise(text: string): string {
  return text
    .replace(/\s*[;@].*$/, '')
    .replace(/<.*>/, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Lines of objdump by address. */
function objdump(...options: string[]): Map<number, string> {
  const { stdout, stderr, status } = spawnSync(OBJDUMP, options, { maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(String(stderr));
  const lines = new Map<number, string>();
  for (const line of stdout.toString().split('\n')) {
    const found = /^ *([0-9a-f]+):\t([0-9a-f]+(?: [0-9a-f]{4})?) *\t(.*)$/.exec(line);
    if (found) lines.set(Number.parseInt(found[1], 16), normalise(found[3]));
  }
  return lines;
}

describe.skipIf(!present)(`as objdump prints it${reason}`, () => {
  test.each(['arm', 'thumb'])('random instructions of every encoding: %s', (set) => {
    const cases = generate(8000, 42).filter(({ name }) => name.startsWith(set) && !/sequence|loop|any|call/.test(name));
    const words = cases.map(({ entry, code }) => (set === 'arm' ? code[0] : (code[0] >>> ((entry & 2) * 8)) & 0xffff));
    const directory = mkdtempSync(join(tmpdir(), 'objdump-'));
    const bytes = set === 'arm' ? Uint32Array.from(words) : Uint16Array.from(words);
    writeFileSync(join(directory, 'words'), new Uint8Array(bytes.buffer));
    const options = set === 'arm' ? [] : ['-Mforce-thumb'];
    const theirs = objdump(
      '-Dz',
      '-b',
      'binary',
      '-m',
      'armv5te',
      ...options,
      `--adjust-vma=${BASE}`,
      join(directory, 'words'),
    );
    rmSync(directory, { recursive: true });
    const differ: string[] = [];
    for (const [n, word] of words.entries()) {
      const { name } = cases[n];
      // Halves of calls objdump shows as pairs, and of BKPT with a condition and of some coprocessors it makes nothing.
      if (/(prefix|suffix)$/.test(name) || (name === 'arm bkpt' && word >>> 28 !== 14)) continue;
      const pc = BASE + n * bytes.BYTES_PER_ELEMENT;
      if (name === 'arm undefined' && !/^(cdp|mcr|mrc)/.test(theirs.get(pc) ?? '')) continue;
      const ours = normalise(disassembler.text(disassembler.decode_word(word, set === 'arm' ? 0 : 1, pc)));
      if (ours !== theirs.get(pc)) differ.push(`${name} ${word.toString(16)}: ${ours} | ${theirs.get(pc)}`);
    }
    expect(differ).toEqual([]);
    expect(words.length).toBeGreaterThan(2000);
  });

  test.each(PROGRAMS)('%s', (_, path) => {
    const elf = readFileSync(path);
    const image = parse_elf(elf);
    const theirs = objdump('-dz', path);
    const differ: string[] = [];
    let same = 0;
    for (const range of code_ranges(image, elf)) {
      let prefix: { address: number; word: number } | undefined;
      for (const line of disassemble(range, image, disassembler)) {
        if (line.kind !== 'instruction') continue;
        const { address, inst } = line;
        let [at, ours] = [address, normalise(disassembler.text(inst, plain))];
        // objdump shows the two halves of a Thumb call as one instruction.
        if (ours.startsWith('bl.prefix')) prefix = { address, word: inst.word };
        else if (/^blx?\.suffix/.test(ours) && prefix?.address === address - 2) {
          const upper = ((prefix.word & 0x7ff) << 21) >> 9;
          const target = prefix.address + 4 + upper + (inst.word & 0x7ff) * 2;
          at = prefix.address;
          ours = ours.startsWith('blx') ? `blx ${plain(target & ~3)}` : `bl ${plain(target)}`;
        }
        if (ours.startsWith('bl.prefix')) continue;
        if (ours === theirs.get(at)) same++;
        else if (!/^\.(word|short)/.test(ours)) differ.push(`${at.toString(16)}: ${ours} | ${theirs.get(at)}`);
      }
    }
    expect(differ).toEqual([]);
    expect(same).toBeGreaterThan(10);
  });
});
