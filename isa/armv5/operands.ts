// What several instructions share: conditions (ARM DDI 0100I, A3.2), flags (A2.5.2), the shifter (A5.1) and the
// addressing modes (A5.2 to A5.4).

import { bit, rotate_right, trim_32 } from 'pydgin-ts/adl';
import type { Inst } from './arm-encodings.js';
import { PC, type State } from './state.js';

const AL = 0b1110;

/** A3.2.1. Most instructions have condition AL: the rest is a function of its own, which V8 need not inline everywhere. */
export function condition_passed(s: State, cond: number): boolean {
  return cond === AL || other_condition_passed(s, cond);
}

/** The space of condition 0b1111 holds other instructions; what the table does not list there is undefined. */
// biome-ignore format: a table
function other_condition_passed(s: State, cond: number): boolean {
  switch (cond) {
    case 0b0000: return s.Z === 1; // EQ
    case 0b0001: return s.Z === 0; // NE
    case 0b0010: return s.C === 1; // CS
    case 0b0011: return s.C === 0; // CC
    case 0b0100: return s.N === 1; // MI
    case 0b0101: return s.N === 0; // PL
    case 0b0110: return s.V === 1; // VS
    case 0b0111: return s.V === 0; // VC
    case 0b1000: return s.C === 1 && s.Z === 0; // HI
    case 0b1001: return s.C === 0 || s.Z === 1; // LS
    case 0b1010: return s.N === s.V; // GE
    case 0b1011: return s.N !== s.V; // LT
    case 0b1100: return s.Z === 0 && s.N === s.V; // GT
    case 0b1101: return s.Z === 1 || s.N !== s.V; // LE
    default: return s.undefined_instruction();
  }
}

/** N and Z of a word. */
export function set_nz(s: State, result: number): void {
  s.N = bit(result, 31);
  s.Z = result === 0 ? 1 : 0;
}

/** N, Z, C and V of a + b. */
export function set_flags_from_add(s: State, a: number, b: number): void {
  const sum = trim_32(a + b);
  set_nz(s, sum);
  s.C = sum < a ? 1 : 0;
  s.V = overflow_from_add(a, b, sum);
}

/** N, Z, C and V of a - b. */
export function set_flags_from_sub(s: State, a: number, b: number): void {
  const difference = trim_32(a - b);
  set_nz(s, difference);
  s.C = a >= b ? 1 : 0;
  s.V = overflow_from_sub(a, b, difference);
}

/** N, Z, C and V of the exact sum a + b + carry. */
export function set_flags_from_adc(s: State, a: number, b: number, sum: number): void {
  set_nz(s, trim_32(sum));
  s.C = carry_from(sum);
  s.V = overflow_from_add(a, b, sum);
}

/** N, Z, C and V of the exact difference a - b - borrow. */
export function set_flags_from_sbc(s: State, a: number, b: number, difference: number): void {
  set_nz(s, trim_32(difference));
  s.C = borrow_from(difference) === 0 ? 1 : 0;
  s.V = overflow_from_sub(a, b, difference);
}

/** Carry of an exact sum of words: does it need a 33rd bit? */
export function carry_from(sum: number): number {
  return sum > 0xffffffff ? 1 : 0;
}

/** Borrow of an exact difference of words: is it negative? */
export function borrow_from(difference: number): number {
  return difference < 0 ? 1 : 0;
}

/** Signed overflow of a + b. */
export function overflow_from_add(a: number, b: number, sum: number): number {
  return bit(~(a ^ b) & (a ^ sum), 31);
}

/** Signed overflow of a - b. */
export function overflow_from_sub(a: number, b: number, difference: number): number {
  return bit((a ^ b) & (a ^ difference), 31);
}

/** Jumps to where bit 0 says in which state to go on (A4.1.10): 1 Thumb, 0 ARM. */
export function branch_exchange(s: State, target: number): void {
  s.T = target & 1;
  s.next_pc = trim_32(target & ~1);
}

export const LSL = 0;
export const LSR = 1;
export const ASR = 2;
export const ROR = 3;

/** Addressing mode 1 (A5.1): the value. */
export function shifter_operand(s: State, inst: Inst): number {
  if (inst.I) return rotate_right(inst.imm_8, inst.rotate * 2);
  if (inst.R) return shift_by_register(s.rf[inst.rm], inst.shift, s.rf[inst.rs] & 0xff);
  return shift_by_immediate(s.rf[inst.rm], inst.shift, inst.shift_imm, s.C);
}

