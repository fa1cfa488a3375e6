// What several instructions share: branches and their delay slots (MD00086, 4.1.3), addresses and their alignment, bytes of
// a word (MD00087, LWL), and the reasons for exceptions.

import { sign_extend, trim_32 } from 'pydgin-ts/adl';
import { RA, type State } from './state.js';

// What Linux tells handlers (si_code).
const FPE_INTDIV = 1;
const FPE_INTOVF = 2;
const SI_KERNEL = 0x80;

/** The instruction in a delay slot must not be a branch: what that does is UNPREDICTABLE. */
function begin_branch(s: State): void {
  if (s.in_delay_slot) s.raise('SIGILL', 'a branch in the delay slot of another');
}

/** Jumps after the delay slot. */
export function jump(s: State, target: number): void {
  begin_branch(s);
  s.delayed_pc = target;
}

/** Branches to `offset` instructions from the delay slot, if `condition` holds. */
export function branch(s: State, offset: number, condition: boolean): void {
  begin_branch(s);
  s.delayed_pc = trim_32(condition ? s.pc + 4 + (sign_extend(offset, 16) << 2) : s.pc + 8);
}

/** Branch likely: unless it is taken, the delay slot is skipped. */
export function branch_likely(s: State, offset: number, condition: boolean): void {
  begin_branch(s);
  if (condition) s.delayed_pc = trim_32(s.pc + 4 + (sign_extend(offset, 16) << 2));
  else {
    s.delayed_pc = trim_32(s.pc + 12);
    s.next_pc = trim_32(s.pc + 8);
  }
}

/** Where a subroutine returns to: behind the delay slot. */
export function link(s: State, register: number): void {
  s.rf[register] = trim_32(s.pc + 8);
}

export function link_ra(s: State): void {
  link(s, RA);
}

/** Address of a byte. */
export function address_of(s: State, base: number, offset: number): number {
  return trim_32(s.rf[base] + sign_extend(offset, 16));
}

/** Address of a half-word, which must be a multiple of 2. */
export function address_of_half(s: State, base: number, offset: number): number {
  const address = address_of(s, base, offset);
  if ((address & 1) !== 0) s.unaligned_access(address);
  return address;
}

/** Address of a word, which must be a multiple of 4. */
export function address_of_word(s: State, base: number, offset: number): number {
  const address = address_of(s, base, offset);
  if ((address & 3) !== 0) s.unaligned_access(address);
  return address;
}

/** Address of a double, which must be a multiple of 8. */
export function address_of_double(s: State, base: number, offset: number): number {
  const address = address_of(s, base, offset);
  if ((address & 7) !== 0) s.unaligned_access(address);
  return address;
}

/** Sum of two registers, which must be a multiple of `size`. */
export function indexed_address(s: State, base: number, index: number, size: number): number {
  const address = trim_32(s.rf[base] + s.rf[index]);
  if ((address & (size - 1)) !== 0) s.unaligned_access(address);
  return address;
}

/** How far the addressed byte is from the least significant one of its word, in bits. */
export function byte_lane(s: State, address: number): number {
  return ((address & 3) ^ (s.mem.big_endian === 1 ? 3 : 0)) * 8;
}

/** Linux's signal for a break: codes 6 and 7 are what compilers use for overflow and division by zero. */
export function breakpoint(s: State, code: number): void {
  raise_for_code(s, code);
  s.breakpoint(code);
}
/** The same for a trap. */
export function trap(s: State, code: number): void {
  raise_for_code(s, code);
  s.raise('SIGTRAP', 'trap', SI_KERNEL);
}
function raise_for_code(s: State, code: number): void {
  if (code === 7) s.raise('SIGFPE', 'integer division by zero', FPE_INTDIV);
  if (code === 6) s.raise('SIGFPE', 'integer overflow', FPE_INTOVF);
}

/** An exact sum or difference that has to fit 32 bits, signed. */
export function checked_32(s: State, result: number): number {
  if (result !== (result | 0)) s.raise('SIGFPE', 'integer overflow', FPE_INTOVF);
  return trim_32(result);
}
