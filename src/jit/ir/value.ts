// Semantic IR, values: pure expressions over registers and loaded words, as a directed graph. A value is an exact integer
// with a range, as JavaScript computes it (a + b of two words has 33 bits), or a truth value. What width it is computed
// in is decided where it is used (backend): mod 2^32 wherever only the low 32 bits matter.
// Constructors fold constants and apply identities that hold exactly; none of them knows an instruction.

export type Op =
  | 'const' // k
  | 'reg' // k: a state slot's value at the start of the block
  | 'temp' // k: result of a load, phi or call
  | 'add'
  | 'sub'
  | 'mul' // exact
  | 'imul' // low word of a product, signed
  | 'wrap' // low 32 bits of a, read as the range says: unsigned or signed
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'shr_s'
  | 'shr_u' // on low 32 bits; results signed, but shr_u unsigned
  | 'clz'
  | 'high_product'
  | 'high_product_signed'
  | 'div_s'
  | 'div_u'
  | 'rem_s'
  | 'rem_u' // 32 bits; the divisor is known not to be 0
  | 'eq'
  | 'ne'
  | 'lt'
  | 'le' // truth values, compared exactly
  | 'not'
  | 'both'
  | 'either' // of truth values
  | 'select' // a ? b : c
  | 'multiply_add'
  | 'multiply_add_signed' // a × b + c, of 64 bits: only for low_word and high_word
  // Floating-point numbers and what is found out about them (float.ts)
  | 'single'
  | 'double' // the number whose pattern is a, or low word a and high word b
  | 'bits'
  | 'low_word'
  | 'high_word' // and back
  | 'f32_add'
  | 'f32_sub'
  | 'f32_mul'
  | 'f32_div'
  | 'f32_abs'
  | 'f32_sqrt'
  | 'f32_convert' // of a signed word
  | 'demote'
  | 'f64_const' // k
  | 'f64_reg' // k: slot of the low word
  | 'f64_temp' // k
  | 'f64_add'
  | 'f64_sub'
  | 'f64_mul'
  | 'f64_div'
  | 'f64_abs'
  | 'f64_neg'
  | 'f64_sqrt'
  | 'f64_ceil'
  | 'f64_floor'
  | 'f64_trunc'
  | 'f64_nearest'
  | 'f64_convert' // of a signed word
  | 'f64_select' // a ? b : c
  | 'promote'
  | 'float_eq'
  | 'float_lt'
  | 'float_le' // truth values; false of a NaN
  | 'float_compare' // one of four outcomes
  | 'truncate'
  | 'product_rounds'
  | 'expensive'; // the truth value a

export class Value {
  /** Times it is needed, as counted by whom; set by the backend. */
  uses = 0;
  counted_by = 0;
  /** By which search it has been seen last. */
  visited_by = 0;
  /** Wasm local that holds it, or -1; set by the backend. */
  local = -1;
  constructor(
    readonly op: Op,
    readonly lo: number,
    readonly hi: number,
    readonly k: number,
    readonly a: Value | undefined,
    readonly b: Value | undefined,
    readonly c: Value | undefined,
  ) {}
}

/** What the frontend computes with: known now, or a value of the running program. */
export type Known<T> = T | Value;

export const MAX_U32 = 0xffffffff;
export const MIN_S32 = -0x80000000;
export const MAX_S32 = 0x7fffffff;

export const is_u32 = (v: Value): boolean => v.lo >= 0 && v.hi <= MAX_U32;
export const is_s32 = (v: Value): boolean => v.lo >= MIN_S32 && v.hi <= MAX_S32;
const is_bit = (v: Value): boolean => v.lo >= 0 && v.hi <= 1;

export function constant(k: number): Value {
  return new Value('const', k, k, k, undefined, undefined, undefined);
}
export const value_of = (x: Known<number>): Value => (typeof x === 'number' ? constant(x) : x);
/** A constant becomes a plain number again. */
export const known = (v: Value): Known<number> => (v.op === 'const' ? v.k : v);

/** For float.ts; elsewhere the constructors are to be used. */
export function node(op: Op, lo: number, hi: number, a: Value, b?: Value, c?: Value): Value {
  return new Value(op, lo, hi, 0, a, b, c);
}

export class NotExact extends Error {}
function exact(lo: number, hi: number, what: string): void {
  if (lo < -Number.MAX_SAFE_INTEGER || hi > Number.MAX_SAFE_INTEGER) throw new NotExact(`${what} can exceed 2^53`);
}

