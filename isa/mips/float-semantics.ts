// execute_NAME for the floating-point unit, in the order of float-encodings.ts. Read beside MD00087, chapter 3.

import {
  DOWN,
  f32_add,
  f32_compare,
  f32_div,
  f32_mul,
  f32_sqrt,
  f32_sub,
  f32_to_f64,
  f32_to_i32,
  f64_add,
  f64_compare,
  f64_div,
  f64_mul,
  f64_sqrt,
  f64_sub,
  f64_to_f32,
  f64_to_i32,
  INVALID,
  i32_to_f32,
  i32_to_f64,
  NEAREST,
  TOWARD_ZERO,
  trim_32,
  UNORDERED,
  UP,
  unlikely,
} from 'pydgin-ts/adl';
import type { Inst } from './encodings.js';
import {
  type Double,
  is_signalling_32,
  is_signalling_64,
  pair,
  raise_exception,
  read_fcsr,
  rounding_mode,
  type Single,
  signal_exceptions,
  with_nan_32,
  with_nan_64,
  write_double,
  write_fcsr,
  write_integer,
  write_single,
} from './float-operands.js';
import { address_of_double, address_of_word, branch, branch_likely, indexed_address } from './operands.js';
import type { State } from './state.js';

// Moves to and from the floating-point unit

export function execute_mfc1(s: State, inst: Inst): void {
  s.rf[inst.rt] = s.f[inst.fs];
}

/** The implementation register: an FPU of 32-bit registers with single, double and word formats. */
const FIR = 0x00739300;
const CONDITIONS = 0xfe800000;
const FLAGS_AND_CAUSE = 0x0003f07c;
const ENABLES = 0x00000f80;

export function execute_cfc1(s: State, inst: Inst): void {
  const fcsr = read_fcsr(s);
  switch (inst.fs) {
    case 0:
      s.rf[inst.rt] = FIR;
      break;
    case 25: // condition codes, together
      s.rf[inst.rt] = ((fcsr >>> 24) & 0xfe) | ((fcsr >>> 23) & 1);
      break;
    case 26:
      s.rf[inst.rt] = fcsr & FLAGS_AND_CAUSE;
      break;
    case 28: // FS moves from bit 24 to 2
      s.rf[inst.rt] = (fcsr & (ENABLES | 3)) | ((fcsr >>> 22) & 4);
      break;
    default:
      s.rf[inst.rt] = fcsr;
  }
}

export function execute_mfhc1(s: State, inst: Inst): void {
  s.rf[inst.rt] = s.f[inst.fs | 1];
}

export function execute_mtc1(s: State, inst: Inst): void {
  s.f[inst.fs] = s.rf[inst.rt];
}

export function execute_ctc1(s: State, inst: Inst): void {
  const value = s.rf[inst.rt];
  const fcsr = read_fcsr(s);
  switch (inst.fs) {
    case 25:
      if (unlikely(value >>> 8 !== 0)) return;
      write_fcsr(s, (fcsr & ~CONDITIONS) | ((value & 0xfe) << 24) | ((value & 1) << 23));
      break;
    case 26:
      write_fcsr(s, (fcsr & ~FLAGS_AND_CAUSE) | (value & FLAGS_AND_CAUSE));
      break;
    case 28:
      write_fcsr(s, (fcsr & ~(ENABLES | 3 | (1 << 24))) | (value & (ENABLES | 3)) | ((value & 4) << 22));
      break;
    case 31:
      write_fcsr(s, value);
      break;
    default:
      return;
  }
  const always = 0x20;
  if (unlikely((s.cause & (s.enables | always)) !== 0)) raise_exception(s, s.cause & s.enables);
}

export function execute_mthc1(s: State, inst: Inst): void {
  s.f[inst.fs | 1] = s.rf[inst.rt];
}

// Branches on conditions

export function execute_bc1f(s: State, inst: Inst): void {
  branch(s, inst.offset, s.fcc[inst.cc] === 0);
}

export function execute_bc1t(s: State, inst: Inst): void {
  branch(s, inst.offset, s.fcc[inst.cc] !== 0);
}

export function execute_bc1fl(s: State, inst: Inst): void {
  branch_likely(s, inst.offset, s.fcc[inst.cc] === 0);
}

