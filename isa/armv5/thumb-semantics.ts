// execute_NAME for the Thumb instruction set, in the order of thumb-encodings.ts. Read beside ARM DDI 0100I, A7.1.

import { bit, low_product, sign_extend, trim_32 } from 'pydgin-ts/adl';
import {
  ASR,
  branch_exchange,
  carry_of_shift_by_immediate,
  carry_of_shift_by_register,
  condition_passed,
  count_registers,
  demand_alignment,
  first_register,
  LSL,
  LSR,
  ROR,
  set_flags_from_adc,
  set_flags_from_sbc,
  set_nz,
  shift_by_immediate,
  shift_by_register,
} from './operands.js';
import { LR, PC, SP, type State } from './state.js';
import type { ThumbInst } from './thumb-encodings.js';

/** Writes a low register, with N and Z. */
function write_and_set_nz(s: State, rd: number, result: number): void {
  s.rf[rd] = result;
  set_nz(s, result);
}

/** a + b + carry, with N, Z, C and V. */
function add(s: State, a: number, b: number, carry: number): number {
  const sum = a + b + carry;
  set_flags_from_adc(s, a, b, sum);
  return trim_32(sum);
}

/** a - b - borrow, with N, Z, C and V. */
function subtract(s: State, a: number, b: number, borrow: number): number {
  const difference = a - b - borrow;
  set_flags_from_sbc(s, a, b, difference);
  return trim_32(difference);
}

/** Writes r0 to r15 without flags; to r15 that is a jump within Thumb state. */
function write_any(s: State, rd: number, value: number): void {
  if (rd === PC) s.next_pc = trim_32(value & ~1);
  else s.rf[rd] = value;
}

function shift_immediate(s: State, inst: ThumbInst, shift: number): void {
  const value = s.rf[inst.rm];
  const result = shift_by_immediate(value, shift, inst.imm_5, s.C);
  s.C = carry_of_shift_by_immediate(value, shift, inst.imm_5, s.C);
  write_and_set_nz(s, inst.rd, result);
}

function shift_register(s: State, inst: ThumbInst, shift: number): void {
  const value = s.rf[inst.rd];
  const amount = s.rf[inst.rs] & 0xff;
  s.C = carry_of_shift_by_register(value, shift, amount, s.C);
  write_and_set_nz(s, inst.rd, shift_by_register(value, shift, amount));
}

export function execute_lsl_1(s: State, inst: ThumbInst): void {
  shift_immediate(s, inst, LSL);
}

export function execute_lsr_1(s: State, inst: ThumbInst): void {
  shift_immediate(s, inst, LSR);
}

export function execute_asr_1(s: State, inst: ThumbInst): void {
  shift_immediate(s, inst, ASR);
}

export function execute_add_3(s: State, inst: ThumbInst): void {
  s.rf[inst.rd] = add(s, s.rf[inst.rn], s.rf[inst.rm], 0);
}

export function execute_sub_3(s: State, inst: ThumbInst): void {
  s.rf[inst.rd] = subtract(s, s.rf[inst.rn], s.rf[inst.rm], 0);
}

export function execute_add_1(s: State, inst: ThumbInst): void {
  s.rf[inst.rd] = add(s, s.rf[inst.rn], inst.imm_3, 0);
}

export function execute_sub_1(s: State, inst: ThumbInst): void {
  s.rf[inst.rd] = subtract(s, s.rf[inst.rn], inst.imm_3, 0);
}

export function execute_mov_1(s: State, inst: ThumbInst): void {
  write_and_set_nz(s, inst.rd, inst.imm_8);
}

export function execute_cmp_1(s: State, inst: ThumbInst): void {
  subtract(s, s.rf[inst.rn], inst.imm_8, 0);
}

export function execute_add_2(s: State, inst: ThumbInst): void {
  s.rf[inst.rd] = add(s, s.rf[inst.rd], inst.imm_8, 0);
}

