// execute_NAME for all but the floating-point unit, in the order of integer-encodings.ts. Read beside MD00087, chapter 3.

import {
  bits,
  high_product,
  high_product_signed,
  low_product,
  multiply_add,
  multiply_add_signed,
  quotient,
  quotient_signed,
  remainder,
  remainder_signed,
  rotate_right,
  sign_extend,
  signed_32,
  trim_32,
} from 'pydgin-ts/adl';
import type { Inst } from './encodings.js';
import {
  address_of,
  address_of_half,
  address_of_word,
  branch,
  branch_likely,
  breakpoint,
  byte_lane,
  checked_32,
  jump,
  link,
  link_ra,
  trap,
} from './operands.js';
import type { State } from './state.js';

// Arithmetic, immediate

export function execute_addi(s: State, inst: Inst): void {
  s.rf[inst.rt] = checked_32(s, signed_32(s.rf[inst.rs]) + signed_32(sign_extend(inst.imm, 16)));
}

export function execute_addiu(s: State, inst: Inst): void {
  s.rf[inst.rt] = trim_32(s.rf[inst.rs] + sign_extend(inst.imm, 16));
}

export function execute_slti(s: State, inst: Inst): void {
  s.rf[inst.rt] = signed_32(s.rf[inst.rs]) < signed_32(sign_extend(inst.imm, 16)) ? 1 : 0;
}

export function execute_sltiu(s: State, inst: Inst): void {
  s.rf[inst.rt] = s.rf[inst.rs] < sign_extend(inst.imm, 16) ? 1 : 0;
}

export function execute_andi(s: State, inst: Inst): void {
  s.rf[inst.rt] = s.rf[inst.rs] & inst.imm;
}

export function execute_ori(s: State, inst: Inst): void {
  s.rf[inst.rt] = trim_32(s.rf[inst.rs] | inst.imm);
}

export function execute_xori(s: State, inst: Inst): void {
  s.rf[inst.rt] = trim_32(s.rf[inst.rs] ^ inst.imm);
}

export function execute_lui(s: State, inst: Inst): void {
  s.rf[inst.rt] = trim_32(inst.imm << 16);
}

// Arithmetic, registers

export function execute_add(s: State, inst: Inst): void {
  s.rf[inst.rd] = checked_32(s, signed_32(s.rf[inst.rs]) + signed_32(s.rf[inst.rt]));
}

export function execute_addu(s: State, inst: Inst): void {
  s.rf[inst.rd] = trim_32(s.rf[inst.rs] + s.rf[inst.rt]);
}

export function execute_sub(s: State, inst: Inst): void {
  s.rf[inst.rd] = checked_32(s, signed_32(s.rf[inst.rs]) - signed_32(s.rf[inst.rt]));
}

export function execute_subu(s: State, inst: Inst): void {
  s.rf[inst.rd] = trim_32(s.rf[inst.rs] - s.rf[inst.rt]);
}

export function execute_and(s: State, inst: Inst): void {
  s.rf[inst.rd] = trim_32(s.rf[inst.rs] & s.rf[inst.rt]);
}

export function execute_or(s: State, inst: Inst): void {
  s.rf[inst.rd] = trim_32(s.rf[inst.rs] | s.rf[inst.rt]);
}

export function execute_xor(s: State, inst: Inst): void {
  s.rf[inst.rd] = trim_32(s.rf[inst.rs] ^ s.rf[inst.rt]);
}

export function execute_nor(s: State, inst: Inst): void {
  s.rf[inst.rd] = trim_32(~(s.rf[inst.rs] | s.rf[inst.rt]));
}

export function execute_slt(s: State, inst: Inst): void {
  s.rf[inst.rd] = signed_32(s.rf[inst.rs]) < signed_32(s.rf[inst.rt]) ? 1 : 0;
}

export function execute_sltu(s: State, inst: Inst): void {
  s.rf[inst.rd] = s.rf[inst.rs] < s.rf[inst.rt] ? 1 : 0;
}

export function execute_clz(s: State, inst: Inst): void {
  s.rf[inst.rd] = Math.clz32(s.rf[inst.rs]);
}

