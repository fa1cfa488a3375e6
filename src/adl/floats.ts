// IEEE 754 arithmetic on bit patterns, exact to the last bit in every rounding mode, with the exceptions it raises. Values
// are patterns, not JavaScript numbers: a single is one u32, a double two (low, high), so that a NaN keeps its bits.
// What a NaN result looks like is the ISA's affair: these functions only report NOT_A_NUMBER. The usual case (nearest,
// neither tiny nor huge) is computed by the host, whose rounding error is then found by error-free transformations
// (Dekker, Numer. Math. 18, 1971; Knuth, TAOCP 4.2.2); all else by exact integers (floats-exact.ts).

import {
  add_exactly,
  compare_patterns,
  DOUBLE,
  divide_exactly,
  FLUSH_TO_ZERO,
  INEXACT,
  INVALID,
  multiply_exactly,
  NEAREST,
  NOT_A_NUMBER,
  resize_exactly,
  SINGLE,
  square_root_exactly,
  TOWARD_ZERO,
  UP,
} from './floats-exact.js';

export {
  DIVISION_BY_ZERO,
  DOWN,
  EQUAL,
  FLUSH_TO_ZERO,
  GREATER,
  INEXACT,
  INVALID,
  LESS,
  NEAREST,
  NOT_A_NUMBER,
  OVERFLOW,
  TOWARD_ZERO,
  UNDERFLOW,
  UNORDERED,
  UP,
} from './floats-exact.js';

/** Pattern of a single, and exceptions. */
export type SingleResult = [bits: number, exceptions: number];
/** Pattern of a double, and exceptions. */
export type DoubleResult = [low: number, high: number, exceptions: number];

const f64 = new Float64Array(1);
const u64 = new Uint32Array(f64.buffer);
const f32 = new Float32Array(1);
const u32 = new Uint32Array(f32.buffer);

function double_of(low: number, high: number): number {
  u64[0] = low;
  u64[1] = high;
  return f64[0];
}
function single_of(bits: number): number {
  u32[0] = bits;
  return f32[0];
}
function double_result(value: number, exceptions: number): DoubleResult {
  f64[0] = value;
  return [u64[0], u64[1], exceptions];
}
function single_result(value: number, exceptions: number): SingleResult {
  f32[0] = value;
  return [u32[0], exceptions];
}

/** Within these, no intermediate result of the transformations over- or underflows. */
const LARGE = 2 ** 480;
const SMALL = 2 ** -480;
const is_handy = (x: number): boolean => {
  const magnitude = Math.abs(x);
  return magnitude > SMALL && magnitude < LARGE;
};
const SMALLEST_SINGLE = 2 ** -126;

/** Is a + b exactly their rounded sum? Taking away the larger of them again is exact, so gives the other only then. */
function is_exact_sum(a: number, b: number, sum: number): boolean {
  return sum - a === b && sum - b === a;
}

/**
 * Exceptions of a host's result that needs no rounding: NaN and infinity of operands of that kind, zero of zero or infinity.
 * Undefined for all others.
 */
function exceptions_of_special(result: number, a: number, b: number): number | undefined {
  if (Number.isNaN(result)) return Number.isNaN(a) || Number.isNaN(b) ? NOT_A_NUMBER : NOT_A_NUMBER | INVALID;
  const is_special = (x: number) => x === 0 || x === Infinity || x === -Infinity;
  if (result === 0) return is_special(a) || is_special(b) ? 0 : undefined;
  return Math.abs(result) === Infinity && (Math.abs(a) === Infinity || Math.abs(b) === Infinity) ? 0 : undefined;
}
/** The same as a result; the pattern of a NaN is zero. */
function special_double(result: number, a: number, b = 1): DoubleResult | undefined {
  const exceptions = exceptions_of_special(result, a, b);
  return exceptions === undefined ? undefined : double_result(exceptions === 0 ? result : 0, exceptions);
}
function special_single(result: number, a: number, b = 1): SingleResult | undefined {
  const exceptions = exceptions_of_special(result, a, b);
  return exceptions === undefined ? undefined : single_result(exceptions === 0 ? result : 0, exceptions);
}

/** a × b - product, exactly, where product = a × b rounded to nearest. */
function error_of_product(a: number, b: number, product: number): number {
  const a_scaled = a * 134217729;
  const a_high = a_scaled - (a_scaled - a);
  const a_low = a - a_high;
  const b_scaled = b * 134217729;
  const b_high = b_scaled - (b_scaled - b);
  const b_low = b - b_high;
  return a_low * b_low - (product - a_high * b_high - a_low * b_high - a_high * b_low);
}

