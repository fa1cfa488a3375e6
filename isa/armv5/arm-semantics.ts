// execute_NAME for the ARM instruction set, in the order of arm-encodings.ts. Read beside ARM DDI 0100I, A4.1.

import { bit, high_product, high_product_signed, low_product, sign_extend, signed_32, trim_32 } from 'pydgin-ts/adl';
import type { Inst } from './arm-encodings.js';
import {
  access_address,
  addressing_mode_4,
  branch_exchange,
  carry_from,
  condition_passed,
  demand_alignment,
  first_register,
  indexed,
  offset_2,
  offset_3,
  set_flags_from_adc,
  set_flags_from_add,
  set_flags_from_sbc,
  set_flags_from_sub,
  set_nz,
  shifter_carry_out,
  shifter_operand,
  write_back,
} from './operands.js';
import { LR, PC, type State } from './state.js';

/** S with r15 as destination would return from an exception, which User mode cannot (UNPREDICTABLE). */
function sets_flags(s: State, inst: Inst): boolean {
  if (inst.S && inst.rd === PC) s.undefined_instruction();
  return inst.S === 1;
}

/** Writes r0 to r15; to r15 that is a jump within ARM state. */
function write_register(s: State, n: number, value: number): void {
  if (n === PC) s.next_pc = trim_32(value & ~3);
  else s.rf[n] = value;
}

/** N, Z and C of a logical result; V stays. */
function set_flags_from_logic(s: State, inst: Inst, result: number): void {
  s.C = shifter_carry_out(s, inst);
  set_nz(s, result);
}

export function execute_and(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const result = trim_32(s.rf[inst.rn] & shifter_operand(s, inst));
  if (sets_flags(s, inst)) set_flags_from_logic(s, inst, result);
  write_register(s, inst.rd, result);
}

export function execute_eor(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const result = trim_32(s.rf[inst.rn] ^ shifter_operand(s, inst));
  if (sets_flags(s, inst)) set_flags_from_logic(s, inst, result);
  write_register(s, inst.rd, result);
}

export function execute_sub(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const a = s.rf[inst.rn];
  const b = shifter_operand(s, inst);
  if (sets_flags(s, inst)) set_flags_from_sub(s, a, b);
  write_register(s, inst.rd, trim_32(a - b));
}

export function execute_rsb(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const a = shifter_operand(s, inst);
  const b = s.rf[inst.rn];
  if (sets_flags(s, inst)) set_flags_from_sub(s, a, b);
  write_register(s, inst.rd, trim_32(a - b));
}

export function execute_add(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const a = s.rf[inst.rn];
  const b = shifter_operand(s, inst);
  if (sets_flags(s, inst)) set_flags_from_add(s, a, b);
  write_register(s, inst.rd, trim_32(a + b));
}

export function execute_adc(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const a = s.rf[inst.rn];
  const b = shifter_operand(s, inst);
  const sum = a + b + s.C;
  if (sets_flags(s, inst)) set_flags_from_adc(s, a, b, sum);
  write_register(s, inst.rd, trim_32(sum));
}

export function execute_sbc(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const a = s.rf[inst.rn];
  const b = shifter_operand(s, inst);
  const difference = a - b - (1 - s.C);
  if (sets_flags(s, inst)) set_flags_from_sbc(s, a, b, difference);
  write_register(s, inst.rd, trim_32(difference));
}

export function execute_rsc(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const a = shifter_operand(s, inst);
  const b = s.rf[inst.rn];
  const difference = a - b - (1 - s.C);
  if (sets_flags(s, inst)) set_flags_from_sbc(s, a, b, difference);
  write_register(s, inst.rd, trim_32(difference));
}

export function execute_tst(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const result = trim_32(s.rf[inst.rn] & shifter_operand(s, inst));
  set_flags_from_logic(s, inst, result);
}

export function execute_teq(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const result = trim_32(s.rf[inst.rn] ^ shifter_operand(s, inst));
  set_flags_from_logic(s, inst, result);
}

export function execute_cmp(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const a = s.rf[inst.rn];
  const b = shifter_operand(s, inst);
  set_flags_from_sub(s, a, b);
}