export function execute_clo(s: State, inst: Inst): void {
  s.rf[inst.rd] = Math.clz32(trim_32(~s.rf[inst.rs]));
}

// Multiply and divide

export function execute_mult(s: State, inst: Inst): void {
  const a = s.rf[inst.rs];
  const b = s.rf[inst.rt];
  s.lo = low_product(a, b);
  s.hi = high_product_signed(a, b);
}

export function execute_multu(s: State, inst: Inst): void {
  const a = s.rf[inst.rs];
  const b = s.rf[inst.rt];
  s.lo = low_product(a, b);
  s.hi = high_product(a, b);
}

/** By zero the result is UNPREDICTABLE; the quotient of a division by one is what qemu gives. */
function divisor(value: number): number {
  return value === 0 ? 1 : value;
}

export function execute_div(s: State, inst: Inst): void {
  const a = s.rf[inst.rs];
  const b = divisor(s.rf[inst.rt]);
  s.lo = quotient_signed(a, b);
  s.hi = remainder_signed(a, b);
}

export function execute_divu(s: State, inst: Inst): void {
  const a = s.rf[inst.rs];
  const b = divisor(s.rf[inst.rt]);
  s.lo = quotient(a, b);
  s.hi = remainder(a, b);
}

export function execute_mfhi(s: State, inst: Inst): void {
  s.rf[inst.rd] = s.hi;
}

export function execute_mthi(s: State, inst: Inst): void {
  s.hi = s.rf[inst.rs];
}

export function execute_mflo(s: State, inst: Inst): void {
  s.rf[inst.rd] = s.lo;
}

export function execute_mtlo(s: State, inst: Inst): void {
  s.lo = s.rf[inst.rs];
}

/** HI and LO plus a product that has LO added already. */
function add_to_accumulator(s: State, [low, high]: [low: number, high: number]): void {
  s.lo = low;
  s.hi = trim_32(s.hi + high);
}

function subtract_from_accumulator(s: State, high: number, low: number): void {
  const difference = s.lo - low;
  s.lo = trim_32(difference);
  s.hi = trim_32(s.hi - high - (difference < 0 ? 1 : 0));
}

export function execute_madd(s: State, inst: Inst): void {
  add_to_accumulator(s, multiply_add_signed(s.rf[inst.rs], s.rf[inst.rt], s.lo));
}

export function execute_maddu(s: State, inst: Inst): void {
  add_to_accumulator(s, multiply_add(s.rf[inst.rs], s.rf[inst.rt], s.lo));
}

/** HI and LO are UNPREDICTABLE afterwards: they stay as they are. */
export function execute_mul(s: State, inst: Inst): void {
  s.rf[inst.rd] = low_product(s.rf[inst.rs], s.rf[inst.rt]);
}

export function execute_msub(s: State, inst: Inst): void {
  const a = s.rf[inst.rs];
  const b = s.rf[inst.rt];
  subtract_from_accumulator(s, high_product_signed(a, b), low_product(a, b));
}

export function execute_msubu(s: State, inst: Inst): void {
  const a = s.rf[inst.rs];
  const b = s.rf[inst.rt];
  subtract_from_accumulator(s, high_product(a, b), low_product(a, b));
}

// Shifts, rotations, bit fields

export function execute_sll(s: State, inst: Inst): void {
  s.rf[inst.rd] = trim_32(s.rf[inst.rt] << inst.sa);
}

export function execute_srl(s: State, inst: Inst): void {
  s.rf[inst.rd] = s.rf[inst.rt] >>> inst.sa;
}

export function execute_rotr(s: State, inst: Inst): void {
  s.rf[inst.rd] = rotate_right(s.rf[inst.rt], inst.sa);
}

export function execute_sra(s: State, inst: Inst): void {
  s.rf[inst.rd] = trim_32(s.rf[inst.rt] >> inst.sa);
}

export function execute_sllv(s: State, inst: Inst): void {
  s.rf[inst.rd] = trim_32(s.rf[inst.rt] << (s.rf[inst.rs] & 31));
}

export function execute_srlv(s: State, inst: Inst): void {
  s.rf[inst.rd] = s.rf[inst.rt] >>> (s.rf[inst.rs] & 31);
}

