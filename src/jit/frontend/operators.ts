// What twins (twins.ts) write for the operators of JavaScript and for decisions: what is known is computed at once, with
// JavaScript's own meaning; the rest becomes values of the IR.

import * as ir from '../ir/value.js';
import { known, type Value, value_of } from '../ir/value.js';
import { FLOAT_LOWERINGS } from './floats.js';
import { integer, is_symbolic, NotLowered, type Sym, SymbolicFile, type SymbolicMachine } from './symbolic.js';

type Binary = (a: Value, b: Value) => Value;
function binary(op: Binary) {
  return (a: Sym, b: Sym): Sym => {
    const x = integer(a);
    const y = integer(b);
    if (!Number.isInteger(typeof x === 'number' ? x : 0) || !Number.isInteger(typeof y === 'number' ? y : 0))
      throw new NotLowered('a number that is not an integer');
    return known(op(value_of(x), value_of(y)));
  };
}

/** The operators of twins: `$.add(a, b)` for `a + b`, and so on. Known operands give known results. */
export function make_operators(m: SymbolicMachine) {
  const sym = {
    add: binary(ir.add),
    sub: binary(ir.sub),
    mul: binary(ir.mul),
    and: binary(ir.and),
    or: binary(ir.or),
    xor: binary(ir.xor),
    shl: binary(ir.shl),
    shr_s: binary(ir.shr_s),
    shr_u: binary(ir.shr_u),
    eq: binary(ir.eq),
    ne: binary(ir.ne),
    lt: binary(ir.lt),
    le: binary(ir.le),
    imul: binary(ir.imul),
  };
  const both_numbers = (a: unknown, b: unknown): boolean => !is_symbolic(a) && !is_symbolic(b);
  type N = number;
  const operators = {
    add: (a: Sym, b: Sym) => (both_numbers(a, b) ? (a as N) + (b as N) : sym.add(a, b)),
    sub: (a: Sym, b: Sym) => (both_numbers(a, b) ? (a as N) - (b as N) : sym.sub(a, b)),
    mul: (a: Sym, b: Sym) => (both_numbers(a, b) ? (a as N) * (b as N) : sym.mul(a, b)),
    div: (a: Sym, b: Sym) => (both_numbers(a, b) ? (a as N) / (b as N) : fail('/ on run-time values')),
    rem: (a: Sym, b: Sym) => (both_numbers(a, b) ? (a as N) % (b as N) : fail('% on run-time values')),
    pow: (a: Sym, b: Sym) => (both_numbers(a, b) ? (a as N) ** (b as N) : fail('** on run-time values')),
    and: (a: Sym, b: Sym) => (both_numbers(a, b) ? (a as N) & (b as N) : sym.and(a, b)),
    or: (a: Sym, b: Sym) => (both_numbers(a, b) ? (a as N) | (b as N) : sym.or(a, b)),
    xor: (a: Sym, b: Sym) => (both_numbers(a, b) ? (a as N) ^ (b as N) : sym.xor(a, b)),
    shl: (a: Sym, b: Sym) => (both_numbers(a, b) ? (a as N) << (b as N) : sym.shl(a, b)),
    shr_s: (a: Sym, b: Sym) => (both_numbers(a, b) ? (a as N) >> (b as N) : sym.shr_s(a, b)),
    shr_u: (a: Sym, b: Sym) => (both_numbers(a, b) ? (a as N) >>> (b as N) : sym.shr_u(a, b)),
    eq: (a: Sym, b: Sym) => (both_numbers(a, b) ? a === b : sym.eq(a, b)),
    ne: (a: Sym, b: Sym) => (both_numbers(a, b) ? a !== b : sym.ne(a, b)),
    lt: (a: Sym, b: Sym) => (both_numbers(a, b) ? a < b : sym.lt(a, b)),
    le: (a: Sym, b: Sym) => (both_numbers(a, b) ? a <= b : sym.le(a, b)),
    gt: (a: Sym, b: Sym) => (both_numbers(a, b) ? a > b : sym.lt(b, a)),
    ge: (a: Sym, b: Sym) => (both_numbers(a, b) ? a >= b : sym.le(b, a)),
    neg: (a: Sym) => (is_symbolic(a) ? sym.sub(0, a) : -(a as N)),
    bnot: (a: Sym) => (is_symbolic(a) ? sym.xor(a, -1) : ~(a as N)),
    lnot: (a: Sym) => (is_symbolic(a) ? known(ir.not(ir.truth(a))) : !a),
    plus: (a: Sym) => (is_symbolic(a) ? a : +a),

    /** A test's outcome: true, false, or a run-time truth value. */
    test: (a: unknown): boolean | Value => {
      if (!is_symbolic(a)) return !!a;
      const t = ir.truth(a);
      return t.op === 'const' ? t.k !== 0 : t;
    },
    /** A test that has to be known, since code jumps on it that cannot be merged. */
    must: (a: unknown, what: string): boolean => (is_symbolic(a) ? fail(what) : !!a),
    is_known: (a: unknown): a is boolean => !is_symbolic(a),
    branch: <T>(c: Value, yes: () => T, no: () => T): T => m.branch(c, yes, no),
    conditional: (c: unknown, yes: () => unknown, no: () => unknown): unknown => {
      const t = operators.test(c);
      return is_symbolic(t) ? m.branch(t, yes, no) : t ? yes() : no();
    },
    both: (a: unknown, b: () => unknown): unknown => {
      if (!is_symbolic(a)) return a ? b() : a;
      const t = ir.truth(a);
      return m.right_side(t, b, (y) => known(ir.both(t, ir.truth(value_of(integer(y as Sym))))), false);
    },
    either: (a: unknown, b: () => unknown): unknown => {
      if (!is_symbolic(a)) return a ? a : b();
      const t = ir.truth(a);
      return m.right_side(t, b, (y) => known(ir.either(t, ir.truth(value_of(integer(y as Sym))))), true);
    },
    get: (object: unknown, index: unknown): unknown => {
      if (object instanceof SymbolicFile) return object.read(index);
      if (is_symbolic(index)) return fail('an array indexed by a run-time value');
      return (object as Record<number, unknown>)[index as number];
    },
    set: (object: unknown, index: unknown, value: Sym): unknown => {
      if (object instanceof SymbolicFile) object.write(index, value);
      else if (is_symbolic(index)) fail('an array indexed by a run-time value');
      else (object as Record<number, unknown>)[index as number] = value;
      return value;
    },
    fail,
    imul: (a: Sym, b: Sym) => (both_numbers(a, b) ? Math.imul(a as N, b as N) : sym.imul(a, b)),
    clz32: (a: Sym) => (is_symbolic(a) ? known(ir.clz(a)) : Math.clz32(a as N)),
    /** Any other function of Math or Number: only on known values. */
    known_call: (f: (...args: never[]) => unknown, what: string, args: unknown[]): unknown =>
      args.some(is_symbolic) ? fail(`${what} of run-time values`) : (f as (...args: unknown[]) => unknown)(...args),
    intrinsic: (name: string, f: (...args: unknown[]) => unknown, args: unknown[]): unknown => {
      if (!args.some(is_symbolic)) return f(...args);
      const values = args.map((x) => value_of(integer(x as Sym)));
      const [a, b, c] = values;
      const lower = FLOAT_LOWERINGS[name];
      if (lower) return lower((condition, once) => m.guard(condition, once), values);
      switch (name) {
        case 'high_product':
          return known(ir.high_product(a, b, false));
        case 'high_product_signed':
          return known(ir.high_product(a, b, true));
        case 'multiply_add':
        case 'multiply_add_signed':
          return ir.multiply_add(a, b, c, name === 'multiply_add_signed').map(known);
        case 'quotient':
          return known(ir.divide('div_u', a, b));
        case 'remainder':
          return known(ir.divide('rem_u', a, b));
        case 'quotient_signed':
          return known(ir.divide('div_s', a, b));
        case 'remainder_signed':
          return known(ir.divide('rem_s', a, b));
        case 'unlikely':
          m.guard(ir.not(ir.truth(a)), true);
          return false;
        default:
          return fail(`intrinsic ${name} is unknown`);
      }
    },
  };
  function fail(what: string): never {
    throw new NotLowered(what);
  }
  return operators;
}