export function execute_cmn(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const a = s.rf[inst.rn];
  const b = shifter_operand(s, inst);
  set_flags_from_add(s, a, b);
}

export function execute_orr(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const result = trim_32(s.rf[inst.rn] | shifter_operand(s, inst));
  if (sets_flags(s, inst)) set_flags_from_logic(s, inst, result);
  write_register(s, inst.rd, result);
}

export function execute_mov(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const result = shifter_operand(s, inst);
  if (sets_flags(s, inst)) set_flags_from_logic(s, inst, result);
  write_register(s, inst.rd, result);
}

export function execute_bic(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const result = trim_32(s.rf[inst.rn] & ~shifter_operand(s, inst));
  if (sets_flags(s, inst)) set_flags_from_logic(s, inst, result);
  write_register(s, inst.rd, result);
}

export function execute_mvn(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const result = trim_32(~shifter_operand(s, inst));
  if (sets_flags(s, inst)) set_flags_from_logic(s, inst, result);
  write_register(s, inst.rd, result);
}

export function execute_mul(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const result = low_product(s.rf[inst.rm], s.rf[inst.rs]);
  if (inst.S) set_nz(s, result);
  s.rf[inst.rd] = result;
}

export function execute_mla(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const result = trim_32(low_product(s.rf[inst.rm], s.rf[inst.rs]) + s.rf[inst.rn]);
  if (inst.S) set_nz(s, result);
  s.rf[inst.rd] = result;
}

/** Writes the two words of a 64-bit product; rd_hi wins if both are one register. */
function write_product(s: State, inst: Inst, high: number, low: number): void {
  s.rf[inst.rd_lo] = low;
  s.rf[inst.rd_hi] = high;
  if (inst.S) {
    s.N = bit(high, 31);
    s.Z = (high | low) === 0 ? 1 : 0;
  }
}

/** Adds a 64-bit product to what rd_hi and rd_lo hold. */
function accumulate_product(s: State, inst: Inst, high: number, low: number): void {
  const sum = s.rf[inst.rd_lo] + low;
  write_product(s, inst, trim_32(s.rf[inst.rd_hi] + high + carry_from(sum)), trim_32(sum));
}

export function execute_umull(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const a = s.rf[inst.rm];
  const b = s.rf[inst.rs];
  write_product(s, inst, high_product(a, b), low_product(a, b));
}

export function execute_umlal(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const a = s.rf[inst.rm];
  const b = s.rf[inst.rs];
  accumulate_product(s, inst, high_product(a, b), low_product(a, b));
}

export function execute_smull(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const a = s.rf[inst.rm];
  const b = s.rf[inst.rs];
  write_product(s, inst, high_product_signed(a, b), low_product(a, b));
}

export function execute_smlal(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const a = s.rf[inst.rm];
  const b = s.rf[inst.rs];
  accumulate_product(s, inst, high_product_signed(a, b), low_product(a, b));
}

/** The lower or, if `upper`, the upper half of a word, as a signed 32-bit value. */
function half(value: number, upper: number): number {
  return sign_extend(upper ? value >>> 16 : value, 16);
}

/** a + b, with Q for a signed overflow; the result wraps. */
function add_and_note_overflow(s: State, a: number, b: number): number {
  const sum = signed_32(a) + signed_32(b);
  if (sum !== signed_32(sum)) s.Q = 1;
  return trim_32(sum);
}

export function execute_smla_xy(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const product = low_product(half(s.rf[inst.rm], inst.x), half(s.rf[inst.rs], inst.y));
  s.rf[inst.rd] = add_and_note_overflow(s, product, s.rf[inst.rn]);
}

// Bits 47 to 16 of word × half are the high word of word × (half << 16).
export function execute_smlaw_y(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const product = high_product_signed(s.rf[inst.rm], trim_32(half(s.rf[inst.rs], inst.y) << 16));
  s.rf[inst.rd] = add_and_note_overflow(s, product, s.rf[inst.rn]);
}

export function execute_smulw_y(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  s.rf[inst.rd] = high_product_signed(s.rf[inst.rm], trim_32(half(s.rf[inst.rs], inst.y) << 16));
}