export function execute_rotrv(s: State, inst: Inst): void {
  s.rf[inst.rd] = rotate_right(s.rf[inst.rt], s.rf[inst.rs] & 31);
}

export function execute_srav(s: State, inst: Inst): void {
  s.rf[inst.rd] = trim_32(s.rf[inst.rt] >> (s.rf[inst.rs] & 31));
}

export function execute_ext(s: State, inst: Inst): void {
  if (inst.lsb + inst.msbd > 31) s.undefined_instruction();
  s.rf[inst.rt] = bits(s.rf[inst.rs], inst.lsb + inst.msbd, inst.lsb);
}

export function execute_ins(s: State, inst: Inst): void {
  if (inst.lsb > inst.msb) s.undefined_instruction();
  const mask = (0xffffffff >>> (31 - (inst.msb - inst.lsb))) << inst.lsb;
  s.rf[inst.rt] = trim_32((s.rf[inst.rt] & ~mask) | ((s.rf[inst.rs] << inst.lsb) & mask));
}

export function execute_wsbh(s: State, inst: Inst): void {
  const value = s.rf[inst.rt];
  s.rf[inst.rd] = trim_32(((value & 0x00ff00ff) << 8) | ((value >>> 8) & 0x00ff00ff));
}

export function execute_seb(s: State, inst: Inst): void {
  s.rf[inst.rd] = sign_extend(s.rf[inst.rt], 8);
}

export function execute_seh(s: State, inst: Inst): void {
  s.rf[inst.rd] = sign_extend(s.rf[inst.rt], 16);
}

// Conditional moves

export function execute_movz(s: State, inst: Inst): void {
  if (s.rf[inst.rt] === 0) s.rf[inst.rd] = s.rf[inst.rs];
}

export function execute_movn(s: State, inst: Inst): void {
  if (s.rf[inst.rt] !== 0) s.rf[inst.rd] = s.rf[inst.rs];
}

// Branches and jumps

/** The delay slot's 256 MiB region. */
function jump_in_region(s: State, index: number): void {
  jump(s, trim_32((trim_32(s.pc + 4) & 0xf0000000) | (index << 2)));
}

export function execute_j(s: State, inst: Inst): void {
  jump_in_region(s, inst.index);
}

export function execute_jal(s: State, inst: Inst): void {
  jump_in_region(s, inst.index);
  link_ra(s);
}

export function execute_jr(s: State, inst: Inst): void {
  jump(s, s.rf[inst.rs]);
}

export function execute_jalr(s: State, inst: Inst): void {
  jump(s, s.rf[inst.rs]);
  link(s, inst.rd);
}

export function execute_beq(s: State, inst: Inst): void {
  branch(s, inst.offset, s.rf[inst.rs] === s.rf[inst.rt]);
}

export function execute_bne(s: State, inst: Inst): void {
  branch(s, inst.offset, s.rf[inst.rs] !== s.rf[inst.rt]);
}

export function execute_blez(s: State, inst: Inst): void {
  branch(s, inst.offset, signed_32(s.rf[inst.rs]) <= 0);
}

export function execute_bgtz(s: State, inst: Inst): void {
  branch(s, inst.offset, signed_32(s.rf[inst.rs]) > 0);
}

export function execute_bltz(s: State, inst: Inst): void {
  branch(s, inst.offset, signed_32(s.rf[inst.rs]) < 0);
}

export function execute_bgez(s: State, inst: Inst): void {
  branch(s, inst.offset, signed_32(s.rf[inst.rs]) >= 0);
}

export function execute_bltzal(s: State, inst: Inst): void {
  branch(s, inst.offset, signed_32(s.rf[inst.rs]) < 0);
  link_ra(s);
}

export function execute_bgezal(s: State, inst: Inst): void {
  branch(s, inst.offset, signed_32(s.rf[inst.rs]) >= 0);
  link_ra(s);
}

export function execute_beql(s: State, inst: Inst): void {
  branch_likely(s, inst.offset, s.rf[inst.rs] === s.rf[inst.rt]);
}

export function execute_bnel(s: State, inst: Inst): void {
  branch_likely(s, inst.offset, s.rf[inst.rs] !== s.rf[inst.rt]);
}

