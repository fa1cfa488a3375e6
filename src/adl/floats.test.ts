// floats.ts against the host's arithmetic and against its own exact side; qemu is the reference of the MIPS vectors.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as floats from './floats.js';
import * as exact from './floats-exact.js';

const words = new Uint32Array(2);
const double = new Float64Array(words.buffer);
const single = new Float32Array(words.buffer);
function bits_64(value: number): [number, number] {
  double[0] = value;
  return [words[0], words[1]];
}
function value_64(low: number, high: number): number {
  words[0] = low;
  words[1] = high;
  return double[0];
}
function bits_32(value: number): number {
  single[0] = value;
  return words[0];
}
function value_32(bits: number): number {
  words[0] = bits;
  return single[0];
}

const a_double = fc.oneof(fc.double(), fc.double({ min: -1000, max: 1000 }), fc.integer());
const a_single = fc.oneof(fc.float(), fc.float({ min: -1000, max: 1000 }), fc.integer().map(Math.fround));
const MODES = [floats.NEAREST, floats.TOWARD_ZERO, floats.UP, floats.DOWN];
const many = { numRuns: 2000 };

const OF_DOUBLES = [
  { name: 'sum', host: (a: number, b: number) => a + b, ours: floats.f64_add, slow: exact.add_exactly },
  { name: 'product', host: (a: number, b: number) => a * b, ours: floats.f64_mul, slow: exact.multiply_exactly },
  { name: 'quotient', host: (a: number, b: number) => a / b, ours: floats.f64_div, slow: exact.divide_exactly },
];

describe.each(OF_DOUBLES)('$name of doubles', ({ host, ours, slow }) => {
  test('rounded to nearest it is the host’s, with the exceptions of the exact computation', () => {
    fc.assert(
      fc.property(a_double, a_double, (a, b) => {
        const [x, y] = [bits_64(a), bits_64(b)];
        const [low, high, exceptions] = ours(...x, ...y, floats.NEAREST);
        const expected = host(a, b);
        expect((exceptions & floats.NOT_A_NUMBER) !== 0).toBe(Number.isNaN(expected));
        if (!Number.isNaN(expected)) expect([low, high]).toEqual(bits_64(expected));
        expect([low, high, exceptions]).toEqual(slow(exact.DOUBLE, x, y, floats.NEAREST));
      }),
      many,
    );
  });

  test('rounded down and up it encloses the host’s, as neighbours unless exact', () => {
    fc.assert(
      fc.property(a_double, a_double, (a, b) => {
        const nearest = host(a, b);
        fc.pre(Number.isFinite(nearest));
        const of = (mode: number) => ours(...bits_64(a), ...bits_64(b), mode);
        const [down, up, zero] = [floats.DOWN, floats.UP, floats.TOWARD_ZERO].map((mode) => {
          const [low, high] = of(mode);
          return value_64(low, high);
        });
        expect(down <= nearest && nearest <= up).toBe(true);
        expect(nearest === down || nearest === up).toBe(true);
        expect(down === up).toBe((of(floats.UP)[2] & floats.INEXACT) === 0);
        expect(Math.abs(zero)).toBe(Math.min(Math.abs(down), Math.abs(up)));
      }),
      many,
    );
  });
});

const OF_SINGLES = [
  { name: 'sum', host: (a: number, b: number) => a + b, ours: floats.f32_add, slow: exact.add_exactly },
  { name: 'product', host: (a: number, b: number) => a * b, ours: floats.f32_mul, slow: exact.multiply_exactly },
  { name: 'quotient', host: (a: number, b: number) => a / b, ours: floats.f32_div, slow: exact.divide_exactly },
];

test.each(OF_SINGLES)(
  '$name of singles: the host’s, and the exact computation’s in every mode',
  ({ host, ours, slow }) => {
    fc.assert(
      fc.property(a_single, a_single, (a, b) => {
        const [x, y] = [bits_32(a), bits_32(b)];
        const expected = Math.fround(host(a, b));
        const [bits, exceptions] = ours(x, y, floats.NEAREST);
        if (Number.isNaN(expected)) expect(exceptions & floats.NOT_A_NUMBER).not.toBe(0);
        else expect(bits).toBe(bits_32(expected));
        for (const mode of MODES) expect(ours(x, y, mode)).toEqual(slow(exact.SINGLE, [x], [y], mode));
      }),
      many,
    );
  },
);

test('square roots', () => {
  fc.assert(
    fc.property(a_double, (a) => {
      const [low, high, exceptions] = floats.f64_sqrt(...bits_64(a), floats.NEAREST);
      if (Number.isNaN(Math.sqrt(a))) expect(exceptions & floats.NOT_A_NUMBER).not.toBe(0);
      else expect(value_64(low, high)).toBe(Math.sqrt(a));
      expect([low, high, exceptions]).toEqual(exact.square_root_exactly(exact.DOUBLE, bits_64(a), floats.NEAREST));
    }),
    many,
  );
});

test('conversions between the formats, and to integers', () => {
  fc.assert(
    fc.property(a_double, a_single, (a, b) => {
      const [bits, exceptions] = floats.f64_to_f32(...bits_64(a), floats.NEAREST);
      if (!Number.isNaN(a)) expect(bits).toBe(bits_32(Math.fround(a)));
      expect([bits, exceptions]).toEqual(exact.resize_exactly(exact.DOUBLE, exact.SINGLE, bits_64(a), floats.NEAREST));
      const [low, high, none] = floats.f32_to_f64(bits_32(b));
      if (!Number.isNaN(b)) expect([value_64(low, high), none]).toEqual([b, 0]);
      const [integer, invalid] = floats.f64_to_i32(...bits_64(a), floats.TOWARD_ZERO);
      if (a > -(2 ** 31) - 1 && a < 2 ** 31)
        expect([integer | 0, invalid]).toEqual([Math.trunc(a) | 0, Number.isInteger(a) ? 0 : 1]);
      else expect(invalid).toBe(floats.INVALID);
    }),
    many,
  );
});

test.each([
  [0.5, 0],
  [1.5, 2],
  [2.5, 2],
  [-0.5, 0],
  [-1.5, -2],
  [2147483646.5, 2147483646],
])('to nearest, %d becomes the even %d', (value, integer) => {
  expect(floats.f64_to_i32(...bits_64(value), floats.NEAREST)).toEqual([integer >>> 0, floats.INEXACT]);
  expect(value_32(floats.i32_to_f32(integer, floats.NEAREST)[0])).toBe(Math.fround(integer));
});

test('tiny results underflow, or become zero when they are to be flushed', () => {
  const tiny = bits_32(2 ** -100);
  expect(floats.f32_mul(tiny, tiny, floats.NEAREST)).toEqual([0, floats.UNDERFLOW | floats.INEXACT]);
  const small = bits_32(2 ** -126);
  const half = bits_32(0.5);
  expect(floats.f32_mul(small, half, floats.NEAREST)).toEqual([0x00400000, 0]);
  expect(floats.f32_mul(small, half, floats.NEAREST | floats.FLUSH_TO_ZERO)).toEqual([0, 0]);
});

test('huge results overflow to infinity or to the largest number, as the mode says', () => {
  const large = bits_32(2 ** 127);
  const raised = floats.OVERFLOW | floats.INEXACT;
  expect(MODES.map((mode) => floats.f32_add(large, large, mode))).toEqual([
    [0x7f800000, raised],
    [0x7f7fffff, raised],
    [0x7f800000, raised],
    [0x7f7fffff, raised],
  ]);
});
