import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { geometric_mean, median, quantile, spread, weighted_harmonic_mean } from './statistics.js';

const positive = fc.double({ min: 1e-3, max: 1e6, noNaN: true });

describe('medians and spreads', () => {
  test('the median is the middle sample, or the mean of the two in the middle, in whatever order they come', () => {
    expect(median([5])).toBe(5);
    expect(median([9, 1, 4])).toBe(4);
    expect(median([8, 1, 4, 2])).toBe(3);
  });
  test('quartiles are interpolated', () => {
    expect(quantile([1, 2, 3, 4, 5], 0.25)).toBe(2);
    expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75);
    expect(quantile([], 0.5)).toBeNaN();
  });
  test('one outlier among five rounds moves neither the median nor the spread', () => {
    expect(median([10, 10.1, 9.9, 10, 70])).toBe(10);
    expect(spread([10, 10.1, 9.9, 10, 70])).toBeCloseTo(0.01, 10);
  });
  test('one sample has no spread', () => expect(spread([3])).toBeUndefined());
});

describe('means over programs', () => {
  test('the geometric mean of twice and half as fast is equally fast', () => {
    expect(geometric_mean([2, 0.5])).toBeCloseTo(1, 12);
    expect(geometric_mean([1, 10, 100])).toBeCloseTo(10, 10);
  });
  test('the weighted harmonic mean of MIPS is all instructions divided by all the time', () => {
    // 100 M instructions in 1 s and 300 M in 1 s: 400 M in 2 s.
    const rates = [
      { rate: 100, weight: 100 },
      { rate: 300, weight: 300 },
    ];
    expect(weighted_harmonic_mean(rates)).toBeCloseTo(200, 10);
  });
  test('both lie between the lowest and the highest value', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ rate: positive, weight: positive }), { minLength: 1, maxLength: 20 }),
        (list) => {
          const rates = list.map(({ rate }) => rate);
          const [low, high] = [Math.min(...rates) * 0.999999, Math.max(...rates) * 1.000001];
          for (const mean of [geometric_mean(rates), weighted_harmonic_mean(list)]) {
            expect(mean).toBeGreaterThanOrEqual(low);
            expect(mean).toBeLessThanOrEqual(high);
          }
        },
      ),
    );
  });
});
