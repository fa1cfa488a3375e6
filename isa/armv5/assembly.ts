// Operands as the assembler spells them (unified syntax, registers named as in the procedure call standard): what `{name}`
// in the tables' third column prints. Follows GNU objdump, so that listings can be compared.

import { bit, rotate_right, sign_extend, signed_32, trim_32 } from 'pydgin-ts/adl';
import type { Inst } from './arm-encodings.js';
import { PC, SP } from './state.js';
import type { ThumbInst } from './thumb-encodings.js';

const REGISTERS = 'r0 r1 r2 r3 r4 r5 r6 r7 r8 r9 sl fp ip sp lr pc'.split(' ');
const CONDITIONS = 'eq ne cs cc mi pl vs vc hi ls ge lt gt le'.split(' ');
const SHIFTS = ['lsl', 'lsr', 'asr', 'ror'];
const AL = 14;

interface Place {
  pc: number;
  symbol(address: number): string;
}

function register_list(list: number): string {
  return `{${REGISTERS.filter((_, n) => bit(list, n)).join(', ')}}`;
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

/** `, lsl #2`; nothing for a shift by 0. */
function shift_by_immediate({ shift, shift_imm }: Inst): string {
  if (shift_imm > 0) return `, ${SHIFTS[shift]} #${shift_imm}`;
  return ['', ', lsr #32', ', asr #32', ', rrx'][shift];
}

/** Shifts are moves with a shifted operand. */
function mov_by_immediate(inst: Inst): string {
  const { rd, rm, shift, shift_imm, S, cond } = inst;
  if (!S && cond === AL && rd === 0 && rm === 0 && shift === 0 && shift_imm === 0) return 'nop';
  const suffix = (S ? 's' : '') + (CONDITIONS[cond] ?? '');
  const [name, amount] = shift_by_immediate(inst).slice(2).split(' ');
  return `${name || 'mov'}${suffix} ${REGISTERS[rd]}, ${REGISTERS[rm]}${amount ? `, ${amount}` : ''}`;
}

/** A rotation other than the smallest possible is spelt out. */
function immediate({ imm_8, rotate }: Inst): string {
  const value = rotate_right(imm_8, rotate * 2);
  let least = 0;
  while (rotate_right(value, (32 - least * 2) & 31) > 0xff) least++;
  return least === rotate ? `#${signed_32(value)}` : `#${imm_8}, ${rotate * 2}`;
}

/** `[r0, #4]!`, `[r0], -r1`, …; an immediate offset of 0 is left out unless it is subtracted. */
function address({ rn, P, U, W }: Pick<Inst, 'rn' | 'P' | 'U' | 'W'>, offset: string): string {
  const base = REGISTERS[rn];
  const signed = offset.startsWith('#') ? `#${U ? '' : '-'}${offset.slice(1)}` : (U ? '' : '-') + offset;
  if (!P) return `[${base}], ${signed}`;
  return `[${base}${signed === '#0' ? '' : `, ${signed}`}]${W ? '!' : ''}`;
}

function offset_2(inst: Inst): string {
  return inst.I ? REGISTERS[inst.rm] + shift_by_immediate(inst) : `#${inst.offset_12}`;
}

/** Mostly without `ia`, and `push` and `pop` for the stack pointer. */
function ldm({ rn, P, U, W, register_list: list }: Inst): string {
  if (rn === SP && W && !P && U) return (list & (list - 1)) !== 0 ? 'pop' : 'ldmfd';
  return U ? (P ? 'ldmib' : 'ldm') : P ? 'ldmdb' : 'ldmda';
}

function stm({ rn, P, U, W, register_list: list }: Inst): string {
  if (rn === SP && W && P && !U) return (list & (list - 1)) !== 0 ? 'push' : 'stmfd';
  return U ? (P ? 'stmib' : W ? 'stmia' : 'stm') : P ? 'stmdb' : 'stmda';
}

/** `push {r0}` is a store with writeback. */
function single_push({ rn, P, U, W, offset_12, I }: Inst): boolean {
  return rn === SP && P === 1 && !U && W === 1 && !I && offset_12 === 4;
}

function single_pop({ rn, P, U, W, offset_12, I }: Inst): boolean {
  return rn === SP && !P && U === 1 && !W && !I && offset_12 === 4;
}

function load_or_store(name: string, inst: Inst): string {
  const cond = CONDITIONS[inst.cond] ?? '';
  if (name === 'str' && single_push(inst)) return `push${cond} {${REGISTERS[inst.rd]}}`;
  if (name === 'ldr' && single_pop(inst)) return `pop${cond} {${REGISTERS[inst.rd]}}`;
  const translate = !inst.P && inst.W ? 't' : '';
  return `${name}${translate}${cond} ${REGISTERS[inst.rd]}, ${address(inst, offset_2(inst))}`;
}

function branch_target(inst: Inst, at: Place): number {
  return trim_32(at.pc + 8 + (sign_extend(inst.offset_24, 24) << 2));
}

export const arm_operands = {
  cond: (inst: Inst) => CONDITIONS[inst.cond] ?? '',
  S: (inst: Inst) => (inst.S ? 's' : ''),
  rd: (inst: Inst) => REGISTERS[inst.rd],
  rn: (inst: Inst) => REGISTERS[inst.rn],
  rm: (inst: Inst) => REGISTERS[inst.rm],
  rs: (inst: Inst) => REGISTERS[inst.rs],
  rd_lo: (inst: Inst) => REGISTERS[inst.rd_lo],
  rd_hi: (inst: Inst) => REGISTERS[inst.rd_hi],
  x: (inst: Inst) => (inst.x ? 't' : 'b'),
  y: (inst: Inst) => (inst.y ? 't' : 'b'),
  shift: (inst: Inst) => SHIFTS[inst.shift],
  shift_by_immediate,
  mov_by_immediate,
  immediate,
  psr_fields: (inst: Inst) => `CPSR_${[...'fsxc'].filter((_, n) => bit(inst.field_mask, 3 - n)).join('')}`,
  ldr: (inst: Inst) => load_or_store('ldr', inst),
  ldrb: (inst: Inst) => load_or_store('ldrb', inst),
  str: (inst: Inst) => load_or_store('str', inst),
  strb: (inst: Inst) => load_or_store('strb', inst),
  address_pld: (inst: Inst) => address({ rn: inst.rn, P: 1, U: inst.U, W: 0 }, offset_2(inst)),
  address_3: (inst: Inst) => address(inst, inst.I_3 ? `#${inst.offset_8}` : REGISTERS[inst.rm]),
  ldm,
  stm,
  base_and_list(inst: Inst): string {
    const list = register_list(inst.register_list);
    const stack = ldm(inst) === 'pop' || stm(inst) === 'push';
    return stack ? list : `${REGISTERS[inst.rn]}${inst.W ? '!' : ''}, ${list}`;
  },
  target: (inst: Inst, at: Place) => at.symbol(branch_target(inst, at)),
  target_thumb: (inst: Inst, at: Place) => at.symbol(trim_32(branch_target(inst, at) + (inst.H << 1))),
  imm_24: (inst: Inst) => hex(inst.imm_24, 8),
  imm_16: (inst: Inst) => hex(inst.imm_16, 4),
  /** `2` for the unconditional forms of coprocessor instructions. */
  cond_or_2: (inst: Inst) => (inst.cond === 15 ? '2' : (CONDITIONS[inst.cond] ?? '')),
  word: (inst: Inst) => hex(inst.word, 8),
};

export const thumb_operands = {
  cond: (inst: ThumbInst) => CONDITIONS[inst.cond],
  rd: (inst: ThumbInst) => REGISTERS[inst.rd],
  rn: (inst: ThumbInst) => REGISTERS[inst.rn],
  rm: (inst: ThumbInst) => REGISTERS[inst.rm],
  rs: (inst: ThumbInst) => REGISTERS[inst.rs],
  lsl_or_mov({ rd, rm, imm_5 }: ThumbInst): string {
    return `${imm_5 ? 'lsls' : 'movs'} ${REGISTERS[rd]}, ${REGISTERS[rm]}${imm_5 ? `, #${imm_5}` : ''}`;
  },
  shift_amount: (inst: ThumbInst) => `#${inst.imm_5 || 32}`,
  mov_or_nop({ rd, rm }: ThumbInst): string {
    return rd === 8 && rm === 8 ? 'nop' : `mov ${REGISTERS[rd]}, ${REGISTERS[rm]}`;
  },
  imm_5_halfwords: (inst: ThumbInst) => `#${inst.imm_5 * 2}`,
  imm_5_words: (inst: ThumbInst) => `#${inst.imm_5 * 4}`,
  imm_7_words: (inst: ThumbInst) => `#${inst.imm_7 * 4}`,
  imm_8_words: (inst: ThumbInst) => `#${inst.imm_8 * 4}`,
  imm_8_hex: (inst: ThumbInst) => hex(inst.imm_8, 4),
  register_list: (inst: ThumbInst) => register_list(inst.register_list),
  push_list: (inst: ThumbInst) => register_list(inst.register_list | (inst.R << 14)),
  pop_list: (inst: ThumbInst) => register_list(inst.register_list | (inst.R << PC)),
  writeback: (inst: ThumbInst) => (bit(inst.register_list, inst.rn) ? '' : '!'),
  target_8: (inst: ThumbInst, at: Place) => at.symbol(trim_32(at.pc + 4 + (sign_extend(inst.offset_8, 8) << 1))),
  target_11: (inst: ThumbInst, at: Place) => at.symbol(trim_32(at.pc + 4 + (sign_extend(inst.offset_11, 11) << 1))),
  bl_prefix: (inst: ThumbInst, at: Place) => hex(trim_32(at.pc + 4 + (sign_extend(inst.offset_11, 11) << 12)), 8),
  bl_suffix: (inst: ThumbInst) => `#${inst.offset_11 * 2}`,
  blx_suffix: (inst: ThumbInst) => `#${inst.offset_10 * 4}`,
};
