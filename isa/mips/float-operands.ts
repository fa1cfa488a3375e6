// What floating-point instructions share: register pairs (MD00086, 5.5), FCSR with its exceptions (5.6, 5.8), and NaNs in the
// encoding of before IEEE 754-2008 (5.4.2), in which the quiet ones have the top fraction bit clear.

import { FLUSH_TO_ZERO, INVALID, NOT_A_NUMBER } from 'pydgin-ts/adl';
import type { State } from './state.js';

/** The quiet NaN that invalid operations give. */
const DEFAULT_NAN_32 = 0x7fbfffff;
const DEFAULT_NAN_64_HIGH = 0x7ff7ffff;
const DEFAULT_NAN_64_LOW = 0xffffffff;

export type Single = [bits: number, exceptions: number];
export type Double = [low: number, high: number, exceptions: number];

/** Doubles are in pairs; an odd number names no pair. */
export function pair(s: State, n: number): number {
  if ((n & 1) !== 0) s.undefined_instruction();
  return n;
}

/** FCSR.RM, and FCSR.FS, which flushes tiny results. */
export function rounding_mode(s: State): number {
  return (s.fcsr & 3) | ((s.fcsr & 0x1000000) !== 0 ? FLUSH_TO_ZERO : 0);
}

/** Records an instruction's exceptions in FCSR.Cause; those enabled are raised, the others remembered in FCSR.Flags. */
export function signal_exceptions(s: State, exceptions: number): void {
  const fcsr = (s.fcsr & ~0x3f000) | (exceptions << 12);
  s.fcsr = fcsr >>> 0;
  if (((fcsr >>> 7) & exceptions) !== 0) s.raise('SIGFPE', 'floating-point exception');
  s.fcsr = (fcsr | (exceptions << 2)) >>> 0;
}

export function is_nan_32(bits: number): boolean {
  return (bits & 0x7fffffff) > 0x7f800000;
}
export function is_nan_64(low: number, high: number): boolean {
  const magnitude = high & 0x7fffffff;
  return magnitude > 0x7ff00000 || (magnitude === 0x7ff00000 && low !== 0);
}
export function is_signalling_32(bits: number): boolean {
  return (bits & 0x7fc00000) === 0x7fc00000;
}
export function is_signalling_64(high: number): boolean {
  return (high & 0x7ff80000) === 0x7ff80000;
}

/** A result, or the NaN in its place: the first operand that is one, unless one is signalling or none is. */
export function with_nan_32(bits: number, exceptions: number, a: number, b: number): Single {
  if ((exceptions & NOT_A_NUMBER) === 0) return [bits, exceptions];
  if (is_signalling_32(a) || is_signalling_32(b)) return [DEFAULT_NAN_32, INVALID];
  if (is_nan_32(a)) return [a, 0];
  if (is_nan_32(b)) return [b, 0];
  return [DEFAULT_NAN_32, exceptions & ~NOT_A_NUMBER];
}
export function with_nan_64(
  low: number,
  high: number,
  exceptions: number,
  a_low: number,
  a_high: number,
  b_low: number,
  b_high: number,
): Double {
  if ((exceptions & NOT_A_NUMBER) === 0) return [low, high, exceptions];
  if (is_signalling_64(a_high) || is_signalling_64(b_high)) return [DEFAULT_NAN_64_LOW, DEFAULT_NAN_64_HIGH, INVALID];
  if (is_nan_64(a_low, a_high)) return [a_low, a_high, 0];
  if (is_nan_64(b_low, b_high)) return [b_low, b_high, 0];
  return [DEFAULT_NAN_64_LOW, DEFAULT_NAN_64_HIGH, exceptions & ~NOT_A_NUMBER];
}

/** A quiet NaN of one format in the other: its fraction's upper bits stay. */
export function widen_nan(bits: number): Double {
  if (is_signalling_32(bits)) return [DEFAULT_NAN_64_LOW, DEFAULT_NAN_64_HIGH, INVALID];
  return [(bits << 29) >>> 0, ((bits & 0x80000000) | 0x7ff00000 | ((bits & 0x7fffff) >>> 3)) >>> 0, 0];
}
export function narrow_nan(low: number, high: number): Single {
  if (is_signalling_64(high)) return [DEFAULT_NAN_32, INVALID];
  return [((high & 0x80000000) | 0x7f800000 | ((high & 0xfffff) << 3) | (low >>> 29)) >>> 0, 0];
}

export function write_single(s: State, n: number, result: Single): void {
  const [bits, exceptions] = result;
  signal_exceptions(s, exceptions);
  s.f[n] = bits;
}
export function write_double(s: State, n: number, result: Double): void {
  const [low, high, exceptions] = result;
  signal_exceptions(s, exceptions);
  s.f[n] = low;
  s.f[n + 1] = high;
}

/** What does not fit, and a NaN, becomes the largest integer. */
export function write_integer(s: State, n: number, result: Single): void {
  const [integer, exceptions] = result;
  signal_exceptions(s, exceptions);
  s.f[n] = (exceptions & INVALID) !== 0 ? 0x7fffffff : integer;
}

/** Position of a condition code in FCSR: 0 is apart from the others. */
function condition_bit(cc: number): number {
  return cc === 0 ? 23 : 24 + cc;
}
export function condition_code(s: State, cc: number): boolean {
  return ((s.fcsr >>> condition_bit(cc)) & 1) !== 0;
}
export function set_condition_code(s: State, cc: number, value: boolean): void {
  const mask = 1 << condition_bit(cc);
  s.fcsr = (value ? s.fcsr | mask : s.fcsr & ~mask) >>> 0;
}
