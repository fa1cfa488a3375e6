// Semantic IR, floating-point values: pure like all others (value.ts), computed as IEEE 754 numbers rounded to nearest. State
// and memory hold patterns, words of 32 bits; `single` and `double` make numbers of them, `bits`, `low_word` and `high_word`
// patterns of numbers, and the constructors cancel one against the other.

import { constant, float_lt, node, type Op, strip, truth, Value, wrap_u32 } from './value.js';

export type FloatType = 'f32' | 'f64';

/** Type of each value that is a floating-point number. */
const TYPES: Partial<Record<Op, FloatType>> = {
  single: 'f32',
  f32_add: 'f32',
  f32_sub: 'f32',
  f32_mul: 'f32',
  f32_div: 'f32',
  f32_abs: 'f32',
  f32_sqrt: 'f32',
  f32_convert: 'f32',
  demote: 'f32',
  double: 'f64',
  f64_const: 'f64',
  f64_reg: 'f64',
  f64_temp: 'f64',
  f64_add: 'f64',
  f64_sub: 'f64',
  f64_mul: 'f64',
  f64_div: 'f64',
  f64_abs: 'f64',
  f64_neg: 'f64',
  f64_sqrt: 'f64',
  f64_ceil: 'f64',
  f64_floor: 'f64',
  f64_trunc: 'f64',
  f64_nearest: 'f64',
  f64_convert: 'f64',
  f64_select: 'f64',
  promote: 'f64',
};

/** The type of a floating-point value; undefined for integers and truth values. */
export const float_type = (v: Value): FloatType | undefined => TYPES[v.op];

const word = (op: Op, a: Value): Value => node(op, 0, 0xffffffff, a);
const number = (op: Op, a: Value, b?: Value, c?: Value): Value => node(op, -Infinity, Infinity, a, b, c);

/** The single with this pattern. */
export function single(pattern: Value): Value {
  const x = strip(pattern);
  return x.op === 'bits' ? x.a! : number('single', x);
}
/** A single's pattern. */
export function bits(a: Value): Value {
  return a.op === 'single' ? wrap_u32(a.a!) : word('bits', a);
}

const SIGN = -0x80000000;

/** The double with this pattern. */
export function double(low: Value, high: Value): Value {
  const l = strip(low);
  const h = strip(high);
  if (l.op === 'low_word' && float_type(l.a!) === 'f64') {
    const x = l.a!;
    const is_half = (v: Value): boolean => {
      const half = strip(v);
      return half.op === 'high_word' && half.a === x;
    };
    if (is_half(h)) return x;
    const mask = h.b?.op === 'const' ? h.b.k | 0 : 0;
    if (h.op === 'xor' && mask === SIGN && is_half(h.a!)) return number('f64_neg', x);
    if (h.op === 'and' && mask === ~SIGN && is_half(h.a!)) return number('f64_abs', x);
  }
  if (l.op === 'const' && h.op === 'const') {
    const value = double_of(l.k, h.k);
    if (!Number.isNaN(value)) return f64_constant(value);
  }
  return number('double', l, h);
}
function double_of(low: number, high: number): number {
  return new Float64Array(new Uint32Array([low, high]).buffer)[0];
}
/** The words of a double's pattern. */
export function low_word(a: Value): Value {
  return a.op === 'double' ? wrap_u32(a.a!) : word('low_word', a);
}
export function high_word(a: Value): Value {
  return a.op === 'double' ? wrap_u32(a.b!) : word('high_word', a);
}

/** Not a NaN. */
export function f64_constant(k: number): Value {
  return new Value('f64_const', k, k, k, undefined, undefined, undefined);
}
/** What an 8-byte load gives. */
export function f64_temp(id: number): Value {
  return new Value('f64_temp', -Infinity, Infinity, id, undefined, undefined, undefined);
}
/** The double in two slots, `slot` and the next, at the start of the block. */
export function f64_reg(slot: number): Value {
  return new Value('f64_reg', -Infinity, Infinity, slot, undefined, undefined, undefined);
}

/** An operation on numbers, by its name: 'add' of doubles is 'f64_add'. */
export function arithmetic(op: Op, a: Value, b?: Value): Value {
  return number(op, a, b);
}
export function f64_select(c: Value, a: Value, b: Value): Value {
  return number('f64_select', c, a, b);
}

/** Neither infinite nor a NaN. */
export function is_finite(a: Value): Value {
  const is_single = float_type(a) === 'f32';
  const infinity = is_single ? single(constant(0x7f800000)) : f64_constant(Infinity);
  return float_lt(number(is_single ? 'f32_abs' : 'f64_abs', a), infinity);
}
const CARRIES_ON: ReadonlySet<Op> = new Set(['f32_add', 'f32_sub', 'f32_mul', 'f64_add', 'f64_sub', 'f64_mul']);
/** Does the condition only say that a number is finite of which `result` is a sum, difference or product? */
export function follows_from_finite(condition: Value, result: Value): boolean {
  if (condition.op !== 'float_lt' || !/^f.._abs$/.test(condition.a!.op) || !is_infinity(condition.b!)) return false;
  const x = condition.a!.a;
  return CARRIES_ON.has(result.op) && (result.a === x || result.b === x);
}
const is_infinity = (v: Value): boolean =>
  v.op === 'f64_const' ? v.k === Infinity : v.op === 'single' && v.a!.op === 'const' && v.a!.k === 0x7f800000;

/** The integer part of a double as a signed word, saturated; of a NaN zero. */
export function truncate(a: Value): Value {
  return node('truncate', -0x80000000, 0x7fffffff, a);
}

/** Is a × b, which rounded is `product`, something else? All are normal numbers, or `product` is zero since a factor is. */
export function product_rounds(a: Value, b: Value, product: Value): Value {
  return node('product_rounds', 0, 1, a, b, product);
}

/** The same truth value, marked as expensive: it is computed only where it matters (or() in the backend). */
export function expensive(a: Value): Value {
  return a.op === 'const' ? a : node('expensive', 0, 1, truth(a));
}

/** A signed word as a number. */
export function convert(op: 'f32_convert' | 'f64_convert', a: Value): Value {
  return number(op, strip(a));
}