export function execute_sub_2(s: State, inst: ThumbInst): void {
  s.rf[inst.rd] = subtract(s, s.rf[inst.rd], inst.imm_8, 0);
}

export function execute_and(s: State, inst: ThumbInst): void {
  write_and_set_nz(s, inst.rd, trim_32(s.rf[inst.rd] & s.rf[inst.rm]));
}

export function execute_eor(s: State, inst: ThumbInst): void {
  write_and_set_nz(s, inst.rd, trim_32(s.rf[inst.rd] ^ s.rf[inst.rm]));
}

export function execute_lsl_2(s: State, inst: ThumbInst): void {
  shift_register(s, inst, LSL);
}

export function execute_lsr_2(s: State, inst: ThumbInst): void {
  shift_register(s, inst, LSR);
}

export function execute_asr_2(s: State, inst: ThumbInst): void {
  shift_register(s, inst, ASR);
}

export function execute_adc(s: State, inst: ThumbInst): void {
  s.rf[inst.rd] = add(s, s.rf[inst.rd], s.rf[inst.rm], s.C);
}

export function execute_sbc(s: State, inst: ThumbInst): void {
  s.rf[inst.rd] = subtract(s, s.rf[inst.rd], s.rf[inst.rm], 1 - s.C);
}

export function execute_ror(s: State, inst: ThumbInst): void {
  shift_register(s, inst, ROR);
}

export function execute_tst(s: State, inst: ThumbInst): void {
  set_nz(s, trim_32(s.rf[inst.rn] & s.rf[inst.rm]));
}

export function execute_neg(s: State, inst: ThumbInst): void {
  s.rf[inst.rd] = subtract(s, 0, s.rf[inst.rm], 0);
}

export function execute_cmp_2(s: State, inst: ThumbInst): void {
  subtract(s, s.rf[inst.rn], s.rf[inst.rm], 0);
}

export function execute_cmn(s: State, inst: ThumbInst): void {
  add(s, s.rf[inst.rn], s.rf[inst.rm], 0);
}

export function execute_orr(s: State, inst: ThumbInst): void {
  write_and_set_nz(s, inst.rd, trim_32(s.rf[inst.rd] | s.rf[inst.rm]));
}

export function execute_mul(s: State, inst: ThumbInst): void {
  write_and_set_nz(s, inst.rd, low_product(s.rf[inst.rd], s.rf[inst.rm]));
}

export function execute_bic(s: State, inst: ThumbInst): void {
  write_and_set_nz(s, inst.rd, trim_32(s.rf[inst.rd] & ~s.rf[inst.rm]));
}

export function execute_mvn(s: State, inst: ThumbInst): void {
  write_and_set_nz(s, inst.rd, trim_32(~s.rf[inst.rm]));
}

export function execute_add_4(s: State, inst: ThumbInst): void {
  write_any(s, inst.rd, trim_32(s.rf[inst.rd] + s.rf[inst.rm]));
}

export function execute_cmp_3(s: State, inst: ThumbInst): void {
  subtract(s, s.rf[inst.rn], s.rf[inst.rm], 0);
}

export function execute_mov_3(s: State, inst: ThumbInst): void {
  write_any(s, inst.rd, s.rf[inst.rm]);
}

export function execute_bx(s: State, inst: ThumbInst): void {
  branch_exchange(s, s.rf[inst.rm]);
}

export function execute_blx_2(s: State, inst: ThumbInst): void {
  const target = s.rf[inst.rm];
  s.rf[LR] = trim_32((s.pc + 2) | 1);
  branch_exchange(s, target);
}

/** What an address relative to r15 counts from (A7.1.30). */
function word_aligned_pc(s: State): number {
  return trim_32(s.rf[PC] & ~3);
}

export function execute_ldr_3(s: State, inst: ThumbInst): void {
  s.rf[inst.rd] = s.mem.read_32(trim_32(word_aligned_pc(s) + inst.imm_8 * 4));
}