export function reg(slot: number, width: number): Value {
  return new Value('reg', 0, width >= 32 ? MAX_U32 : 2 ** width - 1, slot, undefined, undefined, undefined);
}
export function temp(id: number, lo: number, hi: number): Value {
  return new Value('temp', lo, hi, id, undefined, undefined, undefined);
}

/** The same value up to what can be seen without deep comparison. */
export function same(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a.op !== b.op) return false;
  if (a.op === 'const' || a.op === 'reg' || a.op === 'temp') return a.k === b.k;
  if (a.op === 'wrap') return a.lo === b.lo && same(a.a!, b.a!);
  return false;
}
/** The same value, seen as deep as conditions usually are. */
export function alike(a: Value, b: Value, depth = 6): boolean {
  if (a === b) return true;
  if (a.op !== b.op || a.k !== b.k || a.lo !== b.lo || a.hi !== b.hi || depth === 0) return false;
  const both = (x: Value | undefined, y: Value | undefined) =>
    x === undefined || y === undefined ? x === y : alike(x, y, depth - 1);
  return both(a.a, b.a) && both(a.b, b.b) && both(a.c, b.c);
}
/** The same low 32 bits. */
function same_32(a: Value, b: Value): boolean {
  return same(strip(a), strip(b));
}
/** Removes what does not change the low 32 bits. */
export function strip(v: Value): Value {
  let x = v;
  while (x.op === 'wrap') x = x.a!;
  return x;
}

export function add(a: Value, b: Value): Value {
  if (a.op === 'const' && b.op === 'const') return constant(a.k + b.k);
  if (a.op === 'const') return add(b, a);
  if (b.op === 'const') {
    if (b.k === 0) return a;
    if (a.op === 'add' && a.b!.op === 'const') return add(a.a!, constant(a.b!.k + b.k));
    if (a.op === 'sub' && a.b!.op === 'const') return add(a.a!, constant(b.k - a.b!.k));
  }
  exact(a.lo + b.lo, a.hi + b.hi, 'a sum');
  return node('add', a.lo + b.lo, a.hi + b.hi, a, b);
}
export function sub(a: Value, b: Value): Value {
  if (a.op === 'const' && b.op === 'const') return constant(a.k - b.k);
  if (same(a, b)) return constant(0);
  if (b.op === 'const' && b.k === 0) return a;
  if (b.op === 'const' && a.op === 'add' && a.b!.op === 'const') return add(a.a!, constant(a.b!.k - b.k));
  exact(a.lo - b.hi, a.hi - b.lo, 'a difference');
  return node('sub', a.lo - b.hi, a.hi - b.lo, a, b);
}
export function mul(a: Value, b: Value): Value {
  if (a.op === 'const' && b.op === 'const') return constant(a.k * b.k);
  if (a.op === 'const') return mul(b, a);
  if (b.op === 'const' && b.k === 1) return a;
  if (b.op === 'const' && b.k === 0) return b;
  const corners = [a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi];
  const lo = Math.min(...corners);
  const hi = Math.max(...corners);
  exact(lo, hi, 'a product');
  return node('mul', lo, hi, a, b);
}

/** Inside a wrap only low bits matter: (wrap(x) + c) becomes (x + c). */
function loosen(v: Value): Value {
  if (v.op === 'add' && v.b!.op === 'const' && v.a!.op === 'wrap') {
    const inner = v.a!.a!;
    if (inner.op === 'add' && inner.b!.op === 'const') {
      const k = (inner.b!.k + v.b!.k) >>> 0;
      return k === 0 ? inner.a! : add(inner.a!, constant(k >= 0x80000000 ? k - 0x100000000 : k));
    }
    if (inner.op === 'sub' && inner.b!.op === 'const') return loosen(add(inner.a!, constant(v.b!.k - inner.b!.k)));
  }
  return v;
}
/** x >>> 0 */
export function wrap_u32(x: Value): Value {
  if (x.op === 'const') return constant(x.k >>> 0);
  if (is_u32(x)) return x;
  if (x.op === 'wrap') return wrap_u32(x.a!);
  const y = loosen(x);
  return y !== x && is_u32(y) ? y : node('wrap', 0, MAX_U32, y);
}
/** x | 0 */
export function wrap_s32(x: Value): Value {
  if (x.op === 'const') return constant(x.k | 0);
  if (is_s32(x)) return x;
  if (x.op === 'wrap') return wrap_s32(x.a!);
  const y = loosen(x);
  return y !== x && is_s32(y) ? y : node('wrap', MIN_S32, MAX_S32, y);
}

