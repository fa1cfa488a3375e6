// execute_NAME for the ARM instruction set, in the order of arm-encodings.ts. Read beside ARM DDI 0100I, A4.1.

import { bit, high_product, low_product, sign_extend, trim_32 } from 'pydgin-ts/adl';
import type { Inst } from './arm-encodings.js';
import {
  carry_from,
  condition_passed,
  overflow_from_add,
  overflow_from_sub,
  set_nz,
  shift_by_immediate,
  shifter_carry_out,
  shifter_operand,
  write_register,
} from './operands.js';
import { LR, PC, type State } from './state.js';

export function execute_and(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const result = trim_32(s.rf[inst.rn] & shifter_operand(s, inst));
  if (inst.S) {
    s.C = shifter_carry_out(s, inst);
    set_nz(s, result);
  }
  write_register(s, inst.rd, result);
}

export function execute_add(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const a = s.rf[inst.rn];
  const b = shifter_operand(s, inst);
  const sum = a + b;
  const result = trim_32(sum);
  if (inst.S) {
    set_nz(s, result);
    s.C = carry_from(sum);
    s.V = overflow_from_add(a, b, result);
  }
  write_register(s, inst.rd, result);
}

export function execute_adc(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const a = s.rf[inst.rn];
  const b = shifter_operand(s, inst);
  const sum = a + b + s.C;
  const result = trim_32(sum);
  if (inst.S) {
    set_nz(s, result);
    s.C = carry_from(sum);
    s.V = overflow_from_add(a, b, result);
  }
  write_register(s, inst.rd, result);
}

export function execute_sub(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const a = s.rf[inst.rn];
  const b = shifter_operand(s, inst);
  const result = trim_32(a - b);
  if (inst.S) {
    set_nz(s, result);
    s.C = a >= b ? 1 : 0;
    s.V = overflow_from_sub(a, b, result);
  }
  write_register(s, inst.rd, result);
}

export function execute_cmp(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const a = s.rf[inst.rn];
  const b = shifter_operand(s, inst);
  const result = trim_32(a - b);
  set_nz(s, result);
  s.C = a >= b ? 1 : 0;
  s.V = overflow_from_sub(a, b, result);
}

export function execute_mov(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const result = shifter_operand(s, inst);
  if (inst.S) {
    s.C = shifter_carry_out(s, inst);
    set_nz(s, result);
  }
  write_register(s, inst.rd, result);
}

export function execute_mul(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const result = low_product(s.rf[inst.rm], s.rf[inst.rs]);
  if (inst.S) set_nz(s, result);
  s.rf[inst.rd] = result;
}

export function execute_umull(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const low = low_product(s.rf[inst.rm], s.rf[inst.rs]);
  const high = high_product(s.rf[inst.rm], s.rf[inst.rs]);
  s.rf[inst.rd_lo] = low;
  s.rf[inst.rd_hi] = high;
  if (inst.S) {
    s.N = bit(high, 31);
    s.Z = (low | high) === 0 ? 1 : 0;
  }
}

/** Addressing mode 2 (A5.2): [address to access, value for rn afterwards]. */
function addressing_mode_2(s: State, inst: Inst): [number, number] {
  const offset = inst.I ? shift_by_immediate(s.rf[inst.rm], inst.shift, inst.shift_imm, s.C) : inst.offset_12;
  const rn = s.rf[inst.rn];
  const sum = trim_32(inst.U ? rn + offset : rn - offset);
  return [inst.P ? sum : rn, sum];
}

export function execute_ldr(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const [address, updated] = addressing_mode_2(s, inst);
  const data = s.mem.read_32(address);
  if (!inst.P || inst.W) s.rf[inst.rn] = updated;
  if (inst.rd === PC) {
    s.T = data & 1;
    s.next_pc = trim_32(data & ~1);
  } else s.rf[inst.rd] = data;
}

export function execute_str(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const [address, updated] = addressing_mode_2(s, inst);
  s.mem.write_32(address, s.rf[inst.rd]);
  if (!inst.P || inst.W) s.rf[inst.rn] = updated;
}

/** Number of registers in a list. */
function count_registers(list: number): number {
  let count = 0;
  for (let n = 0; n < 16; n++) count += bit(list, n);
  return count;
}

/** Addressing mode 4 (A5.4): [lowest address, value for rn afterwards]. */
function addressing_mode_4(s: State, inst: Inst): [number, number] {
  const rn = s.rf[inst.rn];
  const size = count_registers(inst.register_list) * 4;
  if (inst.U) return [trim_32(inst.P ? rn + 4 : rn), trim_32(rn + size)];
  return [trim_32(inst.P ? rn - size : rn - size + 4), trim_32(rn - size)];
}

export function execute_ldm(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  let [address, updated] = addressing_mode_4(s, inst);
  if (inst.W) s.rf[inst.rn] = updated;
  for (let n = 0; n < 15; n++)
    if (bit(inst.register_list, n)) {
      s.rf[n] = s.mem.read_32(address);
      address = trim_32(address + 4);
    }
  if (bit(inst.register_list, PC)) {
    const data = s.mem.read_32(address);
    s.T = data & 1;
    s.next_pc = trim_32(data & ~1);
  }
}

export function execute_stm(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  let [address, updated] = addressing_mode_4(s, inst);
  for (let n = 0; n < 16; n++)
    if (bit(inst.register_list, n)) {
      s.mem.write_32(address, s.rf[n]);
      address = trim_32(address + 4);
    }
  if (inst.W) s.rf[inst.rn] = updated;
}

export function execute_b(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  s.next_pc = trim_32(s.pc + 8 + signed_offset(inst));
}

export function execute_bl(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  s.rf[LR] = trim_32(s.pc + 4);
  s.next_pc = trim_32(s.pc + 8 + signed_offset(inst));
}

function signed_offset(inst: Inst): number {
  return sign_extend(inst.offset_24, 24) << 2;
}

export function execute_bx(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const target = s.rf[inst.rm];
  s.T = target & 1;
  s.next_pc = trim_32(target & ~1);
}

export function execute_swi(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  s.syscall(inst.imm_24);
}