export function execute_bc1tl(s: State, inst: Inst): void {
  branch_likely(s, inst.offset, s.fcc[inst.cc] !== 0);
}

// Arithmetic, single

function add_32(s: State, a: number, b: number): Single {
  const [bits, exceptions] = f32_add(a, b, rounding_mode(s));
  return with_nan_32(bits, exceptions, is_signalling_32(a) || is_signalling_32(b));
}
function sub_32(s: State, a: number, b: number): Single {
  const [bits, exceptions] = f32_sub(a, b, rounding_mode(s));
  return with_nan_32(bits, exceptions, is_signalling_32(a) || is_signalling_32(b));
}
function mul_32(s: State, a: number, b: number): Single {
  const [bits, exceptions] = f32_mul(a, b, rounding_mode(s));
  return with_nan_32(bits, exceptions, is_signalling_32(a) || is_signalling_32(b));
}
function div_32(s: State, a: number, b: number): Single {
  const [bits, exceptions] = f32_div(a, b, rounding_mode(s));
  return with_nan_32(bits, exceptions, is_signalling_32(a) || is_signalling_32(b));
}
function sqrt_32(s: State, a: number): Single {
  const [bits, exceptions] = f32_sqrt(a, rounding_mode(s));
  return with_nan_32(bits, exceptions, is_signalling_32(a));
}

export function execute_add_s(s: State, inst: Inst): void {
  write_single(s, inst.fd, add_32(s, s.f[inst.fs], s.f[inst.ft]));
}

export function execute_sub_s(s: State, inst: Inst): void {
  write_single(s, inst.fd, sub_32(s, s.f[inst.fs], s.f[inst.ft]));
}

export function execute_mul_s(s: State, inst: Inst): void {
  write_single(s, inst.fd, mul_32(s, s.f[inst.fs], s.f[inst.ft]));
}

export function execute_div_s(s: State, inst: Inst): void {
  write_single(s, inst.fd, div_32(s, s.f[inst.fs], s.f[inst.ft]));
}

export function execute_sqrt_s(s: State, inst: Inst): void {
  write_single(s, inst.fd, sqrt_32(s, s.f[inst.fs]));
}

export function execute_abs_s(s: State, inst: Inst): void {
  s.f[inst.fd] = s.f[inst.fs] & 0x7fffffff;
}

export function execute_mov_s(s: State, inst: Inst): void {
  s.f[inst.fd] = s.f[inst.fs];
}

export function execute_neg_s(s: State, inst: Inst): void {
  s.f[inst.fd] = trim_32(s.f[inst.fs] ^ 0x80000000);
}

const ONE_32 = 0x3f800000;

export function execute_recip_s(s: State, inst: Inst): void {
  write_single(s, inst.fd, div_32(s, ONE_32, s.f[inst.fs]));
}

export function execute_rsqrt_s(s: State, inst: Inst): void {
  const [root, exceptions] = sqrt_32(s, s.f[inst.fs]);
  const [bits, more] = div_32(s, ONE_32, root);
  write_single(s, inst.fd, [bits, exceptions | more]);
}

/** fs × ft ± fr, rounded twice; the sign flips in the instructions that negate. */
function multiply_add_32(s: State, inst: Inst, subtract: boolean, sign: number): void {
  const [product, exceptions] = mul_32(s, s.f[inst.fs], s.f[inst.ft]);
  const [bits, more] = subtract ? sub_32(s, product, s.f[inst.fr]) : add_32(s, product, s.f[inst.fr]);
  write_single(s, inst.fd, [trim_32(bits ^ sign), exceptions | more]);
}

export function execute_madd_s(s: State, inst: Inst): void {
  multiply_add_32(s, inst, false, 0);
}

export function execute_msub_s(s: State, inst: Inst): void {
  multiply_add_32(s, inst, true, 0);
}

export function execute_nmadd_s(s: State, inst: Inst): void {
  multiply_add_32(s, inst, false, 0x80000000);
}

export function execute_nmsub_s(s: State, inst: Inst): void {
  multiply_add_32(s, inst, true, 0x80000000);
}

// Arithmetic, double

