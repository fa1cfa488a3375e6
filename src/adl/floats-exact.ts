// The exact side of floats.ts: IEEE 754 operations by integers of any length, for all rounding modes, subnormal numbers,
// overflow and the special values. In: patterns, one u32 for a single, two (low, high) for a double. Out: a pattern
// followed by the exceptions.

/** Rounding modes (IEEE 754-2008, 4.3), numbered as MIPS and RISC-V do. */
export const NEAREST = 0;
export const TOWARD_ZERO = 1;
export const UP = 2;
export const DOWN = 3;
/** May be added to a rounding mode: what is too small for a normal number becomes zero, and no exception is raised. */
export const FLUSH_TO_ZERO = 4;

/** Exceptions (IEEE 754-2008, 7). */
export const INEXACT = 1;
export const UNDERFLOW = 2;
export const OVERFLOW = 4;
export const DIVISION_BY_ZERO = 8;
export const INVALID = 16;
/** No exception: the result is a NaN, and the pattern is to be chosen by the ISA. */
export const NOT_A_NUMBER = 32;

/** Outcomes of a comparison. */
export const UNORDERED = 1;
export const EQUAL = 2;
export const LESS = 4;
export const GREATER = 8;

/** A binary format: bits of precision, and the exponents of its smallest bit and of its infinity. */
export interface Format {
  precision: number;
  /** Power of two that the last bit of a subnormal number stands for. */
  lowest: number;
  /** Power of two that is too large. */
  limit: number;
  words: 1 | 2;
}
export const SINGLE: Format = { precision: 24, lowest: -149, limit: 128, words: 1 };
export const DOUBLE: Format = { precision: 53, lowest: -1074, limit: 1024, words: 2 };

/** Finite: ± m × 2^e. */
interface Unpacked {
  kind: 'finite' | 'infinite' | 'nan';
  negative: boolean;
  m: bigint;
  e: number;
}

type Pattern = readonly number[];
type Result = number[];

const fraction_bits = ({ precision }: Format): bigint => BigInt(precision - 1);

function unpack(format: Format, pattern: Pattern): Unpacked {
  const bits = format.words === 1 ? BigInt(pattern[0]) : (BigInt(pattern[1]) << 32n) | BigInt(pattern[0]);
  const width = 32 * format.words;
  const negative = bits >> BigInt(width - 1) === 1n;
  const fraction = bits & ((1n << fraction_bits(format)) - 1n);
  const exponents = 2 ** (width - format.precision) - 1;
  const exponent = Number(bits >> fraction_bits(format)) & exponents;
  if (exponent === exponents) return { kind: fraction === 0n ? 'infinite' : 'nan', negative, m: 0n, e: 0 };
  if (exponent === 0) return { kind: 'finite', negative, m: fraction, e: format.lowest };
  return { kind: 'finite', negative, m: fraction | (1n << fraction_bits(format)), e: format.lowest + exponent - 1 };
}

/** A pattern from sign and the bits below it. */
function pack(format: Format, negative: boolean, magnitude: bigint, exceptions: number): Result {
  const bits = magnitude | (negative ? 1n << BigInt(32 * format.words - 1) : 0n);
  return format.words === 1
    ? [Number(bits), exceptions]
    : [Number(bits & 0xffffffffn), Number(bits >> 32n), exceptions];
}
function infinity(format: Format, negative: boolean, exceptions = 0): Result {
  const exponents = (1n << BigInt(32 * format.words - format.precision)) - 1n;
  return pack(format, negative, exponents << fraction_bits(format), exceptions);
}
function nan(format: Format, exceptions: number): Result {
  return pack(format, false, 0n, exceptions | NOT_A_NUMBER);
}

const length_of = (m: bigint): number => m.toString(2).length;

/** m × 2^-shift rounded to an integer; `sticky`: m is truncated. */
function round_shift(m: bigint, shift: number, sticky: boolean, negative: boolean, mode: number): [bigint, boolean] {
  if (shift <= 0) return [m << BigInt(-shift), sticky];
  const kept = m >> BigInt(shift);
  const rest = m & ((1n << BigInt(shift)) - 1n);
  const inexact = rest !== 0n || sticky;
  const half = 1n << BigInt(shift - 1);
  let up = false;
  if (mode === NEAREST) up = rest > half || (rest === half && (sticky || (kept & 1n) === 1n));
  else if (mode === UP) up = inexact && !negative;
  else if (mode === DOWN) up = inexact && negative;
  return [up ? kept + 1n : kept, inexact];
}

/**
 * The pattern nearest to ± m × 2^e. `sticky`: the exact value is a little larger in magnitude; m then has several bits more
 * than the format.
 */
