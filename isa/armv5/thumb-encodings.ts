// The Thumb instruction set of v5T (ARM DDI 0100I, A6 and A7.1): a row an encoding, [name, pattern, assembly syntax].
// Where the manual numbers the forms of an instruction, as in ADD (3), the name carries the number. BL and BLX are two
// instructions of 16 bits each, as the architecture has them.

import { encodings, type Instruction } from 'pydgin-ts/adl';

// biome-ignore format: a table
export const thumb_encodings = encodings([
  // Shift by immediate, add, subtract, move, compare (A6.4.1)
  ['lsl_1', '000 00 imm_5:5 rm:3 rd:3',       '{lsl_or_mov}'],
  ['lsr_1', '000 01 imm_5:5 rm:3 rd:3',       'lsrs {rd}, {rm}, {shift_amount}'],
  ['asr_1', '000 10 imm_5:5 rm:3 rd:3',       'asrs {rd}, {rm}, {shift_amount}'],
  ['add_3', '000 1100 rm:3 rn:3 rd:3',        'adds {rd}, {rn}, {rm}'],
  ['sub_3', '000 1101 rm:3 rn:3 rd:3',        'subs {rd}, {rn}, {rm}'],
  ['add_1', '000 1110 imm_3:3 rn:3 rd:3',     'adds {rd}, {rn}, #{imm_3}'],
  ['sub_1', '000 1111 imm_3:3 rn:3 rd:3',     'subs {rd}, {rn}, #{imm_3}'],
  ['mov_1', '001 00 rd:3 imm_8:8',            'movs {rd}, #{imm_8}'],
  ['cmp_1', '001 01 rn:3 imm_8:8',            'cmp {rn}, #{imm_8}'],
  ['add_2', '001 10 rd:3 imm_8:8',            'adds {rd}, #{imm_8}'],
  ['sub_2', '001 11 rd:3 imm_8:8',            'subs {rd}, #{imm_8}'],

  // Data processing of low registers (A6.4.2)
  ['and',   '010000 0000 rm:3 rd:3',          'ands {rd}, {rm}'],
  ['eor',   '010000 0001 rm:3 rd:3',          'eors {rd}, {rm}'],
  ['lsl_2', '010000 0010 rs:3 rd:3',          'lsls {rd}, {rs}'],
  ['lsr_2', '010000 0011 rs:3 rd:3',          'lsrs {rd}, {rs}'],
  ['asr_2', '010000 0100 rs:3 rd:3',          'asrs {rd}, {rs}'],
  ['adc',   '010000 0101 rm:3 rd:3',          'adcs {rd}, {rm}'],
  ['sbc',   '010000 0110 rm:3 rd:3',          'sbcs {rd}, {rm}'],
  ['ror',   '010000 0111 rs:3 rd:3',          'rors {rd}, {rs}'],
  ['tst',   '010000 1000 rm:3 rn:3',          'tst {rn}, {rm}'],
  ['neg',   '010000 1001 rm:3 rd:3',          'negs {rd}, {rm}'],
  ['cmp_2', '010000 1010 rm:3 rn:3',          'cmp {rn}, {rm}'],
  ['cmn',   '010000 1011 rm:3 rn:3',          'cmn {rn}, {rm}'],
  ['orr',   '010000 1100 rm:3 rd:3',          'orrs {rd}, {rm}'],
  ['mul',   '010000 1101 rm:3 rd:3',          'muls {rd}, {rm}'],
  ['bic',   '010000 1110 rm:3 rd:3',          'bics {rd}, {rm}'],
  ['mvn',   '010000 1111 rm:3 rd:3',          'mvns {rd}, {rm}'],

  // Data processing of any registers, branch and exchange (A6.4.3, A6.3)
  ['add_4', '010001 00 rd:1 rm:4 rd:3',       'add {rd}, {rm}'],
  ['cmp_3', '010001 01 rn:1 rm:4 rn:3',       'cmp {rn}, {rm}'],
  ['mov_3', '010001 10 rd:1 rm:4 rd:3',       '{mov_or_nop}'],
  ['bx',    '010001 11 0 rm:4 000',           'bx {rm}'],
  ['blx_2', '010001 11 1 rm:4 000',           'blx {rm}'],

  // Load and store (A6.5)
  ['ldr_3',   '01001 rd:3 imm_8:8',           'ldr {rd}, [pc, {imm_8_words}]'],
  ['str_2',   '0101 000 rm:3 rn:3 rd:3',      'str {rd}, [{rn}, {rm}]'],
  ['strh_2',  '0101 001 rm:3 rn:3 rd:3',      'strh {rd}, [{rn}, {rm}]'],
  ['strb_2',  '0101 010 rm:3 rn:3 rd:3',      'strb {rd}, [{rn}, {rm}]'],
  ['ldrsb',   '0101 011 rm:3 rn:3 rd:3',      'ldrsb {rd}, [{rn}, {rm}]'],
  ['ldr_2',   '0101 100 rm:3 rn:3 rd:3',      'ldr {rd}, [{rn}, {rm}]'],
  ['ldrh_2',  '0101 101 rm:3 rn:3 rd:3',      'ldrh {rd}, [{rn}, {rm}]'],
  ['ldrb_2',  '0101 110 rm:3 rn:3 rd:3',      'ldrb {rd}, [{rn}, {rm}]'],
  ['ldrsh',   '0101 111 rm:3 rn:3 rd:3',      'ldrsh {rd}, [{rn}, {rm}]'],
  ['str_1',   '0110 0 imm_5:5 rn:3 rd:3',     'str {rd}, [{rn}, {imm_5_words}]'],
  ['ldr_1',   '0110 1 imm_5:5 rn:3 rd:3',     'ldr {rd}, [{rn}, {imm_5_words}]'],
  ['strb_1',  '0111 0 imm_5:5 rn:3 rd:3',     'strb {rd}, [{rn}, #{imm_5}]'],
  ['ldrb_1',  '0111 1 imm_5:5 rn:3 rd:3',     'ldrb {rd}, [{rn}, #{imm_5}]'],
  ['strh_1',  '1000 0 imm_5:5 rn:3 rd:3',     'strh {rd}, [{rn}, {imm_5_halfwords}]'],
  ['ldrh_1',  '1000 1 imm_5:5 rn:3 rd:3',     'ldrh {rd}, [{rn}, {imm_5_halfwords}]'],
  ['str_3',   '1001 0 rd:3 imm_8:8',          'str {rd}, [sp, {imm_8_words}]'],
  ['ldr_4',   '1001 1 rd:3 imm_8:8',          'ldr {rd}, [sp, {imm_8_words}]'],

  // Addresses, stack (A6.4.4, A6.6)
  ['add_5', '1010 0 rd:3 imm_8:8',            'add {rd}, pc, {imm_8_words}'],
  ['add_6', '1010 1 rd:3 imm_8:8',            'add {rd}, sp, {imm_8_words}'],
  ['add_7', '1011 0000 0 imm_7:7',            'add sp, {imm_7_words}'],
  ['sub_4', '1011 0000 1 imm_7:7',            'sub sp, {imm_7_words}'],
  ['push',  '1011 0 10 R register_list:8',    'push {push_list}'],
  ['pop',   '1011 1 10 R register_list:8',    'pop {pop_list}'],
  ['stmia', '1100 0 rn:3 register_list:8',    'stmia {rn}!, {register_list}'],
  ['ldmia', '1100 1 rn:3 register_list:8',    'ldmia {rn}{writeback}, {register_list}'],

  // Branches (A6.3) and exceptions (A6.7)
  ['b_1',     '1101 cond:4 offset_8:8',       'b{cond}.n {target_8}'],
  ['b_2',     '11100 offset_11:11',           'b.n {target_11}'],
  ['bl_prefix',  '11110 offset_11:11',        'bl.prefix {bl_prefix}'],
  ['bl_suffix',  '11111 offset_11:11',        'bl.suffix {bl_suffix}'],
  ['blx_suffix', '11101 offset_10:10 0',      'blx.suffix {blx_suffix}'],
  ['udf',     '1101 1110 imm_8:8',            'udf #{imm_8}'],
  ['swi',     '1101 1111 imm_8:8',            'svc {imm_8}'],
  ['bkpt',    '1011 1110 imm_8:8',            'bkpt {imm_8_hex}'],
]);

export type ThumbInst = Instruction<typeof thumb_encodings>;