export function execute_blezl(s: State, inst: Inst): void {
  branch_likely(s, inst.offset, signed_32(s.rf[inst.rs]) <= 0);
}

export function execute_bgtzl(s: State, inst: Inst): void {
  branch_likely(s, inst.offset, signed_32(s.rf[inst.rs]) > 0);
}

export function execute_bltzl(s: State, inst: Inst): void {
  branch_likely(s, inst.offset, signed_32(s.rf[inst.rs]) < 0);
}

export function execute_bgezl(s: State, inst: Inst): void {
  branch_likely(s, inst.offset, signed_32(s.rf[inst.rs]) >= 0);
}

export function execute_bltzall(s: State, inst: Inst): void {
  branch_likely(s, inst.offset, signed_32(s.rf[inst.rs]) < 0);
  link_ra(s);
}

export function execute_bgezall(s: State, inst: Inst): void {
  branch_likely(s, inst.offset, signed_32(s.rf[inst.rs]) >= 0);
  link_ra(s);
}

// Loads and stores

export function execute_lb(s: State, inst: Inst): void {
  s.rf[inst.rt] = sign_extend(s.mem.read_8(address_of(s, inst.base, inst.offset)), 8);
}

export function execute_lh(s: State, inst: Inst): void {
  s.rf[inst.rt] = sign_extend(s.mem.read_16(address_of_half(s, inst.base, inst.offset)), 16);
}

/** The bytes from the most significant of an unaligned word to the end of the aligned word in which it lies. */
export function execute_lwl(s: State, inst: Inst): void {
  const address = address_of(s, inst.base, inst.offset);
  const shift = 24 - byte_lane(s, address);
  const word = s.mem.read_32(trim_32(address & ~3));
  s.rf[inst.rt] = trim_32((word << shift) | (s.rf[inst.rt] & ~(0xffffffff << shift)));
}

export function execute_lw(s: State, inst: Inst): void {
  s.rf[inst.rt] = s.mem.read_32(address_of_word(s, inst.base, inst.offset));
}

export function execute_lbu(s: State, inst: Inst): void {
  s.rf[inst.rt] = s.mem.read_8(address_of(s, inst.base, inst.offset));
}

export function execute_lhu(s: State, inst: Inst): void {
  s.rf[inst.rt] = s.mem.read_16(address_of_half(s, inst.base, inst.offset));
}

/** The bytes from the beginning of the aligned word to the least significant of an unaligned word that ends in it. */
export function execute_lwr(s: State, inst: Inst): void {
  const address = address_of(s, inst.base, inst.offset);
  const shift = byte_lane(s, address);
  const word = s.mem.read_32(trim_32(address & ~3));
  s.rf[inst.rt] = trim_32((word >>> shift) | (s.rf[inst.rt] & ~(0xffffffff >>> shift)));
}

export function execute_sb(s: State, inst: Inst): void {
  s.mem.write_8(address_of(s, inst.base, inst.offset), s.rf[inst.rt] & 0xff);
}

export function execute_sh(s: State, inst: Inst): void {
  s.mem.write_16(address_of_half(s, inst.base, inst.offset), s.rf[inst.rt] & 0xffff);
}

export function execute_swl(s: State, inst: Inst): void {
  const address = address_of(s, inst.base, inst.offset);
  const shift = 24 - byte_lane(s, address);
  const aligned = trim_32(address & ~3);
  const word = s.mem.read_32(aligned);
  s.mem.write_32(aligned, trim_32((word & ~(0xffffffff >>> shift)) | (s.rf[inst.rt] >>> shift)));
}

export function execute_sw(s: State, inst: Inst): void {
  s.mem.write_32(address_of_word(s, inst.base, inst.offset), s.rf[inst.rt]);
}

export function execute_swr(s: State, inst: Inst): void {
  const address = address_of(s, inst.base, inst.offset);
  const shift = byte_lane(s, address);
  const aligned = trim_32(address & ~3);
  const word = s.mem.read_32(aligned);
  s.mem.write_32(aligned, trim_32((word & ~(0xffffffff << shift)) | (s.rf[inst.rt] << shift)));
}

