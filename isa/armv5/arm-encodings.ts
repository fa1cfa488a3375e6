// The ARM instruction set, v5TE (ARM DDI 0100I, A3 and A4): a row an encoding, [name, pattern, assembly syntax].
// Their order decides nothing. `{rd}` in the syntax is printed by the formatter of that name in operands.ts.

import { encodings, type Instruction } from 'pydgin-ts/adl';

// biome-ignore format: a table
export const arm_encodings = encodings([
  // Data processing with a rotated immediate (A5.1.3)
  ['and', 'cond:4 00 1 0000 S rn:4 rd:4 rotate:4 imm_8:8',          'and{cond}{S} {rd}, {rn}, {shifter_operand}'],
  ['add', 'cond:4 00 1 0100 S rn:4 rd:4 rotate:4 imm_8:8',          'add{cond}{S} {rd}, {rn}, {shifter_operand}'],
  ['adc', 'cond:4 00 1 0101 S rn:4 rd:4 rotate:4 imm_8:8',          'adc{cond}{S} {rd}, {rn}, {shifter_operand}'],
  ['sub', 'cond:4 00 1 0010 S rn:4 rd:4 rotate:4 imm_8:8',          'sub{cond}{S} {rd}, {rn}, {shifter_operand}'],
  ['cmp', 'cond:4 00 1 1010 1 rn:4 xxxx rotate:4 imm_8:8',          'cmp{cond} {rn}, {shifter_operand}'],
  ['mov', 'cond:4 00 1 1101 S xxxx rd:4 rotate:4 imm_8:8',          'mov{cond}{S} {rd}, {shifter_operand}'],

  // Data processing with a register shifted by an immediate (A5.1.4 and on)
  ['and', 'cond:4 00 0 0000 S rn:4 rd:4 shift_imm:5 shift:2 0 rm:4', 'and{cond}{S} {rd}, {rn}, {shifter_operand}'],
  ['add', 'cond:4 00 0 0100 S rn:4 rd:4 shift_imm:5 shift:2 0 rm:4', 'add{cond}{S} {rd}, {rn}, {shifter_operand}'],
  ['adc', 'cond:4 00 0 0101 S rn:4 rd:4 shift_imm:5 shift:2 0 rm:4', 'adc{cond}{S} {rd}, {rn}, {shifter_operand}'],
  ['sub', 'cond:4 00 0 0010 S rn:4 rd:4 shift_imm:5 shift:2 0 rm:4', 'sub{cond}{S} {rd}, {rn}, {shifter_operand}'],
  ['cmp', 'cond:4 00 0 1010 1 rn:4 xxxx shift_imm:5 shift:2 0 rm:4', 'cmp{cond} {rn}, {shifter_operand}'],
  ['mov', 'cond:4 00 0 1101 S xxxx rd:4 shift_imm:5 shift:2 0 rm:4', 'mov{cond}{S} {rd}, {shifter_operand}'],

  // Data processing with a register shifted by a register
  ['and', 'cond:4 00 0 0000 S rn:4 rd:4 rs:4 0 shift:2 1 rm:4',     'and{cond}{S} {rd}, {rn}, {shifter_operand}'],
  ['add', 'cond:4 00 0 0100 S rn:4 rd:4 rs:4 0 shift:2 1 rm:4',     'add{cond}{S} {rd}, {rn}, {shifter_operand}'],
  ['adc', 'cond:4 00 0 0101 S rn:4 rd:4 rs:4 0 shift:2 1 rm:4',     'adc{cond}{S} {rd}, {rn}, {shifter_operand}'],
  ['sub', 'cond:4 00 0 0010 S rn:4 rd:4 rs:4 0 shift:2 1 rm:4',     'sub{cond}{S} {rd}, {rn}, {shifter_operand}'],
  ['cmp', 'cond:4 00 0 1010 1 rn:4 xxxx rs:4 0 shift:2 1 rm:4',     'cmp{cond} {rn}, {shifter_operand}'],
  ['mov', 'cond:4 00 0 1101 S xxxx rd:4 rs:4 0 shift:2 1 rm:4',     'mov{cond}{S} {rd}, {shifter_operand}'],

  // Multiplies (A3.5)
  ['mul',   'cond:4 0000000 S rd:4 xxxx rs:4 1001 rm:4',            'mul{cond}{S} {rd}, {rm}, {rs}'],
  ['umull', 'cond:4 0000100 S rd_hi:4 rd_lo:4 rs:4 1001 rm:4',      'umull{cond}{S} {rd_lo}, {rd_hi}, {rm}, {rs}'],

  // Load and store word or unsigned byte (A5.2)
  ['ldr', 'cond:4 010 P U 0 W 1 rn:4 rd:4 offset_12:12',             'ldr{cond}{translate} {rd}, {address}'],
  ['ldr', 'cond:4 011 P U 0 W 1 rn:4 rd:4 shift_imm:5 shift:2 0 rm:4', 'ldr{cond}{translate} {rd}, {address}'],
  ['str', 'cond:4 010 P U 0 W 0 rn:4 rd:4 offset_12:12',             'str{cond}{translate} {rd}, {address}'],
  ['str', 'cond:4 011 P U 0 W 0 rn:4 rd:4 shift_imm:5 shift:2 0 rm:4', 'str{cond}{translate} {rd}, {address}'],

  // Load and store multiple (A5.4)
  ['ldm', 'cond:4 100 P U 0 W 1 rn:4 register_list:16',             'ldm{mode}{cond} {rn}{W}, {register_list}'],
  ['stm', 'cond:4 100 P U 0 W 0 rn:4 register_list:16',             'stm{mode}{cond} {rn}{W}, {register_list}'],

  // Branches (A3.3)
  ['b',   'cond:4 1010 offset_24:24',                               'b{cond} {target}'],
  ['bl',  'cond:4 1011 offset_24:24',                               'bl{cond} {target}'],
  ['bx',  'cond:4 00010010 xxxx xxxx xxxx 0001 rm:4',               'bx{cond} {rm}'],

  // Exceptions (A3.11)
  ['swi', 'cond:4 1111 imm_24:24',                                  'svc{cond} {hex_24}'],
]);

/** Bits that tell the forms of an operand apart, the same in every row. */
export const arm_fields = { I: '25', R: '4' } as const;

export type Inst = Instruction<typeof arm_encodings, typeof arm_fields>;
