// What floating-point instructions share: register pairs (MD00086, 5.5), FCSR with its exceptions (5.6, 5.8), and NaNs in the
// encoding of before IEEE 754-2008 (5.4.2), in which the quiet ones have the top fraction bit clear.

import { bit, bits, FLUSH_TO_ZERO, INVALID, NOT_A_NUMBER, trim_32, unlikely } from 'pydgin-ts/adl';
import type { State } from './state.js';

/** The quiet NaN that all operations give whose result is none of the numbers; 24Kf and qemu propagate no operands. */
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
  return s.rounding | (s.flush * FLUSH_TO_ZERO);
}

/**
 * Raises the first of some exceptions, as Linux has them in si_code: 3 for division by zero to 6 for inexact, 7 for invalid, and for
 * an unimplemented operation, too.
 */
export function raise_exception(s: State, exceptions: number): void {
  const first = 31 - Math.clz32(exceptions & 0x1f);
  s.raise('SIGFPE', 'floating-point exception', first === 4 ? 7 : 6 - first);
}

/** Records an instruction's exceptions in FCSR.Cause; those enabled are raised, the others remembered in FCSR.Flags. */
export function signal_exceptions(s: State, exceptions: number): void {
  s.cause = exceptions;
  if (unlikely(s.enables !== 0) && (s.enables & exceptions) !== 0) raise_exception(s, s.enables & exceptions);
  s.flags = s.flags | exceptions;
}

/** FCSR as one register. Condition code 0 is apart from the others. */
export function read_fcsr(s: State): number {
  let fcsr = s.rounding | (s.flags << 2) | (s.enables << 7) | (s.cause << 12) | (s.flush << 24);
  for (let cc = 0; cc < 8; cc++) fcsr |= s.fcc[cc] << (cc === 0 ? 23 : 24 + cc);
  return trim_32(fcsr);
}
export function write_fcsr(s: State, value: number): void {
  s.rounding = bits(value, 1, 0);
  s.flags = bits(value, 6, 2);
  s.enables = bits(value, 11, 7);
  s.cause = bits(value, 17, 12);
  s.flush = bit(value, 24);
  for (let cc = 0; cc < 8; cc++) s.fcc[cc] = bit(value, cc === 0 ? 23 : 24 + cc);
}

export function is_signalling_32(bits: number): boolean {
  return (bits & 0x7fc00000) === 0x7fc00000;
}
export function is_signalling_64(high: number): boolean {
  return (high & 0x7ff80000) === 0x7ff80000;
}

/** A result, or the default NaN in its place; a signalling operand is invalid besides. */
export function with_nan_32(bits: number, exceptions: number, signalling: boolean): Single {
  if ((exceptions & NOT_A_NUMBER) === 0) return [bits, exceptions];
  return [DEFAULT_NAN_32, signalling ? INVALID : exceptions & ~NOT_A_NUMBER];
}
export function with_nan_64(low: number, high: number, exceptions: number, signalling: boolean): Double {
  if ((exceptions & NOT_A_NUMBER) === 0) return [low, high, exceptions];
  return [DEFAULT_NAN_64_LOW, DEFAULT_NAN_64_HIGH, signalling ? INVALID : exceptions & ~NOT_A_NUMBER];
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