/** A value with the same `count` low bits: without masks that keep them. */
export function low_bits(v: Value, count: number): Value {
  let x = v;
  for (;;) {
    if (x.op === 'wrap') x = x.a!;
    else if (x.op === 'and' && x.b!.op === 'const' && (~x.b!.k & (2 ** count - 1)) === 0 && count < 32) x = x.a!;
    else return x;
  }
}

/** Smallest 2^n - 1 that is at least x. */
function ones(x: number): number {
  return x <= 0 ? 0 : 2 ** (32 - Math.clz32(x)) - 1;
}

/** So many low bits are certainly zero. */
function low_zeros(v: Value): number {
  const x = strip(v);
  if (x.op === 'const') return x.k | 0 ? 31 - Math.clz32(x.k & -x.k) : 32;
  if (x.op === 'shl' && x.b!.op === 'const') return Math.min(32, (x.b!.k & 31) + low_zeros(x.a!));
  if (x.op === 'add' || x.op === 'sub') return Math.min(low_zeros(x.a!), low_zeros(x.b!));
  if (x.op === 'and') return Math.max(low_zeros(x.a!), low_zeros(x.b!));
  return 0;
}
/** A value with the same `count` low bits: without terms that do not reach them. */
function low_part(v: Value, count: number): Value {
  const x = strip(v);
  if (x.op !== 'add' && x.op !== 'sub') return x;
  if (low_zeros(x.b!) >= count) return low_part(x.a!, count);
  if (x.op === 'add' && low_zeros(x.a!) >= count) return low_part(x.b!, count);
  return x;
}