export function execute_str_2(s: State, inst: ThumbInst): void {
  s.mem.write_32(trim_32(s.rf[inst.rn] + s.rf[inst.rm]), s.rf[inst.rd]);
}

export function execute_strh_2(s: State, inst: ThumbInst): void {
  s.mem.write_16(trim_32(s.rf[inst.rn] + s.rf[inst.rm]), s.rf[inst.rd] & 0xffff);
}

export function execute_strb_2(s: State, inst: ThumbInst): void {
  s.mem.write_8(trim_32(s.rf[inst.rn] + s.rf[inst.rm]), s.rf[inst.rd] & 0xff);
}

export function execute_ldrsb(s: State, inst: ThumbInst): void {
  s.rf[inst.rd] = sign_extend(s.mem.read_8(trim_32(s.rf[inst.rn] + s.rf[inst.rm])), 8);
}

export function execute_ldr_2(s: State, inst: ThumbInst): void {
  s.rf[inst.rd] = s.mem.read_32(trim_32(s.rf[inst.rn] + s.rf[inst.rm]));
}

export function execute_ldrh_2(s: State, inst: ThumbInst): void {
  s.rf[inst.rd] = s.mem.read_16(trim_32(s.rf[inst.rn] + s.rf[inst.rm]));
}

export function execute_ldrb_2(s: State, inst: ThumbInst): void {
  s.rf[inst.rd] = s.mem.read_8(trim_32(s.rf[inst.rn] + s.rf[inst.rm]));
}

export function execute_ldrsh(s: State, inst: ThumbInst): void {
  s.rf[inst.rd] = sign_extend(s.mem.read_16(trim_32(s.rf[inst.rn] + s.rf[inst.rm])), 16);
}

export function execute_str_1(s: State, inst: ThumbInst): void {
  s.mem.write_32(trim_32(s.rf[inst.rn] + inst.imm_5 * 4), s.rf[inst.rd]);
}

export function execute_ldr_1(s: State, inst: ThumbInst): void {
  s.rf[inst.rd] = s.mem.read_32(trim_32(s.rf[inst.rn] + inst.imm_5 * 4));
}

export function execute_strb_1(s: State, inst: ThumbInst): void {
  s.mem.write_8(trim_32(s.rf[inst.rn] + inst.imm_5), s.rf[inst.rd] & 0xff);
}

export function execute_ldrb_1(s: State, inst: ThumbInst): void {
  s.rf[inst.rd] = s.mem.read_8(trim_32(s.rf[inst.rn] + inst.imm_5));
}

export function execute_strh_1(s: State, inst: ThumbInst): void {
  s.mem.write_16(trim_32(s.rf[inst.rn] + inst.imm_5 * 2), s.rf[inst.rd] & 0xffff);
}

export function execute_ldrh_1(s: State, inst: ThumbInst): void {
  s.rf[inst.rd] = s.mem.read_16(trim_32(s.rf[inst.rn] + inst.imm_5 * 2));
}

export function execute_str_3(s: State, inst: ThumbInst): void {
  s.mem.write_32(trim_32(s.rf[SP] + inst.imm_8 * 4), s.rf[inst.rd]);
}

export function execute_ldr_4(s: State, inst: ThumbInst): void {
  s.rf[inst.rd] = s.mem.read_32(trim_32(s.rf[SP] + inst.imm_8 * 4));
}

export function execute_add_5(s: State, inst: ThumbInst): void {
  s.rf[inst.rd] = trim_32(word_aligned_pc(s) + inst.imm_8 * 4);
}

export function execute_add_6(s: State, inst: ThumbInst): void {
  s.rf[inst.rd] = trim_32(s.rf[SP] + inst.imm_8 * 4);
}

export function execute_add_7(s: State, inst: ThumbInst): void {
  s.rf[SP] = trim_32(s.rf[SP] + inst.imm_7 * 4);
}

