// What floating-point instructions share: register pairs (MD00086, 5.5), FCSR with its exceptions (5.6, 5.8), and NaNs in the
// encoding of before IEEE 754-2008 (5.4.2), in which the quiet ones have the top fraction bit clear.

import { FLUSH_TO_ZERO, INVALID, NOT_A_NUMBER } from 'pydgin-ts/adl';
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
  return (s.fcsr & 3) | ((s.fcsr & 0x1000000) !== 0 ? FLUSH_TO_ZERO : 0);
}

/** Records an instruction's exceptions in FCSR.Cause; those enabled are raised, the others remembered in FCSR.Flags. */
export function signal_exceptions(s: State, exceptions: number): void {
  const fcsr = (s.fcsr & ~0x3f000) | (exceptions << 12);
  s.fcsr = fcsr >>> 0;
  if (((fcsr >>> 7) & exceptions) !== 0) s.raise('SIGFPE', 'floating-point exception');
  s.fcsr = (fcsr | (exceptions << 2)) >>> 0;
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