export function and(a: Value, b: Value): Value {
  if (a.op === 'const' && b.op === 'const') return constant(a.k & b.k);
  if (a.op === 'const') return and(b, a);
  if (same_32(a, b)) return wrap_s32(a);
  if (b.op === 'const') {
    const mask = b.k | 0;
    if (mask === 0) return constant(0);
    if (mask === -1) return wrap_s32(a);
    if (a.lo >= 0 && a.hi <= MAX_U32 && mask >= 0 && (ones(a.hi) & mask) >>> 0 === ones(a.hi)) return a;
    if (a.op === 'and' && a.b!.op === 'const') return and(a.a!, constant(a.b!.k & mask));
    // Of an address, alignment is what its base has, if what is added is a multiple.
    if (mask > 0 && (mask & (mask + 1)) === 0) {
      const count = 32 - Math.clz32(mask);
      if (low_zeros(a) >= count) return constant(0);
      const part = low_part(a, count);
      if (part !== strip(a)) return and(part, b);
    }
    if (a.lo >= 0 && a.hi <= MAX_S32 && (ones(a.hi) & mask) === 0) return constant(0);
    if (mask >= 0) return node('and', 0, Math.min(mask, a.lo >= 0 ? a.hi : mask), strip(a), b);
  }
  const bounds = [a, b].filter((v) => v.lo >= 0 && v.hi <= MAX_S32).map((v) => v.hi);
  if (bounds.length > 0) return node('and', 0, Math.min(...bounds), strip(a), strip(b));
  return node('and', MIN_S32, MAX_S32, strip(a), strip(b));
}
export function or(a: Value, b: Value): Value {
  if (a.op === 'const' && b.op === 'const') return constant(a.k | b.k);
  if (a.op === 'const') return or(b, a);
  if (b.op === 'const' && (b.k | 0) === 0) return wrap_s32(a);
  if (same_32(a, b)) return wrap_s32(a);
  // (x & m) | (x & ~m)
  if (a.op === 'and' && b.op === 'and' && a.b!.op === 'const' && b.b!.op === 'const' && same_32(a.a!, b.a!))
    if ((a.b!.k | b.b!.k) === -1 && (a.b!.k & b.b!.k) === 0) return wrap_s32(a.a!);
  const sa = strip(a);
  const sb = strip(b);
  if (sa !== a || sb !== b) {
    const deeper = sa.op === 'and' && sb.op === 'and' ? or(sa, sb) : undefined;
    if (deeper && deeper.op !== 'or') return deeper;
  }
  const small = a.lo >= 0 && b.lo >= 0 && a.hi <= MAX_S32 && b.hi <= MAX_S32;
  return node('or', small ? 0 : MIN_S32, small ? ones(Math.max(a.hi, b.hi)) : MAX_S32, sa, sb);
}
export function xor(a: Value, b: Value): Value {
  if (a.op === 'const' && b.op === 'const') return constant(a.k ^ b.k);
  if (a.op === 'const') return xor(b, a);
  if (b.op === 'const' && (b.k | 0) === 0) return wrap_s32(a);
  if (same_32(a, b)) return constant(0);
  const small = a.lo >= 0 && b.lo >= 0 && a.hi <= MAX_S32 && b.hi <= MAX_S32;
  return node('xor', small ? 0 : MIN_S32, small ? ones(Math.max(a.hi, b.hi)) : MAX_S32, strip(a), strip(b));
}
export function shl(a: Value, n: Value): Value {
  if (a.op === 'const' && n.op === 'const') return constant(a.k << n.k);
  if (n.op === 'const') {
    const count = n.k & 31;
    if (count === 0) return wrap_s32(a);
    if (a.lo >= 0 && a.hi * 2 ** count <= MAX_S32)
      return node('shl', a.lo * 2 ** count, a.hi * 2 ** count, strip(a), constant(count));
  }
  return node('shl', MIN_S32, MAX_S32, strip(a), strip(n));
}
export function shr_u(a: Value, n: Value): Value {
  if (a.op === 'const' && n.op === 'const') return constant(a.k >>> n.k);
  if (n.op === 'const') {
    const count = n.k & 31;
    if (count === 0) return wrap_u32(a);
    if (is_u32(a)) {
      if (a.hi < 2 ** count) return constant(0);
      return node('shr_u', a.lo >>> count, a.hi >>> count, strip(a), constant(count));
    }
    return node('shr_u', 0, MAX_U32 >>> count, strip(a), constant(count));
  }
  return node('shr_u', 0, MAX_U32, strip(a), strip(n));
}
export function shr_s(a: Value, n: Value): Value {
  if (a.op === 'const' && n.op === 'const') return constant(a.k >> n.k);
  if (n.op === 'const') {
    const count = n.k & 31;
    if (count === 0) return wrap_s32(a);
    return node('shr_s', MIN_S32 >> count, MAX_S32 >> count, strip(a), constant(count));
  }
  return node('shr_s', MIN_S32, MAX_S32, strip(a), strip(n));
}
export function imul(a: Value, b: Value): Value {
  if (a.op === 'const' && b.op === 'const') return constant(Math.imul(a.k, b.k));
  return node('imul', MIN_S32, MAX_S32, strip(a), strip(b));
}
export function clz(a: Value): Value {
  return a.op === 'const' ? constant(Math.clz32(a.k)) : node('clz', 0, 32, strip(a));
}
export function high_product(a: Value, b: Value, signed: boolean): Value {
  return node(signed ? 'high_product_signed' : 'high_product', 0, MAX_U32, strip(a), strip(b));
}

/** The words of a × b + c, c unsigned. */
export function multiply_add(a: Value, b: Value, c: Value, signed: boolean): [low: Value, high: Value] {
  const wide = node(signed ? 'multiply_add_signed' : 'multiply_add', 0, 0, strip(a), strip(b), strip(c));
  return [node('low_word', 0, MAX_U32, wide), node('high_word', 0, MAX_U32, wide)];
}

/** Division of 32-bit words as the op reads them; by zero the result is 0. */
export function divide(op: 'div_s' | 'div_u' | 'rem_s' | 'rem_u', a: Value, b: Value): Value {
  const by_zero = eq(wrap_u32(b), constant(0));
  const result = node(op, 0, MAX_U32, strip(a), select(by_zero, constant(1), wrap_u32(b)));
  return select(by_zero, constant(0), result);
}