function add_64(s: State, a_low: number, a_high: number, b_low: number, b_high: number): Double {
  const [low, high, exceptions] = f64_add(a_low, a_high, b_low, b_high, rounding_mode(s));
  return with_nan_64(low, high, exceptions, is_signalling_64(a_high) || is_signalling_64(b_high));
}
function sub_64(s: State, a_low: number, a_high: number, b_low: number, b_high: number): Double {
  const [low, high, exceptions] = f64_sub(a_low, a_high, b_low, b_high, rounding_mode(s));
  return with_nan_64(low, high, exceptions, is_signalling_64(a_high) || is_signalling_64(b_high));
}
function mul_64(s: State, a_low: number, a_high: number, b_low: number, b_high: number): Double {
  const [low, high, exceptions] = f64_mul(a_low, a_high, b_low, b_high, rounding_mode(s));
  return with_nan_64(low, high, exceptions, is_signalling_64(a_high) || is_signalling_64(b_high));
}
function div_64(s: State, a_low: number, a_high: number, b_low: number, b_high: number): Double {
  const [low, high, exceptions] = f64_div(a_low, a_high, b_low, b_high, rounding_mode(s));
  return with_nan_64(low, high, exceptions, is_signalling_64(a_high) || is_signalling_64(b_high));
}
function sqrt_64(s: State, a_low: number, a_high: number): Double {
  const [low, high, exceptions] = f64_sqrt(a_low, a_high, rounding_mode(s));
  return with_nan_64(low, high, exceptions, is_signalling_64(a_high));
}

export function execute_add_d(s: State, inst: Inst): void {
  const fs = pair(s, inst.fs);
  const ft = pair(s, inst.ft);
  write_double(s, pair(s, inst.fd), add_64(s, s.f[fs], s.f[fs + 1], s.f[ft], s.f[ft + 1]));
}

export function execute_sub_d(s: State, inst: Inst): void {
  const fs = pair(s, inst.fs);
  const ft = pair(s, inst.ft);
  write_double(s, pair(s, inst.fd), sub_64(s, s.f[fs], s.f[fs + 1], s.f[ft], s.f[ft + 1]));
}

export function execute_mul_d(s: State, inst: Inst): void {
  const fs = pair(s, inst.fs);
  const ft = pair(s, inst.ft);
  write_double(s, pair(s, inst.fd), mul_64(s, s.f[fs], s.f[fs + 1], s.f[ft], s.f[ft + 1]));
}

export function execute_div_d(s: State, inst: Inst): void {
  const fs = pair(s, inst.fs);
  const ft = pair(s, inst.ft);
  write_double(s, pair(s, inst.fd), div_64(s, s.f[fs], s.f[fs + 1], s.f[ft], s.f[ft + 1]));
}

export function execute_sqrt_d(s: State, inst: Inst): void {
  const fs = pair(s, inst.fs);
  write_double(s, pair(s, inst.fd), sqrt_64(s, s.f[fs], s.f[fs + 1]));
}

/** Copies a double with another sign word. */
function copy_double(s: State, inst: Inst, clear: number, flip: number): void {
  const fs = pair(s, inst.fs);
  const fd = pair(s, inst.fd);
  s.f[fd] = s.f[fs];
  s.f[fd + 1] = trim_32((s.f[fs + 1] & ~clear) ^ flip);
}

export function execute_abs_d(s: State, inst: Inst): void {
  copy_double(s, inst, 0x80000000, 0);
}

export function execute_mov_d(s: State, inst: Inst): void {
  copy_double(s, inst, 0, 0);
}

export function execute_neg_d(s: State, inst: Inst): void {
  copy_double(s, inst, 0, 0x80000000);
}

const ONE_64_HIGH = 0x3ff00000;

export function execute_recip_d(s: State, inst: Inst): void {
  const fs = pair(s, inst.fs);
  write_double(s, pair(s, inst.fd), div_64(s, 0, ONE_64_HIGH, s.f[fs], s.f[fs + 1]));
}

export function execute_rsqrt_d(s: State, inst: Inst): void {
  const fs = pair(s, inst.fs);
  const [root_low, root_high, exceptions] = sqrt_64(s, s.f[fs], s.f[fs + 1]);
  const [low, high, more] = div_64(s, 0, ONE_64_HIGH, root_low, root_high);
  write_double(s, pair(s, inst.fd), [low, high, exceptions | more]);
}