export function execute_smlal_xy(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const product = low_product(half(s.rf[inst.rm], inst.x), half(s.rf[inst.rs], inst.y));
  accumulate_product(s, inst, bit(product, 31) ? 0xffffffff : 0, product);
}

export function execute_smul_xy(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  s.rf[inst.rd] = low_product(half(s.rf[inst.rm], inst.x), half(s.rf[inst.rs], inst.y));
}

/** The nearest signed 32-bit value, with Q if that is another one. */
function saturate(s: State, value: number): number {
  if (value === signed_32(value)) return trim_32(value);
  s.Q = 1;
  return value < 0 ? 0x80000000 : 0x7fffffff;
}

export function execute_qadd(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  s.rf[inst.rd] = saturate(s, signed_32(s.rf[inst.rm]) + signed_32(s.rf[inst.rn]));
}

export function execute_qsub(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  s.rf[inst.rd] = saturate(s, signed_32(s.rf[inst.rm]) - signed_32(s.rf[inst.rn]));
}

export function execute_qdadd(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const doubled = saturate(s, signed_32(s.rf[inst.rn]) * 2);
  s.rf[inst.rd] = saturate(s, signed_32(s.rf[inst.rm]) + signed_32(doubled));
}

export function execute_qdsub(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const doubled = saturate(s, signed_32(s.rf[inst.rn]) * 2);
  s.rf[inst.rd] = saturate(s, signed_32(s.rf[inst.rm]) - signed_32(doubled));
}

export function execute_clz(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  s.rf[inst.rd] = Math.clz32(s.rf[inst.rm]);
}

/** The state bits of the CPSR are not readable and the mode bits say User (A2.5.7). */
export function execute_mrs(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  s.rf[inst.rd] = trim_32((s.N << 31) | (s.Z << 30) | (s.C << 29) | (s.V << 28) | (s.Q << 27) | USER_MODE);
}

const USER_MODE = 0b10000;

/** User mode writes only the flags, which are field 3 of the mask (A4.1.39). */
export function execute_msr(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  if (!bit(inst.field_mask, 3)) return;
  const operand = inst.I ? shifter_operand(s, inst) : s.rf[inst.rm];
  s.N = bit(operand, 31);
  s.Z = bit(operand, 30);
  s.C = bit(operand, 29);
  s.V = bit(operand, 28);
  s.Q = bit(operand, 27);
}

export function execute_ldr(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const updated = indexed(s, inst, offset_2(s, inst));
  const address = access_address(s, inst, updated);
  const data = s.mem.read_32(address);
  write_back(s, inst, updated);
  if (inst.rd === PC) branch_exchange(s, data);
  else s.rf[inst.rd] = data;
}

export function execute_ldrb(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const updated = indexed(s, inst, offset_2(s, inst));
  const address = access_address(s, inst, updated);
  const data = s.mem.read_8(address);
  write_back(s, inst, updated);
  s.rf[inst.rd] = data;
}

export function execute_str(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const updated = indexed(s, inst, offset_2(s, inst));
  const address = access_address(s, inst, updated);
  s.mem.write_32(address, s.rf[inst.rd]);
  write_back(s, inst, updated);
}

export function execute_strb(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const updated = indexed(s, inst, offset_2(s, inst));
  const address = access_address(s, inst, updated);
  s.mem.write_8(address, s.rf[inst.rd] & 0xff);
  write_back(s, inst, updated);
}

/** A hint, and no cache to warm. */
export function execute_pld(): void {}

export function execute_ldrh(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const updated = indexed(s, inst, offset_3(s, inst));
  const address = access_address(s, inst, updated);
  const data = s.mem.read_16(address);
  write_back(s, inst, updated);
  s.rf[inst.rd] = data;
}

export function execute_ldrsb(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const updated = indexed(s, inst, offset_3(s, inst));
  const address = access_address(s, inst, updated);
  const data = sign_extend(s.mem.read_8(address), 8);
  write_back(s, inst, updated);
  s.rf[inst.rd] = data;
}