/** Sum of two doubles. `rounding` is NEAREST … DOWN, FLUSH_TO_ZERO added or not. */
export function f64_add(a_low: number, a_high: number, b_low: number, b_high: number, rounding: number): DoubleResult {
  'use intrinsic f64_add';
  const a = double_of(a_low, a_high);
  const b = double_of(b_low, b_high);
  const sum = a + b;
  // Sums do not underflow, but may have to be flushed.
  const tiny = Math.abs(sum) <= SMALL && (rounding & FLUSH_TO_ZERO) !== 0;
  if ((rounding & ~FLUSH_TO_ZERO) === NEAREST && Math.abs(sum) < Infinity && !tiny)
    return double_result(sum, is_exact_sum(a, b, sum) ? 0 : INEXACT);
  return (
    (sum !== 0 ? special_double(sum, a, b) : undefined) ??
    (add_exactly(DOUBLE, [a_low, a_high], [b_low, b_high], rounding) as DoubleResult)
  );
}

/** Difference of two doubles. */
export function f64_sub(a_low: number, a_high: number, b_low: number, b_high: number, rounding: number): DoubleResult {
  'use intrinsic f64_sub';
  return f64_add(a_low, a_high, b_low, (b_high ^ 0x80000000) >>> 0, rounding);
}

/** Product of two doubles. */
export function f64_mul(a_low: number, a_high: number, b_low: number, b_high: number, rounding: number): DoubleResult {
  'use intrinsic f64_mul';
  const a = double_of(a_low, a_high);
  const b = double_of(b_low, b_high);
  if ((rounding & ~FLUSH_TO_ZERO) === NEAREST && is_handy(a) && is_handy(b)) {
    const product = a * b;
    return double_result(product, error_of_product(a, b, product) === 0 ? 0 : INEXACT);
  }
  return (
    special_double(a * b, a, b) ??
    (multiply_exactly(DOUBLE, [a_low, a_high], [b_low, b_high], rounding) as DoubleResult)
  );
}

/** Quotient of two doubles. */
export function f64_div(a_low: number, a_high: number, b_low: number, b_high: number, rounding: number): DoubleResult {
  'use intrinsic f64_div';
  const a = double_of(a_low, a_high);
  const b = double_of(b_low, b_high);
  const q = a / b;
  if ((rounding & ~FLUSH_TO_ZERO) === NEAREST && is_handy(a) && is_handy(b) && is_handy(q)) {
    const product = q * b;
    return double_result(q, product === a && error_of_product(q, b, product) === 0 ? 0 : INEXACT);
  }
  return (
    special_double(q, a, b) ?? (divide_exactly(DOUBLE, [a_low, a_high], [b_low, b_high], rounding) as DoubleResult)
  );
}

/** Square root of a double. */
export function f64_sqrt(low: number, high: number, rounding: number): DoubleResult {
  'use intrinsic f64_sqrt';
  const a = double_of(low, high);
  if ((rounding & ~FLUSH_TO_ZERO) === NEAREST && a > SMALL && a < LARGE) {
    const root = Math.sqrt(a);
    const square = root * root;
    return double_result(root, square === a && error_of_product(root, root, square) === 0 ? 0 : INEXACT);
  }
  return special_double(Math.sqrt(a), a) ?? (square_root_exactly(DOUBLE, [low, high], rounding) as DoubleResult);
}

/** The host's `exact` rounded once more; no double rounding error, since 53 ≥ 2 × 24 + 2 (Figueroa, 1995). */
function is_plain_single(value: number, rounding: number): boolean {
  const magnitude = Math.abs(value);
  return (rounding & ~FLUSH_TO_ZERO) === NEAREST && magnitude > SMALLEST_SINGLE && magnitude < Infinity;
}

/** Sum of two singles. */
export function f32_add(a_bits: number, b_bits: number, rounding: number): SingleResult {
  'use intrinsic f32_add';
  const a = single_of(a_bits);
  const b = single_of(b_bits);
  const sum = a + b;
  const rounded = Math.fround(sum);
  if (is_plain_single(rounded, rounding))
    return single_result(rounded, rounded === sum && is_exact_sum(a, b, sum) ? 0 : INEXACT);
  return (
    (sum !== 0 ? special_single(sum, a, b) : undefined) ??
    (add_exactly(SINGLE, [a_bits], [b_bits], rounding) as SingleResult)
  );
}

/** Difference of two singles. */
export function f32_sub(a: number, b: number, rounding: number): SingleResult {
  'use intrinsic f32_sub';
  return f32_add(a, (b ^ 0x80000000) >>> 0, rounding);
}

