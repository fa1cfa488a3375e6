// Branches of all kinds one behind the other, so that some are in delay slots of others: compiled and interpreted.

import { expect, test } from 'vitest';
import type { Row } from '../../src/decoder-gen/index.js';
import { load_isa } from '../../src/load-isa/index.js';
import { Random } from '../fuzz/random.js';
import { InstructionTester } from './instructions.js';

const CASES = Number(process.env.FUZZ_RUNS ?? 150) * 4;
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
const ADDIU = 0x24420001; // addiu v0, v0, 1
const CODE = 0x0010_0000;

test('branches in delay slots end alike in compiled code and in the interpreter', async () => {
  const tester = new InstructionTester(await load_isa('mipsel'), {
    trampoline: (address) => [(0x08000000 | (address >>> 2)) >>> 0, 0],
    loop: (_, count) => (0x10000000 | ((-count - 1) & 0xffff)) >>> 0,
    usual: {},
  });
  const random = new Random(SEED);
  const branches = tester.rows[0].filter(({ name }) => /^(b(?!reak)|j)/.test(name));
  const registers = tester.layout.named.filter(({ name }) => name !== 'pc');

  /** Forward by a few instructions, on registers of which there are few. */
  const branch = ({ mask, value, fields }: Row): number => {
    let word = ((value & mask) | (random.word() & ~mask)) >>> 0;
    const wanted: Record<string, number> = {
      offset: 1 + random.below(4),
      rs: random.below(3),
      rt: random.below(3),
      index: (CODE >> 2) + 2 + random.below(4),
    };
    for (const [name, [{ high, low }]] of fields) {
      if (wanted[name] === undefined) continue;
      const bits = ((2 ** (high - low + 1) - 1) << low) >>> 0;
      word = ((word & ~bits) | ((wanted[name] << low) & bits)) >>> 0;
    }
    return word;
  };

  let compared = 0;
  for (let n = 0; n < CASES; n++) {
    const words = Array.from({ length: 5 }, (_, k) =>
      k < 2 || random.chance(0.3) ? branch(random.pick(branches)) : ADDIU,
    );
    if (random.chance(0.5)) words.unshift(ADDIU);
    const one = {
      words,
      loops: random.chance(0.5),
      registers: registers.map(() => random.pick([0, 1, CODE + 8, CODE + 12, 0xffffffff])),
    };
    const result = tester.compare(0, one, random.below(2) * 8);
    if (result === undefined) continue;
    compared++;
    const code = words.map((word) => word.toString(16)).join(' ');
    expect(result.found, `seed ${SEED}, ${code}`).toEqual(result.expected);
  }
  expect(compared).toBeGreaterThan(CASES / 2);
}, 600_000);