export function execute_ldrsh(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const updated = indexed(s, inst, offset_3(s, inst));
  const address = access_address(s, inst, updated);
  const data = sign_extend(s.mem.read_16(address), 16);
  write_back(s, inst, updated);
  s.rf[inst.rd] = data;
}

export function execute_strh(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const updated = indexed(s, inst, offset_3(s, inst));
  const address = access_address(s, inst, updated);
  s.mem.write_16(address, s.rf[inst.rd] & 0xffff);
  write_back(s, inst, updated);
}

export function execute_ldrd(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  if (inst.rd & 1) s.undefined_instruction();
  const updated = indexed(s, inst, offset_3(s, inst));
  const address = access_address(s, inst, updated);
  demand_alignment(s, address);
  const data = s.mem.read_32(address);
  const data_2 = s.mem.read_32(trim_32(address + 4));
  s.rf[inst.rd] = data;
  s.rf[inst.rd + 1] = data_2;
  write_back(s, inst, updated);
}

export function execute_strd(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  if (inst.rd & 1) s.undefined_instruction();
  const updated = indexed(s, inst, offset_3(s, inst));
  const address = access_address(s, inst, updated);
  demand_alignment(s, address);
  s.mem.write_32(address, s.rf[inst.rd]);
  s.mem.write_32(trim_32(address + 4), s.rf[inst.rd + 1]);
  write_back(s, inst, updated);
}

/** A base register that is in the list keeps what was loaded. */
export function execute_ldm(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  let [address, updated] = addressing_mode_4(s, inst);
  demand_alignment(s, address);
  for (let list = inst.register_list & ~(1 << PC); list !== 0; list &= list - 1) {
    s.rf[first_register(list)] = s.mem.read_32(address);
    address = trim_32(address + 4);
  }
  if (bit(inst.register_list, PC)) branch_exchange(s, s.mem.read_32(address));
  if (inst.W && !bit(inst.register_list, inst.rn)) s.rf[inst.rn] = updated;
}

/** A base register that is in the list is stored as it was. */
export function execute_stm(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  let [address, updated] = addressing_mode_4(s, inst);
  demand_alignment(s, address);
  for (let list = inst.register_list; list !== 0; list &= list - 1) {
    s.mem.write_32(address, s.rf[first_register(list)]);
    address = trim_32(address + 4);
  }
  if (inst.W) s.rf[inst.rn] = updated;
}

export function execute_swp(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const address = s.rf[inst.rn];
  demand_alignment(s, address);
  const data = s.mem.read_32(address);
  s.mem.write_32(address, s.rf[inst.rm]);
  s.rf[inst.rd] = data;
}

export function execute_swpb(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const address = s.rf[inst.rn];
  const data = s.mem.read_8(address);
  s.mem.write_8(address, s.rf[inst.rm] & 0xff);
  s.rf[inst.rd] = data;
}

/** Where a branch leads: its offset counts words from r15, two instructions ahead. */
function branch_target(s: State, inst: Inst): number {
  return trim_32(s.rf[PC] + (sign_extend(inst.offset_24, 24) << 2));
}

export function execute_b(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  s.next_pc = branch_target(s, inst);
}

export function execute_bl(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  s.rf[LR] = trim_32(s.pc + 4);
  s.next_pc = branch_target(s, inst);
}

export function execute_blx_1(s: State, inst: Inst): void {
  s.rf[LR] = trim_32(s.pc + 4);
  s.T = 1;
  s.next_pc = trim_32(branch_target(s, inst) + (inst.H << 1));
}

export function execute_blx_2(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  const target = s.rf[inst.rm];
  s.rf[LR] = trim_32(s.pc + 4);
  branch_exchange(s, target);
}

export function execute_bx(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  branch_exchange(s, s.rf[inst.rm]);
}

export function execute_swi(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  s.syscall(inst.imm_24);
}

export function execute_bkpt(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  s.breakpoint(inst.imm_16);
}

/** Also coprocessor instructions. Their condition comes first, as for all others. */
export function execute_undefined(s: State, inst: Inst): void {
  if (!condition_passed(s, inst.cond)) return;
  s.undefined_instruction();
}