/** If v is the top bit of a word (x >>> 31), that word. */
function sign_of(v: Value): Value | undefined {
  return v.op === 'shr_u' && v.b!.op === 'const' && v.b!.k === 31 ? v.a! : undefined;
}
/** Signed overflow of x - y, given as ((x ^ y) & (x ^ r)) >>> 31 with r the low word of x - y: those x, y. */
function overflow_of_sub(v: Value, r: Value): [Value, Value] | undefined {
  const word = sign_of(v);
  const d = strip(r);
  if (word?.op !== 'and' || (d.op !== 'sub' && !(d.op === 'add' && d.b!.op === 'const'))) return undefined;
  const x = d.a!;
  const y = d.op === 'sub' ? d.b! : constant(-d.b!.k >>> 0);
  for (const [p, q] of [
    [word.a!, word.b!],
    [word.b!, word.a!],
  ] as const)
    if (p.op === 'xor' && q.op === 'xor' && same_32(p.a!, x) && same_32(q.a!, x) && same_32(q.b!, d))
      if (same_32(p.b!, y) || (p.b!.op === 'const' && y.op === 'const' && (p.b!.k | 0) === (y.k | 0))) return [x, y];
  return undefined;
}

/** The 0/1 values or truth values are kept apart only by use: both are integers 0 and 1. */
export function eq(a: Value, b: Value): Value {
  if (a.op === 'const' && b.op === 'const') return constant(a.k === b.k ? 1 : 0);
  if (a.op === 'const') return eq(b, a);
  if (same(a, b)) return constant(1);
  if (a.hi < b.lo || b.hi < a.lo) return constant(0);
  if (b.op === 'const') {
    if (a.op === 'float_compare')
      return [UNORDERED, EQUAL, LESS, GREATER].includes(b.k) ? has_outcome(a, b.k) : constant(0);
    if (b.k === 0 && a.op === 'and' && a.a!.op === 'float_compare' && a.b!.op === 'const')
      return not(has_outcome(a.a!, a.b!.k));
    if (is_bit(a)) {
      const word = sign_of(a);
      if (word) return b.k === 1 ? lt(wrap_s32(word), constant(0)) : le(constant(0), wrap_s32(word));
      return b.k === 1 ? a : not(a);
    }
    // x - y === 0
    if (b.k === 0 && a.op === 'wrap') {
      const d = a.a!;
      if (d.op === 'sub' && is_u32(d.a!) && is_u32(d.b!)) return eq(d.a!, d.b!);
      if (d.op === 'add' && d.b!.op === 'const' && is_u32(d.a!) && Math.abs(d.b!.k) <= MAX_U32)
        return eq(d.a!, constant(-d.b!.k >>> 0));
    }
  }
  const signs = sign_of(a) && sign_of(b);
  if (signs) {
    const operands = overflow_of_sub(b, sign_of(a)!) ?? overflow_of_sub(a, sign_of(b)!);
    if (operands) return le(wrap_s32(operands[1]), wrap_s32(operands[0]));
  }
  return node('eq', 0, 1, a, b);
}
export function ne(a: Value, b: Value): Value {
  return not(eq(a, b));
}
/** Exact operands: x - y < 0 is x < y, and x + 5 < 7 is x < 2. */
function balance(op: 'lt' | 'le', a: Value, b: Value): Value | undefined {
  const compare = op === 'lt' ? lt : le;
  if (b.op === 'const') {
    if (a.op === 'sub' && b.k === 0) return compare(a.a!, a.b!);
    if (a.op === 'add' && a.b!.op === 'const') return compare(a.a!, constant(b.k - a.b!.k));
    if (a.op === 'sub' && a.b!.op === 'const') return compare(a.a!, constant(b.k + a.b!.k));
  }
  if (a.op === 'const') {
    if (b.op === 'sub' && a.k === 0) return compare(b.b!, b.a!);
    if (b.op === 'add' && b.b!.op === 'const') return compare(constant(a.k - b.b!.k), b.a!);
    if (b.op === 'sub' && b.b!.op === 'const') return compare(constant(a.k + b.b!.k), b.a!);
  }
  return undefined;
}
export function lt(a: Value, b: Value): Value {
  if (a.hi < b.lo) return constant(1);
  if (a.lo >= b.hi) return constant(0);
  return balance('lt', a, b) ?? node('lt', 0, 1, a, b);
}
export function le(a: Value, b: Value): Value {
  if (a.hi <= b.lo) return constant(1);
  if (a.lo > b.hi) return constant(0);
  return balance('le', a, b) ?? node('le', 0, 1, a, b);
}
export function not(a: Value): Value {
  switch (a.op) {
    case 'const':
      return constant(a.k ? 0 : 1);
    case 'not':
      return a.a!;
    case 'eq':
      return node('ne', 0, 1, a.a!, a.b!);
    case 'ne':
      return node('eq', 0, 1, a.a!, a.b!);
    case 'lt':
      return node('le', 0, 1, a.b!, a.a!);
    case 'le':
      return node('lt', 0, 1, a.b!, a.a!);
    default:
      return node('not', 0, 1, a);
  }
}
/** Does v compare x with y by `op`, all of them 32-bit words? */
function compares(v: Value, op: Op, x: Value, y: Value): boolean {
  return v.op === op && words(x, y) && words(v.a!, v.b!) && same_32(v.a!, x) && same_32(v.b!, y);
}
function words(x: Value, y: Value): boolean {
  return (is_u32(x) && is_u32(y)) || (is_s32(x) && is_s32(y));
}
export function both(a: Value, b: Value): Value {
  if (a.op === 'const') return a.k ? b : a;
  if (b.op === 'const') return b.k ? a : b;
  for (const [p, q] of [
    [a, b],
    [b, a],
  ] as const)
    if (p.op === 'le' && (compares(q, 'ne', p.a!, p.b!) || compares(q, 'ne', p.b!, p.a!))) return lt(p.a!, p.b!);
  return node('both', 0, 1, a, b);
}
export function either(a: Value, b: Value): Value {
  if (a.op === 'const') return a.k ? a : b;
  if (b.op === 'const') return b.k ? b : a;
  for (const [p, q] of [
    [a, b],
    [b, a],
  ] as const)
    if (p.op === 'lt' && (compares(q, 'eq', p.a!, p.b!) || compares(q, 'eq', p.b!, p.a!))) return le(p.a!, p.b!);
  return node('either', 0, 1, a, b);
}
export function select(c: Value, yes: Value, no: Value): Value {
  if (c.op === 'const') return c.k ? yes : no;
  const a = where(c, true, yes);
  const b = where(c, false, no);
  if (same(a, b)) return a;
  if (a.op === 'const' && b.op === 'const') {
    if (a.k === 1 && b.k === 0) return c;
    if (a.k === 0 && b.k === 1) return not(c);
  }
  return node('select', Math.min(a.lo, b.lo), Math.max(a.hi, b.hi), c, a, b);
}

