// Floating-point instructions at the edges, compiled and interpreted: operands whose sums, products, quotients and roots are
// exact or miss that by one bit, near where numbers over- and underflow, with and without a sticky INEXACT. One compiled
// function sees them all, as in a program; test/fuzz has fewer of each, and compares with qemu.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { load_isa } from '../../src/load-isa/index.js';
import { GuestFault } from '../../src/machine/fault.js';
import { layout_state, PC } from '../../src/machine/layout.js';
import { make_memory, R, X } from '../../src/machine/memory.js';
import { make_state, start_at } from '../../src/machine/state.js';
import { interpreter } from '../fuzz/interpreter.js';
import { jit, mips_trampoline } from '../fuzz/jit.js';
import { UNDEFINED_WORD } from '../fuzz/mips.js';
import type { EngineFactory } from '../fuzz/vectors.js';

/** Words with fd = 8, fs = 2, ft = 4, fr = 6, and whether their operands are singles. */
const INSTRUCTIONS: [name: string, word: number, size: 'single' | 'double'][] = [
  ['add.s', 0x46041200, 'single'],
  ['sub.s', 0x46041201, 'single'],
  ['mul.s', 0x46041202, 'single'],
  ['div.s', 0x46041203, 'single'],
  ['sqrt.s', 0x46001204, 'single'],
  ['madd.s', 0x4cc41220, 'single'],
  ['add.d', 0x46241200, 'double'],
  ['sub.d', 0x46241201, 'double'],
  ['mul.d', 0x46241202, 'double'],
  ['div.d', 0x46241203, 'double'],
  ['sqrt.d', 0x46201204, 'double'],
  ['recip.d', 0x46201215, 'double'],
  ['nmsub.d', 0x4cc41239, 'double'],
  ['cvt.s.d', 0x46201220, 'double'],
  ['cvt.d.s', 0x46001221, 'single'],
  ['cvt.w.d', 0x46201224, 'double'],
  ['trunc.w.d', 0x4620120d, 'double'],
  ['round.w.s', 0x4600120c, 'single'],
  ['ceil.w.d', 0x4620120e, 'double'],
  ['floor.w.s', 0x4600120f, 'single'],
  ['cvt.s.w', 0x46801220, 'single'],
  ['cvt.d.w', 0x46801221, 'single'],
  ['c.olt.d', 0x46241034, 'double'],
  ['c.ueq.s', 0x46041033, 'single'],
  ['c.ngt.d', 0x4624103f, 'double'],
];

const CODE = 0x0010_0000;
const RUNS = Number(process.env.FUZZ_RUNS ?? 300);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);

const words = new Uint32Array(2);
const f64 = new Float64Array(words.buffer);
const f32 = new Float32Array(words.buffer);
const pattern = (size: 'single' | 'double', value: number): [number, number] => {
  words.fill(0);
  if (size === 'single') f32[0] = value;
  else f64[0] = value;
  return [words[0], words[1]];
};

/** m × 2^e, with e at the ends of the range, in its middle, or where products and quotients come to the ends. */
function numbers(size: 'single' | 'double'): fc.Arbitrary<number> {
  const [bits, top, bottom] = size === 'single' ? [24, 127, -149] : [53, 1023, -1074];
  const significand = fc.oneof(
    fc.integer({ min: 0, max: 40 }),
    fc.integer({ min: 0, max: 2 ** (bits >> 1) + 1 }),
    fc.maxSafeInteger().map((n) => Math.abs(n) % 2 ** bits),
    fc.constantFrom(2 ** bits - 1, 2 ** (bits - 1) + 1, 2 ** (bits - 1)),
  );
  const near = (e: number) => fc.integer({ min: -3, max: 3 }).map((n) => e + n);
  const exponent = fc.oneof(
    { weight: 6, arbitrary: near(0) },
    { weight: 2, arbitrary: fc.integer({ min: bottom, max: top }) },
    ...[top - bits + 1, bottom, bottom + bits, bottom >> 1, top >> 1, 31, -bits].map(near),
  );
  return fc.tuple(significand, exponent, fc.boolean()).map(([m, e, minus]) => {
    // In two steps, or 2 ** e underflows where the product does not.
    const value = m * 2 ** Math.trunc(e / 2) * 2 ** (e - Math.trunc(e / 2));
    return minus ? -value : value;
  });
}

/** Three operands, of which two may belong together so that an operation is exact. */
function operands(size: 'single' | 'double'): fc.Arbitrary<number[]> {
  const x = numbers(size);
  const round = size === 'single' ? Math.fround : (v: number) => v;
  const special = fc.constantFrom(0, -0, Infinity, -Infinity, Number.NaN, 1, 2147483647, -2147483648, 0.5, 1.5, 2.5);
  return fc
    .tuple(fc.oneof({ weight: 8, arbitrary: x }, special), fc.oneof({ weight: 8, arbitrary: x }, special), x, fc.nat(5))
    .map(([a, b, c, kind]) => {
      if (kind === 0) return [round(a * b), b, c];
      if (kind === 1) return [round(a * a), a, c];
      if (kind === 2) return [a, round(a + b), -a];
      return [a, b, kind === 3 ? -round(a * b) : c];
    });
}

const loaded = await load_isa('mipsel');
const { isa } = loaded;
const layout = layout_state(isa);
const results = ['f8', 'f9', 'cause', 'flags', 'fcc0'];

function machine(word: number, make_engine: EngineFactory) {
  const memory = make_memory(isa.abi.endianness);
  const state = make_state(isa, layout, memory, { syscall() {} });
  memory.map(CODE, 0x1000, R | X);
  memory.write_32(CODE, word);
  memory.write_32(CODE + 4, UNDEFINED_WORD);
  const engine = make_engine(isa, layout, memory, state);
  const slots = memory.u32;
  return (before: Record<string, number>) => {
    start_at(isa, state, slots, CODE);
    for (const name of results) slots[layout.find(name)!] = 0;
    for (const [name, value] of Object.entries(before)) slots[layout.find(name)!] = value;
    expect(() => engine.run(5000)).toThrow(GuestFault);
    expect(slots[PC]).toBe(CODE + 4);
    return Object.fromEntries(results.map((name) => [name, slots[layout.find(name)!]]));
  };
}

test.each(INSTRUCTIONS)('%s', (_, word, size) => {
  let executed = () => 0;
  const compiled = machine(
    word,
    jit(loaded.twins, mips_trampoline, {}, (engine) => {
      executed = () => engine.executed;
    }),
  );
  const interpreted = machine(word, interpreter);
  fc.assert(
    fc.property(operands(size), fc.integer({ min: 0, max: 31 }), (values, flags) => {
      const [a, b, c] = values.map((value) => pattern(size, value));
      const before = { f2: a[0], f3: a[1], f4: b[0], f5: b[1], f6: c[0], f7: c[1], flags };
      expect(compiled(before), values.join()).toEqual(interpreted(before));
    }),
    { numRuns: RUNS, seed: SEED },
  );
  // Most runs do not fall back.
  expect(executed()).toBeGreaterThan(RUNS * 0.4);
});