function multiply_add_64(s: State, inst: Inst, subtract: boolean, sign: number): void {
  const fs = pair(s, inst.fs);
  const ft = pair(s, inst.ft);
  const fr = pair(s, inst.fr);
  const [p_low, p_high, exceptions] = mul_64(s, s.f[fs], s.f[fs + 1], s.f[ft], s.f[ft + 1]);
  const [low, high, more] = subtract
    ? sub_64(s, p_low, p_high, s.f[fr], s.f[fr + 1])
    : add_64(s, p_low, p_high, s.f[fr], s.f[fr + 1]);
  write_double(s, pair(s, inst.fd), [low, trim_32(high ^ sign), exceptions | more]);
}

export function execute_madd_d(s: State, inst: Inst): void {
  multiply_add_64(s, inst, false, 0);
}

export function execute_msub_d(s: State, inst: Inst): void {
  multiply_add_64(s, inst, true, 0);
}

export function execute_nmadd_d(s: State, inst: Inst): void {
  multiply_add_64(s, inst, false, 0x80000000);
}

export function execute_nmsub_d(s: State, inst: Inst): void {
  multiply_add_64(s, inst, true, 0x80000000);
}

// Conversions

export function execute_round_w_s(s: State, inst: Inst): void {
  write_integer(s, inst.fd, f32_to_i32(s.f[inst.fs], NEAREST));
}

export function execute_trunc_w_s(s: State, inst: Inst): void {
  write_integer(s, inst.fd, f32_to_i32(s.f[inst.fs], TOWARD_ZERO));
}

export function execute_ceil_w_s(s: State, inst: Inst): void {
  write_integer(s, inst.fd, f32_to_i32(s.f[inst.fs], UP));
}

export function execute_floor_w_s(s: State, inst: Inst): void {
  write_integer(s, inst.fd, f32_to_i32(s.f[inst.fs], DOWN));
}

export function execute_cvt_w_s(s: State, inst: Inst): void {
  write_integer(s, inst.fd, f32_to_i32(s.f[inst.fs], rounding_mode(s)));
}

export function execute_cvt_d_s(s: State, inst: Inst): void {
  const fd = pair(s, inst.fd);
  const bits = s.f[inst.fs];
  const [low, high, exceptions] = f32_to_f64(bits);
  write_double(s, fd, with_nan_64(low, high, exceptions, is_signalling_32(bits)));
}

function convert_to_word(s: State, inst: Inst, rounding: number): void {
  const fs = pair(s, inst.fs);
  write_integer(s, inst.fd, f64_to_i32(s.f[fs], s.f[fs + 1], rounding));
}

export function execute_round_w_d(s: State, inst: Inst): void {
  convert_to_word(s, inst, NEAREST);
}

export function execute_trunc_w_d(s: State, inst: Inst): void {
  convert_to_word(s, inst, TOWARD_ZERO);
}

export function execute_ceil_w_d(s: State, inst: Inst): void {
  convert_to_word(s, inst, UP);
}

export function execute_floor_w_d(s: State, inst: Inst): void {
  convert_to_word(s, inst, DOWN);
}

export function execute_cvt_w_d(s: State, inst: Inst): void {
  convert_to_word(s, inst, rounding_mode(s));
}

export function execute_cvt_s_d(s: State, inst: Inst): void {
  const fs = pair(s, inst.fs);
  const low = s.f[fs];
  const high = s.f[fs + 1];
  const [bits, exceptions] = f64_to_f32(low, high, rounding_mode(s));
  write_single(s, inst.fd, with_nan_32(bits, exceptions, is_signalling_64(high)));
}

export function execute_cvt_s_w(s: State, inst: Inst): void {
  write_single(s, inst.fd, i32_to_f32(s.f[inst.fs], rounding_mode(s)));
}

export function execute_cvt_d_w(s: State, inst: Inst): void {
  write_double(s, pair(s, inst.fd), i32_to_f64(s.f[inst.fs]));
}

// Comparisons and conditional moves

/** The upper half of the conditions objects to any NaN, the lower half to a signalling one; the rest is a mask. */
function set_comparison(s: State, inst: Inst, relation: number, signalling: boolean): void {
  const invalid = unlikely(relation === UNORDERED) && (signalling || (inst.cond & 8) !== 0);
  signal_exceptions(s, invalid ? INVALID : 0);
  s.fcc[inst.cc] = (inst.cond & 7 & relation) !== 0 ? 1 : 0;
}

