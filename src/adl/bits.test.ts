// Products of 64 bits against BigInt.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { high_product, high_product_signed, low_product, multiply_add, multiply_add_signed } from './bits.js';

const u32 = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff),
);
const signed = (value: number) => BigInt(value | 0);
const words = (value: bigint) => [Number(BigInt.asUintN(32, value)), Number(BigInt.asUintN(32, value >> 32n))];

test('both words of a product, and of a product and a sum', () => {
  fc.assert(
    fc.property(u32, u32, u32, (a, b, c) => {
      const unsigned_product = BigInt(a) * BigInt(b);
      const signed_product = signed(a) * signed(b);
      expect([low_product(a, b), high_product(a, b)]).toEqual(words(unsigned_product));
      expect([low_product(a, b), high_product_signed(a, b)]).toEqual(words(signed_product));
      expect(multiply_add(a, b, c)).toEqual(words(unsigned_product + BigInt(c)));
      expect(multiply_add_signed(a, b, c)).toEqual(words(signed_product + BigInt(c)));
    }),
    { numRuns: 2000 },
  );
});
