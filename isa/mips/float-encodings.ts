// MIPS32 Release 2, the floating-point unit with 32-bit registers, doubles in even/odd pairs (MD00087, chapter 3; MD00086,
// 5 and A.3): a row an encoding, [name, pattern, assembly syntax]. Instructions on 64-bit integers and paired singles need
// 64-bit registers, and are undefined here.

import { encodings } from 'pydgin-ts/adl';

// biome-ignore format: a table
export const float_encodings = encodings([
  // Moves to and from the floating-point unit
  ['mfc1',      '010001 00000 rt:5 fs:5 00000 000000',       'mfc1 {rt},{fs}'],
  ['cfc1',      '010001 00010 rt:5 fs:5 00000 000000',       'cfc1 {rt},{control}'],
  ['mfhc1',     '010001 00011 rt:5 fs:5 00000 000000',       'mfhc1 {rt},{fs}'],
  ['mtc1',      '010001 00100 rt:5 fs:5 00000 000000',       'mtc1 {rt},{fs}'],
  ['ctc1',      '010001 00110 rt:5 fs:5 00000 000000',       'ctc1 {rt},{control}'],
  ['mthc1',     '010001 00111 rt:5 fs:5 00000 000000',       'mthc1 {rt},{fs}'],

  // Branches on conditions
  ['bc1f',      '010001 01000 cc:3 0 0 offset:16',           'bc1f {condition_comma}{target}'],
  ['bc1t',      '010001 01000 cc:3 0 1 offset:16',           'bc1t {condition_comma}{target}'],
  ['bc1fl',     '010001 01000 cc:3 1 0 offset:16',           'bc1fl {condition_comma}{target}'],
  ['bc1tl',     '010001 01000 cc:3 1 1 offset:16',           'bc1tl {condition_comma}{target}'],

  // Arithmetic, single
  ['add_s',     '010001 10000 ft:5 fs:5 fd:5 000000',        'add.s {fd},{fs},{ft}'],
  ['sub_s',     '010001 10000 ft:5 fs:5 fd:5 000001',        'sub.s {fd},{fs},{ft}'],
  ['mul_s',     '010001 10000 ft:5 fs:5 fd:5 000010',        'mul.s {fd},{fs},{ft}'],
  ['div_s',     '010001 10000 ft:5 fs:5 fd:5 000011',        'div.s {fd},{fs},{ft}'],
  ['sqrt_s',    '010001 10000 00000 fs:5 fd:5 000100',       'sqrt.s {fd},{fs}'],
  ['abs_s',     '010001 10000 00000 fs:5 fd:5 000101',       'abs.s {fd},{fs}'],
  ['mov_s',     '010001 10000 00000 fs:5 fd:5 000110',       'mov.s {fd},{fs}'],
  ['neg_s',     '010001 10000 00000 fs:5 fd:5 000111',       'neg.s {fd},{fs}'],
  ['recip_s',   '010001 10000 00000 fs:5 fd:5 010101',       'recip.s {fd},{fs}'],
  ['rsqrt_s',   '010001 10000 00000 fs:5 fd:5 010110',       'rsqrt.s {fd},{fs}'],
  ['madd_s',    '010011 fr:5 ft:5 fs:5 fd:5 100000',         'madd.s {fd},{fr},{fs},{ft}'],
  ['msub_s',    '010011 fr:5 ft:5 fs:5 fd:5 101000',         'msub.s {fd},{fr},{fs},{ft}'],
  ['nmadd_s',   '010011 fr:5 ft:5 fs:5 fd:5 110000',         'nmadd.s {fd},{fr},{fs},{ft}'],
  ['nmsub_s',   '010011 fr:5 ft:5 fs:5 fd:5 111000',         'nmsub.s {fd},{fr},{fs},{ft}'],

  // Arithmetic, double
  ['add_d',     '010001 10001 ft:5 fs:5 fd:5 000000',        'add.d {fd},{fs},{ft}'],
  ['sub_d',     '010001 10001 ft:5 fs:5 fd:5 000001',        'sub.d {fd},{fs},{ft}'],
  ['mul_d',     '010001 10001 ft:5 fs:5 fd:5 000010',        'mul.d {fd},{fs},{ft}'],
  ['div_d',     '010001 10001 ft:5 fs:5 fd:5 000011',        'div.d {fd},{fs},{ft}'],
  ['sqrt_d',    '010001 10001 00000 fs:5 fd:5 000100',       'sqrt.d {fd},{fs}'],
  ['abs_d',     '010001 10001 00000 fs:5 fd:5 000101',       'abs.d {fd},{fs}'],
  ['mov_d',     '010001 10001 00000 fs:5 fd:5 000110',       'mov.d {fd},{fs}'],
  ['neg_d',     '010001 10001 00000 fs:5 fd:5 000111',       'neg.d {fd},{fs}'],
  ['recip_d',   '010001 10001 00000 fs:5 fd:5 010101',       'recip.d {fd},{fs}'],
  ['rsqrt_d',   '010001 10001 00000 fs:5 fd:5 010110',       'rsqrt.d {fd},{fs}'],
  ['madd_d',    '010011 fr:5 ft:5 fs:5 fd:5 100001',         'madd.d {fd},{fr},{fs},{ft}'],
  ['msub_d',    '010011 fr:5 ft:5 fs:5 fd:5 101001',         'msub.d {fd},{fr},{fs},{ft}'],
  ['nmadd_d',   '010011 fr:5 ft:5 fs:5 fd:5 110001',         'nmadd.d {fd},{fr},{fs},{ft}'],
  ['nmsub_d',   '010011 fr:5 ft:5 fs:5 fd:5 111001',         'nmsub.d {fd},{fr},{fs},{ft}'],

  // Conversions
  ['round_w_s', '010001 10000 00000 fs:5 fd:5 001100',       'round.w.s {fd},{fs}'],
  ['trunc_w_s', '010001 10000 00000 fs:5 fd:5 001101',       'trunc.w.s {fd},{fs}'],
  ['ceil_w_s',  '010001 10000 00000 fs:5 fd:5 001110',       'ceil.w.s {fd},{fs}'],
  ['floor_w_s', '010001 10000 00000 fs:5 fd:5 001111',       'floor.w.s {fd},{fs}'],
  ['cvt_w_s',   '010001 10000 00000 fs:5 fd:5 100100',       'cvt.w.s {fd},{fs}'],
  ['cvt_d_s',   '010001 10000 00000 fs:5 fd:5 100001',       'cvt.d.s {fd},{fs}'],
  ['round_w_d', '010001 10001 00000 fs:5 fd:5 001100',       'round.w.d {fd},{fs}'],
  ['trunc_w_d', '010001 10001 00000 fs:5 fd:5 001101',       'trunc.w.d {fd},{fs}'],
  ['ceil_w_d',  '010001 10001 00000 fs:5 fd:5 001110',       'ceil.w.d {fd},{fs}'],
  ['floor_w_d', '010001 10001 00000 fs:5 fd:5 001111',       'floor.w.d {fd},{fs}'],
  ['cvt_w_d',   '010001 10001 00000 fs:5 fd:5 100100',       'cvt.w.d {fd},{fs}'],
  ['cvt_s_d',   '010001 10001 00000 fs:5 fd:5 100000',       'cvt.s.d {fd},{fs}'],
  ['cvt_s_w',   '010001 10100 00000 fs:5 fd:5 100000',       'cvt.s.w {fd},{fs}'],
  ['cvt_d_w',   '010001 10100 00000 fs:5 fd:5 100001',       'cvt.d.w {fd},{fs}'],

  // Comparisons and conditional moves
  ['c_cond_s',  '010001 10000 ft:5 fs:5 cc:3 00 11 cond:4',  'c.{cond}.s {condition_comma}{fs},{ft}'],
  ['c_cond_d',  '010001 10001 ft:5 fs:5 cc:3 00 11 cond:4',  'c.{cond}.d {condition_comma}{fs},{ft}'],
  ['movf',      '000000 rs:5 cc:3 0 0 rd:5 00000 000001',    'movf {rd},{rs},{condition}'],
  ['movt',      '000000 rs:5 cc:3 0 1 rd:5 00000 000001',    'movt {rd},{rs},{condition}'],
  ['movf_s',    '010001 10000 cc:3 0 0 fs:5 fd:5 010001',    'movf.s {fd},{fs},{condition}'],
  ['movt_s',    '010001 10000 cc:3 0 1 fs:5 fd:5 010001',    'movt.s {fd},{fs},{condition}'],
  ['movz_s',    '010001 10000 rt:5 fs:5 fd:5 010010',        'movz.s {fd},{fs},{rt}'],
  ['movn_s',    '010001 10000 rt:5 fs:5 fd:5 010011',        'movn.s {fd},{fs},{rt}'],
  ['movf_d',    '010001 10001 cc:3 0 0 fs:5 fd:5 010001',    'movf.d {fd},{fs},{condition}'],
  ['movt_d',    '010001 10001 cc:3 0 1 fs:5 fd:5 010001',    'movt.d {fd},{fs},{condition}'],
  ['movz_d',    '010001 10001 rt:5 fs:5 fd:5 010010',        'movz.d {fd},{fs},{rt}'],
  ['movn_d',    '010001 10001 rt:5 fs:5 fd:5 010011',        'movn.d {fd},{fs},{rt}'],

  // Loads and stores
  ['lwc1',      '110001 base:5 ft:5 offset:16',              'lwc1 {ft},{address}'],
  ['ldc1',      '110101 base:5 ft:5 offset:16',              'ldc1 {ft},{address}'],
  ['swc1',      '111001 base:5 ft:5 offset:16',              'swc1 {ft},{address}'],
  ['sdc1',      '111101 base:5 ft:5 offset:16',              'sdc1 {ft},{address}'],
  ['lwxc1',     '010011 base:5 index_5:5 00000 fd:5 000000', 'lwxc1 {fd},{index}({base})'],
  ['ldxc1',     '010011 base:5 index_5:5 00000 fd:5 000001', 'ldxc1 {fd},{index}({base})'],
  ['swxc1',     '010011 base:5 index_5:5 fs:5 00000 001000', 'swxc1 {fs},{index}({base})'],
  ['sdxc1',     '010011 base:5 index_5:5 fs:5 00000 001001', 'sdxc1 {fs},{index}({base})'],
  ['prefx',     '010011 base:5 index_5:5 hint:5 00000 001111', 'prefx {hint_hex},{index}({base})'],
]);