export function execute_sub_4(s: State, inst: ThumbInst): void {
  s.rf[SP] = trim_32(s.rf[SP] - inst.imm_7 * 4);
}

/** Stores the listed low registers upwards from an address; returns the address after them. */
function store_multiple(s: State, start: number, list: number): number {
  let address = start;
  demand_alignment(s, address);
  for (let rest = list; rest !== 0; rest &= rest - 1) {
    s.mem.write_32(address, s.rf[first_register(rest)]);
    address = trim_32(address + 4);
  }
  return address;
}

/** Loads the listed low registers upwards from an address; returns the address after them. */
function load_multiple(s: State, start: number, list: number): number {
  let address = start;
  demand_alignment(s, address);
  for (let rest = list; rest !== 0; rest &= rest - 1) {
    s.rf[first_register(rest)] = s.mem.read_32(address);
    address = trim_32(address + 4);
  }
  return address;
}

/** R is lr. */
export function execute_push(s: State, inst: ThumbInst): void {
  if (inst.register_list === 0 && !inst.R) s.undefined_instruction();
  const start = trim_32(s.rf[SP] - 4 * (count_registers(inst.register_list) + inst.R));
  const address = store_multiple(s, start, inst.register_list);
  if (inst.R) s.mem.write_32(address, s.rf[LR]);
  s.rf[SP] = start;
}

/** R is pc. */
export function execute_pop(s: State, inst: ThumbInst): void {
  if (inst.register_list === 0 && !inst.R) s.undefined_instruction();
  const address = load_multiple(s, s.rf[SP], inst.register_list);
  if (inst.R) branch_exchange(s, s.mem.read_32(address));
  s.rf[SP] = trim_32(address + 4 * inst.R);
}

/** A base register that is in the list is stored as it was. */
export function execute_stmia(s: State, inst: ThumbInst): void {
  if (inst.register_list === 0) s.undefined_instruction();
  s.rf[inst.rn] = store_multiple(s, s.rf[inst.rn], inst.register_list);
}

/** A base register that is in the list keeps what was loaded. */
export function execute_ldmia(s: State, inst: ThumbInst): void {
  if (inst.register_list === 0) s.undefined_instruction();
  const address = load_multiple(s, s.rf[inst.rn], inst.register_list);
  if (!bit(inst.register_list, inst.rn)) s.rf[inst.rn] = address;
}

export function execute_b_1(s: State, inst: ThumbInst): void {
  if (condition_passed(s, inst.cond)) s.next_pc = trim_32(s.rf[PC] + (sign_extend(inst.offset_8, 8) << 1));
}

export function execute_b_2(s: State, inst: ThumbInst): void {
  s.next_pc = trim_32(s.rf[PC] + (sign_extend(inst.offset_11, 11) << 1));
}

/** The first of two: the upper part of the target waits in lr. */
export function execute_bl_prefix(s: State, inst: ThumbInst): void {
  s.rf[LR] = trim_32(s.rf[PC] + (sign_extend(inst.offset_11, 11) << 12));
}

export function execute_bl_suffix(s: State, inst: ThumbInst): void {
  const target = s.rf[LR] + (inst.offset_11 << 1);
  s.rf[LR] = trim_32((s.pc + 2) | 1);
  s.next_pc = trim_32(target & ~1);
}

export function execute_blx_suffix(s: State, inst: ThumbInst): void {
  const target = s.rf[LR] + (inst.offset_10 << 2);
  s.rf[LR] = trim_32((s.pc + 2) | 1);
  s.T = 0;
  s.next_pc = trim_32(target & ~3);
}

export function execute_udf(s: State): void {
  s.undefined_instruction();
}

export function execute_swi(s: State, inst: ThumbInst): void {
  s.syscall(inst.imm_8);
}

export function execute_bkpt(s: State, inst: ThumbInst): void {
  s.breakpoint(inst.imm_8);
}
