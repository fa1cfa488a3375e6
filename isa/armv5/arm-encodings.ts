// The ARM instruction set, v5TE (ARM DDI 0100I, A3 and A4.1): a row an encoding, [name, pattern, assembly syntax].
// Their order decides nothing: the most specific pattern wins. `{rd}` in the syntax is printed by the formatter of that
// name in assembly.ts. What only the last row matches is undefined: among it all of v6, and LDM and STM with `^`.

import { encodings, type Instruction } from 'pydgin-ts/adl';

// biome-ignore format: a table
export const arm_encodings = encodings([
  // Data processing (A3.4), the shifter operand a rotated immediate (A5.1.3)
  ['and', 'cond:4 00 1 0000 S rn:4 rd:4 rotate:4 imm_8:8',           'and{S}{cond} {rd}, {rn}, {immediate}'],
  ['eor', 'cond:4 00 1 0001 S rn:4 rd:4 rotate:4 imm_8:8',           'eor{S}{cond} {rd}, {rn}, {immediate}'],
  ['sub', 'cond:4 00 1 0010 S rn:4 rd:4 rotate:4 imm_8:8',           'sub{S}{cond} {rd}, {rn}, {immediate}'],
  ['rsb', 'cond:4 00 1 0011 S rn:4 rd:4 rotate:4 imm_8:8',           'rsb{S}{cond} {rd}, {rn}, {immediate}'],
  ['add', 'cond:4 00 1 0100 S rn:4 rd:4 rotate:4 imm_8:8',           'add{S}{cond} {rd}, {rn}, {immediate}'],
  ['adc', 'cond:4 00 1 0101 S rn:4 rd:4 rotate:4 imm_8:8',           'adc{S}{cond} {rd}, {rn}, {immediate}'],
  ['sbc', 'cond:4 00 1 0110 S rn:4 rd:4 rotate:4 imm_8:8',           'sbc{S}{cond} {rd}, {rn}, {immediate}'],
  ['rsc', 'cond:4 00 1 0111 S rn:4 rd:4 rotate:4 imm_8:8',           'rsc{S}{cond} {rd}, {rn}, {immediate}'],
  ['tst', 'cond:4 00 1 1000 1 rn:4 0000 rotate:4 imm_8:8',           'tst{cond} {rn}, {immediate}'],
  ['teq', 'cond:4 00 1 1001 1 rn:4 0000 rotate:4 imm_8:8',           'teq{cond} {rn}, {immediate}'],
  ['cmp', 'cond:4 00 1 1010 1 rn:4 0000 rotate:4 imm_8:8',           'cmp{cond} {rn}, {immediate}'],
  ['cmn', 'cond:4 00 1 1011 1 rn:4 0000 rotate:4 imm_8:8',           'cmn{cond} {rn}, {immediate}'],
  ['orr', 'cond:4 00 1 1100 S rn:4 rd:4 rotate:4 imm_8:8',           'orr{S}{cond} {rd}, {rn}, {immediate}'],
  ['mov', 'cond:4 00 1 1101 S 0000 rd:4 rotate:4 imm_8:8',           'mov{S}{cond} {rd}, {immediate}'],
  ['bic', 'cond:4 00 1 1110 S rn:4 rd:4 rotate:4 imm_8:8',           'bic{S}{cond} {rd}, {rn}, {immediate}'],
  ['mvn', 'cond:4 00 1 1111 S 0000 rd:4 rotate:4 imm_8:8',           'mvn{S}{cond} {rd}, {immediate}'],

  // … a register, shifted by an immediate (A5.1.4, .5, .7, .9, .11, .13)
  ['and', 'cond:4 00 0 0000 S rn:4 rd:4 shift_imm:5 shift:2 0 rm:4', 'and{S}{cond} {rd}, {rn}, {rm}{shift_by_immediate}'],
  ['eor', 'cond:4 00 0 0001 S rn:4 rd:4 shift_imm:5 shift:2 0 rm:4', 'eor{S}{cond} {rd}, {rn}, {rm}{shift_by_immediate}'],
  ['sub', 'cond:4 00 0 0010 S rn:4 rd:4 shift_imm:5 shift:2 0 rm:4', 'sub{S}{cond} {rd}, {rn}, {rm}{shift_by_immediate}'],
  ['rsb', 'cond:4 00 0 0011 S rn:4 rd:4 shift_imm:5 shift:2 0 rm:4', 'rsb{S}{cond} {rd}, {rn}, {rm}{shift_by_immediate}'],
  ['add', 'cond:4 00 0 0100 S rn:4 rd:4 shift_imm:5 shift:2 0 rm:4', 'add{S}{cond} {rd}, {rn}, {rm}{shift_by_immediate}'],
  ['adc', 'cond:4 00 0 0101 S rn:4 rd:4 shift_imm:5 shift:2 0 rm:4', 'adc{S}{cond} {rd}, {rn}, {rm}{shift_by_immediate}'],
  ['sbc', 'cond:4 00 0 0110 S rn:4 rd:4 shift_imm:5 shift:2 0 rm:4', 'sbc{S}{cond} {rd}, {rn}, {rm}{shift_by_immediate}'],
  ['rsc', 'cond:4 00 0 0111 S rn:4 rd:4 shift_imm:5 shift:2 0 rm:4', 'rsc{S}{cond} {rd}, {rn}, {rm}{shift_by_immediate}'],
  ['tst', 'cond:4 00 0 1000 1 rn:4 0000 shift_imm:5 shift:2 0 rm:4', 'tst{cond} {rn}, {rm}{shift_by_immediate}'],
  ['teq', 'cond:4 00 0 1001 1 rn:4 0000 shift_imm:5 shift:2 0 rm:4', 'teq{cond} {rn}, {rm}{shift_by_immediate}'],
  ['cmp', 'cond:4 00 0 1010 1 rn:4 0000 shift_imm:5 shift:2 0 rm:4', 'cmp{cond} {rn}, {rm}{shift_by_immediate}'],
  ['cmn', 'cond:4 00 0 1011 1 rn:4 0000 shift_imm:5 shift:2 0 rm:4', 'cmn{cond} {rn}, {rm}{shift_by_immediate}'],
  ['orr', 'cond:4 00 0 1100 S rn:4 rd:4 shift_imm:5 shift:2 0 rm:4', 'orr{S}{cond} {rd}, {rn}, {rm}{shift_by_immediate}'],
  ['mov', 'cond:4 00 0 1101 S 0000 rd:4 shift_imm:5 shift:2 0 rm:4', '{mov_by_immediate}'],
  ['bic', 'cond:4 00 0 1110 S rn:4 rd:4 shift_imm:5 shift:2 0 rm:4', 'bic{S}{cond} {rd}, {rn}, {rm}{shift_by_immediate}'],
  ['mvn', 'cond:4 00 0 1111 S 0000 rd:4 shift_imm:5 shift:2 0 rm:4', 'mvn{S}{cond} {rd}, {rm}{shift_by_immediate}'],

  // … a register, shifted by a register (A5.1.6, .8, .10, .12)
  ['and', 'cond:4 00 0 0000 S rn:4 rd:4 rs:4 0 shift:2 1 rm:4',      'and{S}{cond} {rd}, {rn}, {rm}, {shift} {rs}'],
  ['eor', 'cond:4 00 0 0001 S rn:4 rd:4 rs:4 0 shift:2 1 rm:4',      'eor{S}{cond} {rd}, {rn}, {rm}, {shift} {rs}'],
  ['sub', 'cond:4 00 0 0010 S rn:4 rd:4 rs:4 0 shift:2 1 rm:4',      'sub{S}{cond} {rd}, {rn}, {rm}, {shift} {rs}'],
  ['rsb', 'cond:4 00 0 0011 S rn:4 rd:4 rs:4 0 shift:2 1 rm:4',      'rsb{S}{cond} {rd}, {rn}, {rm}, {shift} {rs}'],
  ['add', 'cond:4 00 0 0100 S rn:4 rd:4 rs:4 0 shift:2 1 rm:4',      'add{S}{cond} {rd}, {rn}, {rm}, {shift} {rs}'],
  ['adc', 'cond:4 00 0 0101 S rn:4 rd:4 rs:4 0 shift:2 1 rm:4',      'adc{S}{cond} {rd}, {rn}, {rm}, {shift} {rs}'],
  ['sbc', 'cond:4 00 0 0110 S rn:4 rd:4 rs:4 0 shift:2 1 rm:4',      'sbc{S}{cond} {rd}, {rn}, {rm}, {shift} {rs}'],
  ['rsc', 'cond:4 00 0 0111 S rn:4 rd:4 rs:4 0 shift:2 1 rm:4',      'rsc{S}{cond} {rd}, {rn}, {rm}, {shift} {rs}'],
  ['tst', 'cond:4 00 0 1000 1 rn:4 0000 rs:4 0 shift:2 1 rm:4',      'tst{cond} {rn}, {rm}, {shift} {rs}'],
  ['teq', 'cond:4 00 0 1001 1 rn:4 0000 rs:4 0 shift:2 1 rm:4',      'teq{cond} {rn}, {rm}, {shift} {rs}'],
  ['cmp', 'cond:4 00 0 1010 1 rn:4 0000 rs:4 0 shift:2 1 rm:4',      'cmp{cond} {rn}, {rm}, {shift} {rs}'],
  ['cmn', 'cond:4 00 0 1011 1 rn:4 0000 rs:4 0 shift:2 1 rm:4',      'cmn{cond} {rn}, {rm}, {shift} {rs}'],
  ['orr', 'cond:4 00 0 1100 S rn:4 rd:4 rs:4 0 shift:2 1 rm:4',      'orr{S}{cond} {rd}, {rn}, {rm}, {shift} {rs}'],
  ['mov', 'cond:4 00 0 1101 S 0000 rd:4 rs:4 0 shift:2 1 rm:4',      '{shift}{S}{cond} {rd}, {rm}, {rs}'],
  ['bic', 'cond:4 00 0 1110 S rn:4 rd:4 rs:4 0 shift:2 1 rm:4',      'bic{S}{cond} {rd}, {rn}, {rm}, {shift} {rs}'],
  ['mvn', 'cond:4 00 0 1111 S 0000 rd:4 rs:4 0 shift:2 1 rm:4',      'mvn{S}{cond} {rd}, {rm}, {shift} {rs}'],

  // Multiplies (A3.5)
  ['mul',     'cond:4 0000 000 S rd:4 0000 rs:4 1001 rm:4',          'mul{S}{cond} {rd}, {rm}, {rs}'],
  ['mla',     'cond:4 0000 001 S rd:4 rn:4 rs:4 1001 rm:4',          'mla{S}{cond} {rd}, {rm}, {rs}, {rn}'],
  ['umull',   'cond:4 0000 100 S rd_hi:4 rd_lo:4 rs:4 1001 rm:4',    'umull{S}{cond} {rd_lo}, {rd_hi}, {rm}, {rs}'],
  ['umlal',   'cond:4 0000 101 S rd_hi:4 rd_lo:4 rs:4 1001 rm:4',    'umlal{S}{cond} {rd_lo}, {rd_hi}, {rm}, {rs}'],
  ['smull',   'cond:4 0000 110 S rd_hi:4 rd_lo:4 rs:4 1001 rm:4',    'smull{S}{cond} {rd_lo}, {rd_hi}, {rm}, {rs}'],
  ['smlal',   'cond:4 0000 111 S rd_hi:4 rd_lo:4 rs:4 1001 rm:4',    'smlal{S}{cond} {rd_lo}, {rd_hi}, {rm}, {rs}'],
  ['smla_xy', 'cond:4 0001 0000 rd:4 rn:4 rs:4 1 y:1 x:1 0 rm:4',    'smla{x}{y}{cond} {rd}, {rm}, {rs}, {rn}'],
  ['smlaw_y', 'cond:4 0001 0010 rd:4 rn:4 rs:4 1 y:1 00 rm:4',       'smlaw{y}{cond} {rd}, {rm}, {rs}, {rn}'],
  ['smulw_y', 'cond:4 0001 0010 rd:4 0000 rs:4 1 y:1 10 rm:4',       'smulw{y}{cond} {rd}, {rm}, {rs}'],
  ['smlal_xy', 'cond:4 0001 0100 rd_hi:4 rd_lo:4 rs:4 1 y:1 x:1 0 rm:4', 'smlal{x}{y}{cond} {rd_lo}, {rd_hi}, {rm}, {rs}'],
  ['smul_xy', 'cond:4 0001 0110 rd:4 0000 rs:4 1 y:1 x:1 0 rm:4',    'smul{x}{y}{cond} {rd}, {rm}, {rs}'],

  // Saturating arithmetic, leading zeros, program status register (A3.6 to A3.10)
  ['qadd',  'cond:4 0001 0000 rn:4 rd:4 0000 0101 rm:4',             'qadd{cond} {rd}, {rm}, {rn}'],
  ['qsub',  'cond:4 0001 0010 rn:4 rd:4 0000 0101 rm:4',             'qsub{cond} {rd}, {rm}, {rn}'],
  ['qdadd', 'cond:4 0001 0100 rn:4 rd:4 0000 0101 rm:4',             'qdadd{cond} {rd}, {rm}, {rn}'],
  ['qdsub', 'cond:4 0001 0110 rn:4 rd:4 0000 0101 rm:4',             'qdsub{cond} {rd}, {rm}, {rn}'],
  ['clz',   'cond:4 0001 0110 1111 rd:4 1111 0001 rm:4',             'clz{cond} {rd}, {rm}'],
  ['mrs',   'cond:4 0001 0000 1111 rd:4 0000 0000 0000',             'mrs{cond} {rd}, CPSR'],
  ['msr',   'cond:4 0011 0010 field_mask:4 1111 rotate:4 imm_8:8',   'msr{cond} {psr_fields}, {immediate}'],
  ['msr',   'cond:4 0001 0010 field_mask:4 1111 0000 0000 rm:4',     'msr{cond} {psr_fields}, {rm}'],

  // Load and store word or unsigned byte (A3.11.1, A5.2)
  ['ldr',  'cond:4 010 P U 0 W 1 rn:4 rd:4 offset_12:12',              '{ldr}'],
  ['ldr',  'cond:4 011 P U 0 W 1 rn:4 rd:4 shift_imm:5 shift:2 0 rm:4', '{ldr}'],
  ['ldrb', 'cond:4 010 P U 1 W 1 rn:4 rd:4 offset_12:12',              '{ldrb}'],
  ['ldrb', 'cond:4 011 P U 1 W 1 rn:4 rd:4 shift_imm:5 shift:2 0 rm:4', '{ldrb}'],
  ['str',  'cond:4 010 P U 0 W 0 rn:4 rd:4 offset_12:12',              '{str}'],
  ['str',  'cond:4 011 P U 0 W 0 rn:4 rd:4 shift_imm:5 shift:2 0 rm:4', '{str}'],
  ['strb', 'cond:4 010 P U 1 W 0 rn:4 rd:4 offset_12:12',              '{strb}'],
  ['strb', 'cond:4 011 P U 1 W 0 rn:4 rd:4 shift_imm:5 shift:2 0 rm:4', '{strb}'],
  ['pld',  '1111 0101 U 101 rn:4 1111 offset_12:12',                   'pld {address_pld}'],
  ['pld',  '1111 0111 U 101 rn:4 1111 shift_imm:5 shift:2 0 rm:4',     'pld {address_pld}'],

  // Load and store halfword, signed byte and doubleword (A3.11.2, A5.3)
  ['ldrh',  'cond:4 000 P U 1 W 1 rn:4 rd:4 offset_8:4 1011 offset_8:4', 'ldrh{cond} {rd}, {address_3}'],
  ['ldrh',  'cond:4 000 P U 0 W 1 rn:4 rd:4 0000 1011 rm:4',             'ldrh{cond} {rd}, {address_3}'],
  ['ldrsb', 'cond:4 000 P U 1 W 1 rn:4 rd:4 offset_8:4 1101 offset_8:4', 'ldrsb{cond} {rd}, {address_3}'],
  ['ldrsb', 'cond:4 000 P U 0 W 1 rn:4 rd:4 0000 1101 rm:4',             'ldrsb{cond} {rd}, {address_3}'],
  ['ldrsh', 'cond:4 000 P U 1 W 1 rn:4 rd:4 offset_8:4 1111 offset_8:4', 'ldrsh{cond} {rd}, {address_3}'],
  ['ldrsh', 'cond:4 000 P U 0 W 1 rn:4 rd:4 0000 1111 rm:4',             'ldrsh{cond} {rd}, {address_3}'],
  ['strh',  'cond:4 000 P U 1 W 0 rn:4 rd:4 offset_8:4 1011 offset_8:4', 'strh{cond} {rd}, {address_3}'],
  ['strh',  'cond:4 000 P U 0 W 0 rn:4 rd:4 0000 1011 rm:4',             'strh{cond} {rd}, {address_3}'],
  ['ldrd',  'cond:4 000 P U 1 W 0 rn:4 rd:4 offset_8:4 1101 offset_8:4', 'ldrd{cond} {rd}, {address_3}'],
  ['ldrd',  'cond:4 000 P U 0 W 0 rn:4 rd:4 0000 1101 rm:4',             'ldrd{cond} {rd}, {address_3}'],
  ['strd',  'cond:4 000 P U 1 W 0 rn:4 rd:4 offset_8:4 1111 offset_8:4', 'strd{cond} {rd}, {address_3}'],
  ['strd',  'cond:4 000 P U 0 W 0 rn:4 rd:4 0000 1111 rm:4',             'strd{cond} {rd}, {address_3}'],

  // Load and store multiple (A3.12, A5.4), semaphores (A3.13)
  ['ldm',  'cond:4 100 P U 0 W 1 rn:4 register_list:16',             '{ldm}{cond} {base_and_list}'],
  ['stm',  'cond:4 100 P U 0 W 0 rn:4 register_list:16',             '{stm}{cond} {base_and_list}'],
  ['swp',  'cond:4 0001 0000 rn:4 rd:4 0000 1001 rm:4',              'swp{cond} {rd}, {rm}, [{rn}]'],
  ['swpb', 'cond:4 0001 0100 rn:4 rd:4 0000 1001 rm:4',              'swpb{cond} {rd}, {rm}, [{rn}]'],

  // Branches (A3.3)
  ['b',     'cond:4 1010 offset_24:24',                              'b{cond} {target}'],
  ['bl',    'cond:4 1011 offset_24:24',                              'bl{cond} {target}'],
  ['blx_1', '1111 1010 offset_24:24',                                'blx {target_thumb}'],
  ['blx_1', '1111 1011 offset_24:24',                                'blx {target_thumb}'],
  ['blx_2', 'cond:4 0001 0010 1111 1111 1111 0011 rm:4',             'blx{cond} {rm}'],
  ['bx',    'cond:4 0001 0010 1111 1111 1111 0001 rm:4',             'bx{cond} {rm}'],

  // Exceptions (A3.14)
  ['swi',  'cond:4 1111 imm_24:24',                                  'svc{cond} {imm_24}'],
  ['bkpt', 'cond:4 0001 0010 imm_16:12 0111 imm_16:4',               'bkpt {imm_16}'],

  // Coprocessors (A3.15), of which there are none, and all that is not an instruction of v5TE
  ['undefined', 'cond:4 1110 op_1:4 crn:4 crd:4 cp:4 op_2:3 0 crm:4', 'cdp{cond_or_2} {cp}, {op_1}, cr{crd}, cr{crn}, cr{crm}, {{{op_2}}}'],
  ['undefined', 'cond:4 1110 op_1:3 0 crn:4 rd:4 cp:4 op_2:3 1 crm:4', 'mcr{cond_or_2} {cp}, {op_1}, {rd}, cr{crn}, cr{crm}, {{{op_2}}}'],
  ['undefined', 'cond:4 1110 op_1:3 1 crn:4 rd:4 cp:4 op_2:3 1 crm:4', 'mrc{cond_or_2} {cp}, {op_1}, {rd}, cr{crn}, cr{crm}, {{{op_2}}}'],
  ['undefined', 'cond:4 xxxx xxxx xxxx xxxx xxxx xxxx xxxx',          '.word {word}'],
]);

/** Bits that tell forms of an instruction or of its operand apart, the same in all rows. */
export const arm_fields = {
  /** Data processing: rotated immediate; load and store: no, a register is the offset. */
  I: '25',
  /** Data processing: shift by a register. */
  R: '4',
  /** Load and store halfword and the like: an immediate is the offset. */
  I_3: '22',
  /** BLX: the target is in the upper half of a word. */
  H: '24',
} as const;

export type Inst = Instruction<typeof arm_encodings, typeof arm_fields>;
