// Lowering of the description language's IEEE 754 intrinsics (adl/floats.ts). Compiled code has the usual case only: rounding
// to nearest, a result that is neither NaN nor infinite, and none that underflow could have touched. Everything else fails a
// guard, and the interpreter computes it. INEXACT remains as the one exception, found by error-free transformations, which
// are marked as expensive: what depends on them is computed only where it is needed.

import * as float from '../ir/float.js';
import * as ir from '../ir/value.js';
import { constant, type Known, known, type Value } from '../ir/value.js';

/** Leaves to the interpreter unless the condition holds; `once`: it is the same for many instructions. */
export type Guard = (condition: Value, once?: boolean) => void;

const NEAREST = 0;
const TOWARD_ZERO = 1;
const UP = 2;
const DOWN = 3;
const MODE = 3;

type Result = Known<number>[];
type Lowering = (guard: Guard, args: Value[]) => Result | Known<number>;

const k = float.f64_constant;
const { float_eq, float_lt, float_le } = ir;
const { f64_select, is_finite } = float;
const op = float.arithmetic;
const differ = (a: Value, b: Value): Value => ir.not(float_eq(a, b));
const minus = (type: 'f32' | 'f64', a: Value, b: Value): Value => op(`${type}_sub`, a, b);

function to_nearest(guard: Guard, rounding: Value): void {
  guard(ir.eq(rounding, constant(NEAREST)), true);
}

const magnitude = (v: Value): Value => op(`${float.float_type(v)!}_abs`, v);
const wide = (v: Value): Value => (float.float_type(v) === 'f32' ? op('promote', v) : v);
/** A number of v's type: singles as patterns. */
const like = (v: Value, double: number, pattern: number): Value =>
  float.float_type(v) === 'f32' ? float.single(constant(pattern)) : k(double);
const is_zero = (v: Value): Value => float_eq(v, like(v, 0, 0));
/** Certainly a normal number, if finite: rounding may have brought a smaller one to the smallest of them. */
const is_normal = (v: Value): Value => float_lt(like(v, 2 ** -1022, 0x00800000), magnitude(v));

function single_result(value: Value, inexact: Value): Result {
  return [known(float.bits(value)), known(float.expensive(inexact))];
}
function double_result(value: Value, inexact: Value): Result {
  return [known(float.low_word(value)), known(float.high_word(value)), known(float.expensive(inexact))];
}
function result(value: Value, inexact: Value): Result {
  return float.float_type(value) === 'f32' ? single_result(value, inexact) : double_result(value, inexact);
}

/** a + b: no sum underflows. If rounded, taking away the larger operand again, which is exact, does not give the other. */
function sum(guard: Guard, type: 'f32' | 'f64', a: Value, b: Value, rounding: Value): Result {
  to_nearest(guard, rounding);
  const r = op(`${type}_add`, a, b);
  guard(is_finite(r));
  return result(r, ir.either(differ(minus(type, r, a), b), differ(minus(type, r, b), a)));
}
function difference(guard: Guard, type: 'f32' | 'f64', a: Value, b: Value, rounding: Value): Result {
  to_nearest(guard, rounding);
  const r = op(`${type}_sub`, a, b);
  guard(is_finite(r));
  return result(r, ir.either(differ(op(`${type}_add`, r, b), a), differ(minus(type, a, r), b)));
}

/** Factors by which doubles are moved away from where their products underflow; both are powers of four. */
const TINY = 2 ** -900;
const SCALE = 2 ** 200;
const scale_of = (v: Value, scale = SCALE): Value => f64_select(float_lt(magnitude(v), k(TINY)), k(scale), k(1));
const times = (a: Value, b: Value): Value => op('f64_mul', a, b);

function product(guard: Guard, type: 'f32' | 'f64', a: Value, b: Value, rounding: Value): Result {
  to_nearest(guard, rounding);
  const r = op(`${type}_mul`, a, b);
  guard(is_finite(r));
  guard(ir.either(is_normal(r), ir.either(is_zero(a), is_zero(b))));
  // Of singles, doubles hold the exact product.
  if (type === 'f32') return result(r, differ(times(wide(a), wide(b)), wide(r)));
  const normal = (v: Value) => times(v, scale_of(v));
  return result(r, float.product_rounds(normal(a), normal(b), r));
}