/** A value where a condition is known to hold, or not to: without a decision on the same condition. */
function where(condition: Value, holds: boolean, v: Value): Value {
  if (v.op !== 'select') return v;
  if (alike(v.a!, condition)) return holds ? v.b! : v.c!;
  if (alike(v.a!, not(condition))) return holds ? v.c! : v.b!;
  return v;
}

/** A truth value of an integer, as `if (x)` takes it. */
export function truth(a: Value): Value {
  return is_bit(a) ? a : not(eq(a, constant(0)));
}

/** Comparisons of floating-point numbers of the same type. */
export const float_eq = (a: Value, b: Value): Value => node('float_eq', 0, 1, a, b);
export const float_lt = (a: Value, b: Value): Value => node('float_lt', 0, 1, a, b);
export const float_le = (a: Value, b: Value): Value => node('float_le', 0, 1, a, b);

/** Outcomes of a comparison as bits, as the description language has them. */
const UNORDERED = 1;
const EQUAL = 2;
const LESS = 4;
const GREATER = 8;
const ALL = 15;

/** Which of the four outcomes the comparison of two numbers has, as 1, 2, 4 or 8. */
export function float_compare(a: Value, b: Value): Value {
  return node('float_compare', UNORDERED, GREATER, a, b);
}

/** Has a comparison one of the outcomes in `mask`? */
export function has_outcome(comparison: Value, mask: number): Value {
  const a = comparison.a!;
  const b = comparison.b!;
  switch (mask) {
    case 0:
      return constant(0);
    case EQUAL:
      return float_eq(a, b);
    case LESS:
      return float_lt(a, b);
    case LESS | EQUAL:
      return float_le(a, b);
    case GREATER:
      return float_lt(b, a);
    case GREATER | EQUAL:
      return float_le(b, a);
    case LESS | GREATER:
      return either(float_lt(a, b), float_lt(b, a));
    case LESS | GREATER | EQUAL:
      return both(float_eq(a, a), float_eq(b, b));
    default:
      return not(has_outcome(comparison, ALL & ~mask));
  }
}