export function execute_ll(s: State, inst: Inst): void {
  const address = address_of_word(s, inst.base, inst.offset);
  s.rf[inst.rt] = s.mem.read_32(address);
  s.llbit = 1;
  s.lladdr = address;
}

/** Succeeds if nothing has broken the sequence since LL: there is no other processor, and exceptions clear LLbit. */
export function execute_sc(s: State, inst: Inst): void {
  const address = address_of_word(s, inst.base, inst.offset);
  const linked = s.llbit === 1 && s.lladdr === address;
  if (linked) s.mem.write_32(address, s.rf[inst.rt]);
  s.rf[inst.rt] = linked ? 1 : 0;
  if (linked) s.llbit = 0;
}

/** Only a hint. */
export function execute_pref(_s: State, _inst: Inst): void {}

// Synchronisation

export function execute_sync(_s: State, _inst: Inst): void {}

const CACHE_LINE = 32;

export function execute_synci(s: State, inst: Inst): void {
  const address = address_of(s, inst.base, inst.offset);
  s.synchronize_instructions(trim_32(address & -CACHE_LINE), CACHE_LINE);
}

// Traps, exceptions, hardware registers

export function execute_tge(s: State, inst: Inst): void {
  if (signed_32(s.rf[inst.rs]) >= signed_32(s.rf[inst.rt])) trap(s, inst.code);
}

export function execute_tgeu(s: State, inst: Inst): void {
  if (s.rf[inst.rs] >= s.rf[inst.rt]) trap(s, inst.code);
}

export function execute_tlt(s: State, inst: Inst): void {
  if (signed_32(s.rf[inst.rs]) < signed_32(s.rf[inst.rt])) trap(s, inst.code);
}

export function execute_tltu(s: State, inst: Inst): void {
  if (s.rf[inst.rs] < s.rf[inst.rt]) trap(s, inst.code);
}

export function execute_teq(s: State, inst: Inst): void {
  if (s.rf[inst.rs] === s.rf[inst.rt]) trap(s, inst.code);
}

export function execute_tne(s: State, inst: Inst): void {
  if (s.rf[inst.rs] !== s.rf[inst.rt]) trap(s, inst.code);
}

export function execute_tgei(s: State, inst: Inst): void {
  if (signed_32(s.rf[inst.rs]) >= signed_32(sign_extend(inst.imm, 16))) trap(s, 0);
}

export function execute_tgeiu(s: State, inst: Inst): void {
  if (s.rf[inst.rs] >= sign_extend(inst.imm, 16)) trap(s, 0);
}

export function execute_tlti(s: State, inst: Inst): void {
  if (signed_32(s.rf[inst.rs]) < signed_32(sign_extend(inst.imm, 16))) trap(s, 0);
}

export function execute_tltiu(s: State, inst: Inst): void {
  if (s.rf[inst.rs] < sign_extend(inst.imm, 16)) trap(s, 0);
}

export function execute_teqi(s: State, inst: Inst): void {
  if (s.rf[inst.rs] === sign_extend(inst.imm, 16)) trap(s, 0);
}

export function execute_tnei(s: State, inst: Inst): void {
  if (s.rf[inst.rs] !== sign_extend(inst.imm, 16)) trap(s, 0);
}

export function execute_syscall(s: State, inst: Inst): void {
  s.llbit = 0;
  s.syscall(inst.code);
}

/** Assemblers put a code of ten bits into the upper field, some into the lower. */
export function execute_break(s: State, inst: Inst): void {
  breakpoint(s, inst.code !== 0 ? inst.code : inst.code_2);
}

export function execute_rdhwr(s: State, inst: Inst): void {
  switch (inst.rd) {
    case 0: // number of the processor
      s.rf[inst.rt] = 0;
      break;
    case 1: // step for SYNCI
      s.rf[inst.rt] = CACHE_LINE;
      break;
    case 2: // cycle counter: it advances as it is read
      s.count = trim_32(s.count + 1);
      s.rf[inst.rt] = s.count;
      break;
    case 3: // its resolution
      s.rf[inst.rt] = 1;
      break;
    case 29:
      s.rf[inst.rt] = s.user_local;
      break;
    default:
      s.undefined_instruction();
  }
}