/** Product of two singles. */
export function f32_mul(a_bits: number, b_bits: number, rounding: number): SingleResult {
  'use intrinsic f32_mul';
  const a = single_of(a_bits);
  const b = single_of(b_bits);
  const product = a * b; // exact: 48 bits
  const rounded = Math.fround(product);
  if (is_plain_single(rounded, rounding)) return single_result(rounded, rounded === product ? 0 : INEXACT);
  return special_single(product, a, b) ?? (multiply_exactly(SINGLE, [a_bits], [b_bits], rounding) as SingleResult);
}

/** Quotient of two singles. */
export function f32_div(a_bits: number, b_bits: number, rounding: number): SingleResult {
  'use intrinsic f32_div';
  const a = single_of(a_bits);
  const b = single_of(b_bits);
  const rounded = Math.fround(a / b);
  if (is_plain_single(rounded, rounding)) return single_result(rounded, rounded * b === a ? 0 : INEXACT);
  return special_single(a / b, a, b) ?? (divide_exactly(SINGLE, [a_bits], [b_bits], rounding) as SingleResult);
}

/** Square root of a single. */
export function f32_sqrt(bits: number, rounding: number): SingleResult {
  'use intrinsic f32_sqrt';
  const a = single_of(bits);
  const root = Math.fround(Math.sqrt(a));
  if (is_plain_single(root, rounding)) return single_result(root, root * root === a ? 0 : INEXACT);
  return special_single(Math.sqrt(a), a) ?? (square_root_exactly(SINGLE, [bits], rounding) as SingleResult);
}

/** A single as a double: always exact. A NaN is reported, not converted. */
export function f32_to_f64(bits: number): DoubleResult {
  'use intrinsic f32_to_f64';
  const value = single_of(bits);
  return !Number.isNaN(value) ? double_result(value, 0) : [0, 0, NOT_A_NUMBER];
}

/** A double as a single. */
export function f64_to_f32(low: number, high: number, rounding: number): SingleResult {
  'use intrinsic f64_to_f32';
  const value = double_of(low, high);
  const rounded = Math.fround(value);
  if (is_plain_single(rounded, rounding)) return single_result(rounded, rounded === value ? 0 : INEXACT);
  return special_single(value, value) ?? (resize_exactly(DOUBLE, SINGLE, [low, high], rounding) as SingleResult);
}

/** A signed integer as a double: always exact, so there are no exceptions in the result. */
export function i32_to_f64(value: number): DoubleResult {
  'use intrinsic i32_to_f64';
  return double_result(value | 0, 0);
}

/** A signed integer as a single. */
export function i32_to_f32(value: number, rounding: number): SingleResult {
  'use intrinsic i32_to_f32';
  const [low, high] = double_result(value | 0, 0);
  return f64_to_f32(low, high, rounding);
}

/** An integral number near a number; on a tie to nearest the even one. */
function round_to_integer(value: number, rounding: number): number {
  const below = Math.floor(value);
  if (below === value) return value;
  switch (rounding & ~FLUSH_TO_ZERO) {
    case NEAREST: {
      const part = value - below;
      return part < 0.5 || (part === 0.5 && below % 2 === 0) ? below : below + 1;
    }
    case TOWARD_ZERO:
      return Math.trunc(value);
    case UP:
      return below + 1;
    default:
      return below;
  }
}

function integer_result(value: number, rounding: number): SingleResult {
  const integer = round_to_integer(value, rounding);
  if (!(integer >= -0x80000000 && integer <= 0x7fffffff)) return [0, INVALID];
  return [integer >>> 0, integer === value ? 0 : INEXACT];
}

/** A double as a signed 32-bit integer (as u32); INVALID for a NaN and for what does not fit. */
export function f64_to_i32(low: number, high: number, rounding: number): SingleResult {
  'use intrinsic f64_to_i32';
  return integer_result(double_of(low, high), rounding);
}

/** A single as a signed 32-bit integer (as u32); INVALID for a NaN and for what does not fit. */
export function f32_to_i32(bits: number, rounding: number): SingleResult {
  'use intrinsic f32_to_i32';
  return integer_result(single_of(bits), rounding);
}

/** How two doubles compare: UNORDERED, EQUAL, LESS or GREATER. */
export function f64_compare(a_low: number, a_high: number, b_low: number, b_high: number): number {
  'use intrinsic f64_compare';
  return compare_patterns(double_of(a_low, a_high), double_of(b_low, b_high));
}

/** How two singles compare: UNORDERED, EQUAL, LESS or GREATER. */
export function f32_compare(a: number, b: number): number {
  'use intrinsic f32_compare';
  return compare_patterns(single_of(a), single_of(b));
}
