// What several instructions share: conditions (ARM DDI 0100I, A3.2), shifter operands (A5.1), flags (A2.5.2).

import { bit, rotate_right, trim_32 } from 'pydgin-ts/adl';
import type { Inst } from './arm-encodings.js';
import { PC, type State } from './state.js';

/** A3.2.1. The space of condition 0b1111 holds other instructions; what the table does not list there is undefined. */
export function condition_passed(s: State, cond: number): boolean {
  switch (cond) {
    case 0b0000:
      return s.Z === 1;
    case 0b0001:
      return s.Z === 0;
    case 0b0010:
      return s.C === 1;
    case 0b0011:
      return s.C === 0;
    case 0b0100:
      return s.N === 1;
    case 0b0101:
      return s.N === 0;
    case 0b0110:
      return s.V === 1;
    case 0b0111:
      return s.V === 0;
    case 0b1000:
      return s.C === 1 && s.Z === 0;
    case 0b1001:
      return s.C === 0 || s.Z === 1;
    case 0b1010:
      return s.N === s.V;
    case 0b1011:
      return s.N !== s.V;
    case 0b1100:
      return s.Z === 0 && s.N === s.V;
    case 0b1101:
      return s.Z === 1 || s.N !== s.V;
    case 0b1110:
      return true;
    default:
      return s.undefined_instruction();
  }
}

const LSL = 0;
const LSR = 1;
const ASR = 2;

/** Addressing mode 1 (A5.1): the value. */
export function shifter_operand(s: State, inst: Inst): number {
  if (inst.I) return rotate_right(inst.imm_8, inst.rotate * 2);
  if (inst.R) return shift_by_register(s.rf[inst.rm], inst.shift, s.rf[inst.rs] & 0xff);
  return shift_by_immediate(s.rf[inst.rm], inst.shift, inst.shift_imm, s.C);
}

/** Addressing mode 1 (A5.1): the carry out. */
export function shifter_carry_out(s: State, inst: Inst): number {
  if (inst.I) return inst.rotate === 0 ? s.C : bit(inst.imm_8, (inst.rotate * 2 - 1) & 31);
  return s.C; // TODO
}

export function shift_by_immediate(value: number, shift: number, amount: number, carry: number): number {
  switch (shift) {
    case LSL:
      return (value << amount) >>> 0;
    case LSR:
      return amount === 0 ? 0 : value >>> amount;
    case ASR:
      return (value >> (amount === 0 ? 31 : amount)) >>> 0;
    default:
      return amount === 0 ? ((carry << 31) | (value >>> 1)) >>> 0 : rotate_right(value, amount);
  }
}

export function shift_by_register(value: number, shift: number, amount: number): number {
  switch (shift) {
    case LSL:
      return amount < 32 ? (value << amount) >>> 0 : 0;
    case LSR:
      return amount < 32 ? value >>> amount : 0;
    case ASR:
      return (value >> (amount < 32 ? amount : 31)) >>> 0;
    default:
      return rotate_right(value, amount & 31);
  }
}

/** Carry of an exact sum of unsigned words: does it need a 33rd bit? */
export function carry_from(sum: number): number {
  return sum > 0xffffffff ? 1 : 0;
}

/** Signed overflow of a + b = result (A2.5.2). */
export function overflow_from_add(a: number, b: number, result: number): number {
  return bit(~(a ^ b) & (a ^ result), 31);
}

/** Signed overflow of a - b = result. */
export function overflow_from_sub(a: number, b: number, result: number): number {
  return bit((a ^ b) & (a ^ result), 31);
}

export function set_nz(s: State, result: number): void {
  s.N = bit(result, 31);
  s.Z = result === 0 ? 1 : 0;
}

/** Writes a register; r15 is a jump within ARM state. */
export function write_register(s: State, n: number, value: number): void {
  if (n === PC) s.next_pc = trim_32(value & ~3);
  else s.rf[n] = value;
}