/** a / b, which is exact if it times b is a, exactly. */
function ratio(guard: Guard, type: 'f32' | 'f64', a: Value, b: Value, rounding: Value): Result {
  to_nearest(guard, rounding);
  const r = op(`${type}_div`, a, b);
  guard(is_finite(r));
  guard(ir.either(is_normal(r), ir.both(is_zero(a), is_finite(b))));
  if (type === 'f32') return result(r, differ(times(wide(r), wide(b)), wide(a)));
  const scale = scale_of(a);
  return result(r, ir.both(ir.not(is_zero(a)), rounds(r, times(b, scale), times(a, scale))));
}
/** Is a product anything else than exactly `expected`? */
function rounds(a: Value, b: Value, expected: Value): Value {
  const normal = times(b, scale_of(b));
  return ir.either(differ(times(a, b), expected), float.product_rounds(a, normal, expected));
}

function root(guard: Guard, type: 'f32' | 'f64', a: Value, rounding: Value): Result {
  to_nearest(guard, rounding);
  const r = op(`${type}_sqrt`, a);
  guard(is_finite(r));
  if (type === 'f32') return result(r, differ(times(wide(r), wide(r)), wide(a)));
  const scaled = times(r, scale_of(a, Math.sqrt(SCALE)));
  return result(r, rounds(scaled, scaled, times(a, scale_of(a))));
}

/** To an integer, which has to fit a signed word. */
function integer(guard: Guard, x: Value, rounding: Value): Result {
  if (rounding.op !== 'const') to_nearest(guard, rounding);
  const mode = rounding.op === 'const' ? rounding.k & MODE : NEAREST;
  if (mode === TOWARD_ZERO) {
    guard(ir.both(float_lt(k(-(2 ** 31) - 1), x), float_lt(x, k(2 ** 31))));
    const word = float.truncate(x);
    return [known(ir.wrap_u32(word)), known(float.expensive(differ(float.convert('f64_convert', word), x)))];
  }
  const whole = op(mode === UP ? 'f64_ceil' : mode === DOWN ? 'f64_floor' : 'f64_nearest', x);
  guard(ir.both(float_le(k(-(2 ** 31)), whole), float_le(whole, k(2 ** 31 - 1))));
  return [known(ir.wrap_u32(float.truncate(whole))), known(float.expensive(differ(whole, x)))];
}

/** Of two singles, or two doubles of two words each, and a rounding mode. */
type Binary = typeof sum;
const of_singles =
  (lower: Binary): Lowering =>
  (guard, [a, b, rounding]) =>
    lower(guard, 'f32', float.single(a), float.single(b), rounding);
const of_doubles =
  (lower: Binary): Lowering =>
  (guard, [a_low, a_high, b_low, b_high, rounding]) =>
    lower(guard, 'f64', float.double(a_low, a_high), float.double(b_low, b_high), rounding);

/** How each intrinsic is computed in compiled code. */
export const FLOAT_LOWERINGS: Readonly<Record<string, Lowering>> = {
  f32_add: of_singles(sum),
  f32_sub: of_singles(difference),
  f32_mul: of_singles(product),
  f32_div: of_singles(ratio),
  f32_sqrt: (guard, [a, rounding]) => root(guard, 'f32', float.single(a), rounding),
  f64_add: of_doubles(sum),
  f64_sub: of_doubles(difference),
  f64_mul: of_doubles(product),
  f64_div: of_doubles(ratio),
  f64_sqrt: (guard, [low, high, rounding]) => root(guard, 'f64', float.double(low, high), rounding),
  f32_to_f64(guard, [a]) {
    const x = float.single(a);
    guard(float_eq(x, x));
    return double_result(op('promote', x), constant(0));
  },
  f64_to_f32(guard, [low, high, rounding]) {
    to_nearest(guard, rounding);
    const x = float.double(low, high);
    const r = op('demote', x);
    guard(is_finite(r));
    guard(ir.either(is_normal(r), is_zero(x)));
    return single_result(r, differ(wide(r), x));
  },
  i32_to_f64: (_, [a]) => double_result(float.convert('f64_convert', a), constant(0)),
  i32_to_f32(guard, [a, rounding]) {
    to_nearest(guard, rounding);
    const r = float.convert('f32_convert', a);
    return single_result(r, differ(wide(r), float.convert('f64_convert', a)));
  },
  f32_to_i32: (guard, [a, rounding]) => integer(guard, wide(float.single(a)), rounding),
  f64_to_i32: (guard, [low, high, rounding]) => integer(guard, float.double(low, high), rounding),
  f32_compare: (_, [a, b]) => known(ir.float_compare(float.single(a), float.single(b))),
  f64_compare: (_, [a_low, a_high, b_low, b_high]) =>
    known(ir.float_compare(float.double(a_low, a_high), float.double(b_low, b_high))),
};