function round(format: Format, negative: boolean, m: bigint, e: number, sticky: boolean, rounding: number): Result {
  if (m === 0n) return pack(format, negative, 0n, 0);
  const mode = rounding & ~FLUSH_TO_ZERO;
  const { precision, lowest, limit } = format;
  const length = length_of(m);
  const normal = length + e - precision;
  if (normal < lowest && (rounding & FLUSH_TO_ZERO) !== 0) return pack(format, negative, 0n, 0);
  const unit = Math.max(normal, lowest);
  const [kept, inexact] = round_shift(m, unit - e, sticky, negative, mode);
  let exceptions = inexact ? INEXACT : 0;
  if (normal < lowest && inexact) {
    // Tiny is what would be so after rounding to full precision.
    const [full] = round_shift(m, normal - e, sticky, negative, mode);
    if (length_of(full) + normal <= lowest + precision - 1) exceptions |= UNDERFLOW;
  }
  if (length_of(kept) + unit > limit) {
    const to_infinity = mode === NEAREST || (mode === UP && !negative) || (mode === DOWN && negative);
    if (to_infinity) return infinity(format, negative, OVERFLOW | INEXACT);
    return pack(format, negative, largest(format), OVERFLOW | INEXACT);
  }
  // A carry out of the fraction goes into the exponent, as it should.
  return pack(format, negative, (BigInt(unit - lowest) << fraction_bits(format)) + kept, exceptions);
}

/** Magnitude of the largest finite number: one less than infinity's. */
function largest(format: Format): bigint {
  return (((1n << BigInt(32 * format.words - format.precision)) - 1n) << fraction_bits(format)) - 1n;
}

export function add_exactly(format: Format, a_bits: Pattern, b_bits: Pattern, rounding: number): Result {
  const a = unpack(format, a_bits);
  const b = unpack(format, b_bits);
  if (a.kind === 'nan' || b.kind === 'nan') return nan(format, 0);
  if (a.kind === 'infinite' && b.kind === 'infinite' && a.negative !== b.negative) return nan(format, INVALID);
  if (a.kind === 'infinite') return infinity(format, a.negative);
  if (b.kind === 'infinite') return infinity(format, b.negative);
  const e = Math.min(a.e, b.e);
  const term = ({ negative, m, e: own }: Unpacked) => (m << BigInt(own - e)) * (negative ? -1n : 1n);
  const sum = term(a) + term(b);
  if (sum === 0n) {
    const both = a.negative && b.negative;
    const differ = a.negative !== b.negative;
    return pack(format, both || (differ && (rounding & ~FLUSH_TO_ZERO) === DOWN), 0n, 0);
  }
  return round(format, sum < 0n, sum < 0n ? -sum : sum, e, false, rounding);
}

export function multiply_exactly(format: Format, a_bits: Pattern, b_bits: Pattern, rounding: number): Result {
  const a = unpack(format, a_bits);
  const b = unpack(format, b_bits);
  if (a.kind === 'nan' || b.kind === 'nan') return nan(format, 0);
  const negative = a.negative !== b.negative;
  if (a.kind === 'infinite' || b.kind === 'infinite') {
    const by_zero = (a.kind === 'finite' && a.m === 0n) || (b.kind === 'finite' && b.m === 0n);
    return by_zero ? nan(format, INVALID) : infinity(format, negative);
  }
  return round(format, negative, a.m * b.m, a.e + b.e, false, rounding);
}

export function divide_exactly(format: Format, a_bits: Pattern, b_bits: Pattern, rounding: number): Result {
  const a = unpack(format, a_bits);
  const b = unpack(format, b_bits);
  if (a.kind === 'nan' || b.kind === 'nan') return nan(format, 0);
  const negative = a.negative !== b.negative;
  if (a.kind === 'infinite') return b.kind === 'infinite' ? nan(format, INVALID) : infinity(format, negative);
  if (b.kind === 'infinite') return pack(format, negative, 0n, 0);
  if (b.m === 0n) return a.m === 0n ? nan(format, INVALID) : infinity(format, negative, DIVISION_BY_ZERO);
  const extra = 2 * format.precision + 4;
  const scaled = a.m << BigInt(extra);
  return round(format, negative, scaled / b.m, a.e - b.e - extra, scaled % b.m !== 0n, rounding);
}

export function square_root_exactly(format: Format, bits: Pattern, rounding: number): Result {
  const a = unpack(format, bits);
  if (a.kind === 'nan') return nan(format, 0);
  if (a.kind === 'finite' && a.m === 0n) return pack(format, a.negative, 0n, 0);
  if (a.negative) return nan(format, INVALID);
  if (a.kind === 'infinite') return infinity(format, false);
  // An even exponent, and more than twice the bits that the root needs.
  const shift = 2 * format.precision + 8 + (a.e & 1);
  const m = a.m << BigInt(shift);
  const root = integer_square_root(m);
  return round(format, false, root, (a.e - shift) / 2, root * root !== m, rounding);
}

/** Newton's method, from above. */
function integer_square_root(m: bigint): bigint {
  let x = 1n << BigInt(Math.ceil(length_of(m) / 2));
  for (;;) {
    const next = (x + m / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}

/** A number of one format in another. */
export function resize_exactly(from: Format, to: Format, bits: Pattern, rounding: number): Result {
  const a = unpack(from, bits);
  if (a.kind === 'nan') return nan(to, 0);
  if (a.kind === 'infinite') return infinity(to, a.negative);
  return round(to, a.negative, a.m, a.e, false, rounding);
}

export function compare_patterns(a: number, b: number): number {
  return a < b ? LESS : a > b ? GREATER : a === b ? EQUAL : UNORDERED;
}
