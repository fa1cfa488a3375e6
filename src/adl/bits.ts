// Bit helpers for execute_* functions. Values are unsigned 32-bit numbers unless a name says otherwise; all arithmetic
// is exact (JavaScript integers hold 53 bits). The JIT inlines these like any other function of the description,
// except those that open with a 'use intrinsic …' directive: each of those has a direct lowering that computes the same.

/** The low 32 bits of an exact integer. */
export function trim_32(value: number): number {
  return value >>> 0;
}

/** Two's-complement reading of the low 32 bits: -2^31 … 2^31-1. */
export function signed_32(value: number): number {
  return value | 0;
}

/** Bit `n` of a 32-bit value, 0 or 1. */
export function bit(value: number, n: number): number {
  return (value >>> n) & 1;
}

/** Bits `high` down to `low` of a 32-bit value. */
export function bits(value: number, high: number, low: number): number {
  return (value >>> low) & (0xffffffff >>> (31 - (high - low)));
}

/** Sign-extends the low `width` bits to an unsigned 32-bit value. */
export function sign_extend(value: number, width: number): number {
  return ((value << (32 - width)) >> (32 - width)) >>> 0;
}

/** Rotates a 32-bit value right by `amount` (0 … 31). */
export function rotate_right(value: number, amount: number): number {
  return ((value >>> amount) | (value << ((32 - amount) & 31))) >>> 0;
}

/** High word of the unsigned product of two u32. */
export function high_product(a: number, b: number): number {
  'use intrinsic high_product';
  const low = (a & 0xffff) * (b & 0xffff);
  const middle = (a >>> 16) * (b & 0xffff) + (low >>> 16);
  const cross = (a & 0xffff) * (b >>> 16) + (middle & 0xffff);
  return ((a >>> 16) * (b >>> 16) + Math.floor(middle / 65536) + Math.floor(cross / 65536)) >>> 0;
}

/** High word of the signed product of two 32-bit values, as u32. */
export function high_product_signed(a: number, b: number): number {
  'use intrinsic high_product_signed';
  return (high_product(a >>> 0, b >>> 0) - ((a | 0) < 0 ? b : 0) - ((b | 0) < 0 ? a : 0)) >>> 0;
}

/** Low word of a product: the same for signed and unsigned factors. */
export function low_product(a: number, b: number): number {
  return Math.imul(a, b) >>> 0;
}

/** Both words of a × b + c, unsigned, the lower first; they hold it exactly. */
export function multiply_add(a: number, b: number, c: number): [low: number, high: number] {
  'use intrinsic multiply_add';
  const sum = low_product(a, b) + c;
  return [sum >>> 0, (high_product(a, b) + (sum > 0xffffffff ? 1 : 0)) >>> 0];
}

/** The same with a and b read as signed, and so the result. */
export function multiply_add_signed(a: number, b: number, c: number): [low: number, high: number] {
  'use intrinsic multiply_add_signed';
  const sum = low_product(a, b) + c;
  return [sum >>> 0, (high_product_signed(a, b) + (sum > 0xffffffff ? 1 : 0)) >>> 0];
}

/** Quotient of two u32, rounded down; by zero it is 0. */
export function quotient(a: number, b: number): number {
  'use intrinsic quotient';
  return (a / b) >>> 0;
}

/** Remainder of two u32; by zero it is 0. */
export function remainder(a: number, b: number): number {
  'use intrinsic remainder';
  return (a % b) >>> 0;
}

/** Quotient of two 32-bit values read as signed, rounded towards zero, as u32; -2^31 / -1 wraps around, by zero it is 0. */
export function quotient_signed(a: number, b: number): number {
  'use intrinsic quotient_signed';
  return ((a | 0) / (b | 0)) >>> 0;
}

/** Remainder of two 32-bit values read as signed, with the sign of `a`, as u32; by zero it is 0. */
export function remainder_signed(a: number, b: number): number {
  'use intrinsic remainder_signed';
  return ((a | 0) % (b | 0)) >>> 0;
}

/**
 * The condition itself, with a hint: it hardly ever holds. Compiled code does not contain what depends on it, but leaves such
 * a case to the interpreter.
 */
export function unlikely(condition: boolean): boolean {
  'use intrinsic unlikely';
  return condition;
}
