// Operands as GNU's disassembler prints them for o32 programs.

import { type OperandFormatter, sign_extend, signed_32, trim_32 } from 'pydgin-ts/adl';
import type { Inst } from './encodings.js';
import { state } from './state.js';

type Operand = OperandFormatter<Inst>;

const name = (register: number): string => state.rf.names[register];
const hex = (value: number): string => `0x${value.toString(16)}`;
const signed_16 = (value: number): number => signed_32(sign_extend(value, 16));

const rs: Operand = (inst) => name(inst.rs);
const rt: Operand = (inst) => name(inst.rt);
const rd: Operand = (inst) => name(inst.rd);
const imm: Operand = (inst) => hex(inst.imm);
const simm: Operand = (inst) => String(signed_16(inst.imm));
const sa: Operand = (inst) => hex(inst.sa);
const position: Operand = (inst) => hex(inst.lsb);
const ext_size: Operand = (inst) => hex(inst.msbd + 1);
const ins_size: Operand = (inst) => hex(trim_32(inst.msb - inst.lsb + 1));
const address: Operand = (inst) => `${signed_16(inst.offset)}(${name(inst.base)})`;
const target: Operand = (inst, { pc, symbol }) => symbol(trim_32(pc + 4 + signed_16(inst.offset) * 4));
const jump_target: Operand = (inst, { pc, symbol }) => symbol(trim_32(((pc + 4) & 0xf0000000) | (inst.index << 2)));
const link_and_target: Operand = (inst) => (inst.rd === 31 ? '' : `${name(inst.rd)},`) + name(inst.rs);
const hint_hex: Operand = (inst) => hex(inst.hint);
const SYNC_TYPES: Record<number, string> = { 0: '', 4: '_wmb', 16: '_mb', 17: '_acquire', 18: '_release', 19: '_rmb' };
const sync_type: Operand = (inst) => SYNC_TYPES[inst.stype] ?? ` ${hex(inst.stype)}`;
const trap_code: Operand = (inst) => (inst.code === 0 ? '' : `,${hex(inst.code)}`);
const syscall_code: Operand = (inst) => (inst.code === 0 ? '' : ` ${hex(inst.code)}`);
const break_code: Operand = (inst) =>
  inst.code_2 !== 0 ? ` ${hex(inst.code)},${hex(inst.code_2)}` : inst.code !== 0 ? ` ${hex(inst.code)}` : '';
const fs: Operand = (inst) => `$f${inst.fs}`;
const ft: Operand = (inst) => `$f${inst.ft}`;
const fd: Operand = (inst) => `$f${inst.fd}`;
const fr: Operand = (inst) => `$f${inst.fr}`;
const base: Operand = (inst) => name(inst.base);
const index: Operand = (inst) => name(inst.index_5);
const CONTROLS: Record<number, string> = {
  0: 'c1_fir',
  1: 'c1_ufr',
  4: 'c1_unfr',
  25: 'c1_fccr',
  26: 'c1_fexr',
  28: 'c1_fenr',
  31: 'c1_fcsr',
};
const control: Operand = (inst) => CONTROLS[inst.fs] ?? `$${inst.fs}`;
const condition: Operand = (inst) => `$fcc${inst.cc}`;
const condition_comma: Operand = (inst) => (inst.cc === 0 ? '' : `$fcc${inst.cc},`);
const CONDITIONS = 'f un eq ueq olt ult ole ule sf ngle seq ngl lt nge le ngt'.split(' ');
const cond: Operand = (inst) => CONDITIONS[inst.cond];
const HARDWARE: Record<number, string> = {
  0: 'hwr_cpunum',
  1: 'hwr_synci_step',
  2: 'hwr_cc',
  3: 'hwr_ccres',
};
const hardware_register: Operand = (inst) => HARDWARE[inst.rd] ?? `$${inst.rd}`;

export const operands = {
  rs,
  rt,
  rd,
  imm,
  simm,
  sa,
  position,
  ext_size,
  ins_size,
  address,
  target,
  jump_target,
  link_and_target,
  hint_hex,
  sync_type,
  trap_code,
  syscall_code,
  break_code,
  fs,
  ft,
  fd,
  fr,
  base,
  index,
  control,
  condition,
  condition_comma,
  cond,
  hardware_register,
};