export function execute_c_cond_s(s: State, inst: Inst): void {
  const a = s.f[inst.fs];
  const b = s.f[inst.ft];
  set_comparison(s, inst, f32_compare(a, b), is_signalling_32(a) || is_signalling_32(b));
}

export function execute_c_cond_d(s: State, inst: Inst): void {
  const fs = pair(s, inst.fs);
  const ft = pair(s, inst.ft);
  const relation = f64_compare(s.f[fs], s.f[fs + 1], s.f[ft], s.f[ft + 1]);
  set_comparison(s, inst, relation, is_signalling_64(s.f[fs + 1]) || is_signalling_64(s.f[ft + 1]));
}

export function execute_movf(s: State, inst: Inst): void {
  if (s.fcc[inst.cc] === 0) s.rf[inst.rd] = s.rf[inst.rs];
}

export function execute_movt(s: State, inst: Inst): void {
  if (s.fcc[inst.cc] !== 0) s.rf[inst.rd] = s.rf[inst.rs];
}

export function execute_movf_s(s: State, inst: Inst): void {
  if (s.fcc[inst.cc] === 0) s.f[inst.fd] = s.f[inst.fs];
}

export function execute_movt_s(s: State, inst: Inst): void {
  if (s.fcc[inst.cc] !== 0) s.f[inst.fd] = s.f[inst.fs];
}

export function execute_movz_s(s: State, inst: Inst): void {
  if (s.rf[inst.rt] === 0) s.f[inst.fd] = s.f[inst.fs];
}

export function execute_movn_s(s: State, inst: Inst): void {
  if (s.rf[inst.rt] !== 0) s.f[inst.fd] = s.f[inst.fs];
}

function move_double_if(s: State, inst: Inst, condition: boolean): void {
  const fs = pair(s, inst.fs);
  const fd = pair(s, inst.fd);
  if (!condition) return;
  s.f[fd] = s.f[fs];
  s.f[fd + 1] = s.f[fs + 1];
}

export function execute_movf_d(s: State, inst: Inst): void {
  move_double_if(s, inst, s.fcc[inst.cc] === 0);
}

export function execute_movt_d(s: State, inst: Inst): void {
  move_double_if(s, inst, s.fcc[inst.cc] !== 0);
}

export function execute_movz_d(s: State, inst: Inst): void {
  move_double_if(s, inst, s.rf[inst.rt] === 0);
}

export function execute_movn_d(s: State, inst: Inst): void {
  move_double_if(s, inst, s.rf[inst.rt] !== 0);
}

// Loads and stores

function load_double(s: State, n: number, address: number): void {
  const [low, high] = s.mem.read_64(address);
  s.f[n] = low;
  s.f[n + 1] = high;
}
function store_double(s: State, n: number, address: number): void {
  s.mem.write_64(address, s.f[n], s.f[n + 1]);
}

export function execute_lwc1(s: State, inst: Inst): void {
  s.f[inst.ft] = s.mem.read_32(address_of_word(s, inst.base, inst.offset));
}

export function execute_ldc1(s: State, inst: Inst): void {
  load_double(s, pair(s, inst.ft), address_of_double(s, inst.base, inst.offset));
}

export function execute_swc1(s: State, inst: Inst): void {
  s.mem.write_32(address_of_word(s, inst.base, inst.offset), s.f[inst.ft]);
}

export function execute_sdc1(s: State, inst: Inst): void {
  store_double(s, pair(s, inst.ft), address_of_double(s, inst.base, inst.offset));
}

export function execute_lwxc1(s: State, inst: Inst): void {
  s.f[inst.fd] = s.mem.read_32(indexed_address(s, inst.base, inst.index_5, 4));
}

export function execute_ldxc1(s: State, inst: Inst): void {
  load_double(s, pair(s, inst.fd), indexed_address(s, inst.base, inst.index_5, 8));
}

export function execute_swxc1(s: State, inst: Inst): void {
  s.mem.write_32(indexed_address(s, inst.base, inst.index_5, 4), s.f[inst.fs]);
}

export function execute_sdxc1(s: State, inst: Inst): void {
  store_double(s, pair(s, inst.fs), indexed_address(s, inst.base, inst.index_5, 8));
}

/** Only a hint. */
export function execute_prefx(_s: State, _inst: Inst): void {}