/** Addressing mode 1 (A5.1): the carry out. */
export function shifter_carry_out(s: State, inst: Inst): number {
  if (inst.I) return inst.rotate === 0 ? s.C : bit(inst.imm_8, inst.rotate * 2 - 1);
  if (inst.R) return carry_of_shift_by_register(s.rf[inst.rm], inst.shift, s.rf[inst.rs] & 0xff, s.C);
  return carry_of_shift_by_immediate(s.rf[inst.rm], inst.shift, inst.shift_imm, s.C);
}

/** LSR and ASR encode 32 as 0, and ROR by 0 is RRX: through the carry by one. */
// biome-ignore format: a table
export function shift_by_immediate(value: number, shift: number, amount: number, carry: number): number {
  switch (shift) {
    case LSL: return trim_32(value << amount);
    case LSR: return amount === 0 ? 0 : value >>> amount;
    case ASR: return trim_32(value >> (amount === 0 ? 31 : amount));
    default: return amount === 0 ? trim_32((carry << 31) | (value >>> 1)) : rotate_right(value, amount);
  }
}

// biome-ignore format: a table
export function carry_of_shift_by_immediate(value: number, shift: number, amount: number, carry: number): number {
  switch (shift) {
    case LSL: return amount === 0 ? carry : bit(value, 32 - amount);
    case ROR: return amount === 0 ? bit(value, 0) : bit(value, amount - 1);
    default: return amount === 0 ? bit(value, 31) : bit(value, amount - 1);
  }
}

/** `amount` is the low byte of a register. */
// biome-ignore format: a table
export function shift_by_register(value: number, shift: number, amount: number): number {
  switch (shift) {
    case LSL: return amount < 32 ? trim_32(value << amount) : 0;
    case LSR: return amount < 32 ? value >>> amount : 0;
    case ASR: return trim_32(value >> (amount < 32 ? amount : 31));
    default: return rotate_right(value, amount & 31);
  }
}

// biome-ignore format: a table
export function carry_of_shift_by_register(value: number, shift: number, amount: number, carry: number): number {
  if (amount === 0) return carry;
  switch (shift) {
    case LSL: return amount <= 32 ? bit(value, 32 - amount) : 0;
    case LSR: return amount <= 32 ? bit(value, amount - 1) : 0;
    case ASR: return bit(value, amount < 32 ? amount - 1 : 31);
    default: return bit(value, (amount - 1) & 31);
  }
}

/** Addressing mode 2 (A5.2), word and unsigned byte: what is added to or subtracted from rn. */
export function offset_2(s: State, inst: Inst): number {
  return inst.I ? shift_by_immediate(s.rf[inst.rm], inst.shift, inst.shift_imm, s.C) : inst.offset_12;
}

/** Addressing mode 3 (A5.3), halfword, signed byte and doubleword: what is added to or subtracted from rn. */
export function offset_3(s: State, inst: Inst): number {
  return inst.I_3 ? inst.offset_8 : s.rf[inst.rm];
}

/** rn with the offset, upwards or downwards (U). */
export function indexed(s: State, inst: Inst, offset: number): number {
  const rn = s.rf[inst.rn];
  return inst.U ? trim_32(rn + offset) : trim_32(rn - offset);
}

/** The address to access, pre-indexed (P) or post-indexed. */
export function access_address(s: State, inst: Inst, updated: number): number {
  return inst.P ? updated : s.rf[inst.rn];
}

/** Writes the base register of a load or store unless the addressing mode is a plain offset. */
export function write_back(s: State, inst: Inst, updated: number): void {
  if (inst.W || !inst.P) s.rf[inst.rn] = updated;
}

/** Addressing mode 4 (A5.4), multiple words: [lowest address, value for rn afterwards]. */
export function addressing_mode_4(s: State, inst: Inst): [number, number] {
  if (inst.register_list === 0 || inst.rn === PC) s.undefined_instruction();
  const rn = s.rf[inst.rn];
  const size = count_registers(inst.register_list) * 4;
  const end = trim_32(inst.U ? rn + size : rn - size);
  const lowest = inst.U ? rn : end;
  return [trim_32(inst.P === inst.U ? lowest + 4 : lowest), end];
}

/** Unlike LDR and STR, accesses to several words, and SWP, demand the address of a word (A2.8): Linux raises SIGBUS. */
export function demand_alignment(s: State, address: number): void {
  if (address & 3) s.unaligned_access(address);
}

/** Number of registers in a list. */
export function count_registers(list: number): number {
  let count = 0;
  for (let rest = list; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Number of the lowest register in a list, which is not empty. */
export function first_register(list: number): number {
  return 31 - Math.clz32(list & -list);
}
