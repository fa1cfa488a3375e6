// IR values → Wasm expressions. A value is computed as i32 where only its low 32 bits matter, as i64 where its exact value
// does; one that is used more than once is kept in a local from its first computation to the end of the enclosing arm.

import { float_type } from '../ir/float.js';
import { is_s32, is_u32, MAX_U32, type Value } from '../ir/value.js';
import { type Bytes, F32, F64, I32, I32_TRUNC_SAT_F64_S, I64, op, VOID } from './bytes.js';

const SIMPLE: Partial<Record<Value['op'], number>> = {
  add: op.i32_add,
  sub: op.i32_sub,
  mul: op.i32_mul,
  imul: op.i32_mul,
  and: op.i32_and,
  or: op.i32_or,
  xor: op.i32_xor,
  shl: op.i32_shl,
  shr_s: op.i32_shr_s,
  shr_u: op.i32_shr_u,
  both: op.i32_and,
  either: op.i32_or,
  div_s: op.i32_div_s,
  div_u: op.i32_div_u,
  rem_s: op.i32_rem_s,
  rem_u: op.i32_rem_u,
};
const COMPARE: Record<string, { u32: number; s32: number; i64: number }> = {
  eq: { u32: op.i32_eq, s32: op.i32_eq, i64: op.i64_eq },
  ne: { u32: op.i32_ne, s32: op.i32_ne, i64: op.i64_ne },
  lt: { u32: op.i32_lt_u, s32: op.i32_lt_s, i64: op.i64_lt_s },
  le: { u32: op.i32_le_u, s32: op.i32_le_s, i64: op.i64_le_s },
};

/** Floating-point operations whose operands are of the type that their name says. */
const FLOAT: Partial<Record<Value['op'], number>> = {
  f32_add: op.f32_add,
  f32_sub: op.f32_sub,
  f32_mul: op.f32_mul,
  f32_div: op.f32_div,
  f32_abs: op.f32_abs,
  f32_sqrt: op.f32_sqrt,
  demote: op.f32_demote_f64,
  f64_add: op.f64_add,
  f64_sub: op.f64_sub,
  f64_mul: op.f64_mul,
  f64_div: op.f64_div,
  f64_abs: op.f64_abs,
  f64_neg: op.f64_neg,
  f64_sqrt: op.f64_sqrt,
  f64_ceil: op.f64_ceil,
  f64_floor: op.f64_floor,
  f64_trunc: op.f64_trunc,
  f64_nearest: op.f64_nearest,
  promote: op.f64_promote_f32,
};
const FLOAT_COMPARE: Record<string, { f32: number; f64: number }> = {
  float_eq: { f32: op.f32_eq, f64: op.f64_eq },
  float_lt: { f32: op.f32_lt, f64: op.f64_lt },
  float_le: { f32: op.f32_le, f64: op.f64_le },
};
/** Bits of a double's fraction, and the bit above them, which normal numbers do not store. */
const FRACTION_BITS = 52;
const FRACTION = 2 ** FRACTION_BITS - 1;

const is_wide = (v: Value): boolean => v.op === 'multiply_add' || v.op === 'multiply_add_signed';
/** Wasm type of a value in a local. */
const type_of = (v: Value): number => {
  if (is_wide(v)) return I64;
  const type = float_type(v);
  return type === 'f64' ? F64 : type === 'f32' ? F32 : I32;
};

/** Removes wraps: they do not change the low 32 bits. */
function low(v: Value): Value {
  let x = v;
  while (x.op === 'wrap') x = x.a!;
  return x;
}

/** Locals of one function: slots' registers and temporaries, handed out by type. */
export class Locals {
  readonly types: number[] = [];
  private free: Record<number, number[]> = { [I32]: [], [I64]: [], [F32]: [], [F64]: [] };
  constructor(private readonly parameters: number) {}
  /** One for a while, until it is given back. */
  take(type: number): number {
    return this.free[type].pop() ?? this.reserve(type);
  }
  /** One for the whole function. */
  reserve(type: number): number {
    return this.parameters + this.types.push(type) - 1;
  }
  give(type: number, local: number): void {
    this.free[type].push(local);
  }
  /** Takes locals that are free. */
  take_back(locals: readonly { type: number; local: number }[]): void {
    for (const { type, local } of locals) this.free[type].splice(this.free[type].indexOf(local), 1);
  }
}

/** How many blocks have been emitted: a block may be emitted more than once, each time with its own count of uses. */
let emitted = 0;

export class Expressions {
  private readonly number = ++emitted;
  /** Wasm local of each slot. */
  private readonly cached: { value: Value; local: number }[] = [];
  /** Locals of this block's temporaries, to be given back at its end. */
  private readonly taken: { type: number; local: number }[] = [];
  private readonly temps: number[] = [];

  constructor(
    private readonly code: Bytes,
    private readonly locals: Locals,
    private readonly slot_local: (slot: number) => number,
  ) {}

  /** Counts how often a value's node is needed, itself and what it is made of. */
  count(v: Value | undefined): void {
    if (v === undefined) return;
    const x = low(v);
    if (x.counted_by !== this.number) {
      x.counted_by = this.number;
      x.uses = 0;
    }
    if (x.uses++ > 0) return;
    x.local = -1;
    if (x.op === 'shr_s' && x.a!.op === 'shl') this.note_sign_extension(x);
    this.count(x.a);
    this.count(x.b);
    this.count(x.c);
  }

  /** Loaded data by number, and what extends their signs. */
  private readonly sign_extensions = new Map<number, Value>();
  private note_sign_extension(x: Value): void {
    const loaded = low(x.a!.a!);
    if (loaded.op === 'temp' && x.b!.op === 'const' && x.a!.b!.op === 'const' && x.b!.k === x.a!.b!.k)
      this.sign_extensions.set(loaded.k, x);
  }
  /** The value of a loaded datum with its sign extended, if that is all that is needed of it. */
  sign_extension(loaded: Value, size: 1 | 2 | 4): Value | undefined {
    const x = this.sign_extensions.get(loaded.k);
    return x && x.b!.k === 32 - 8 * size && loaded.uses === 1 && x.a!.uses === 1 ? x : undefined;
  }

  /** Is a value needed, as far as has been counted? */
  needs(v: Value): boolean {
    return v.counted_by === this.number && v.uses > 0;
  }

  /** Begins a stretch of code that may not be executed; what it keeps in locals is forgotten by leave_arm(). */
  enter_arm(): number {
    return this.cached.length;
  }
  leave_arm(mark: number): void {
    while (this.cached.length > mark) this.cached.pop()!.value.local = -1;
  }

  end_block(): void {
    this.leave_arm(0);
    for (const { type, local } of this.taken) this.locals.give(type, local);
    this.taken.length = 0;
    this.temps.length = 0;
  }

  /** Emits code of other blocks in the middle of this one's: there, the block's locals are free. */
  lend(emit: () => void): void {
    const taken = this.taken.slice();
    for (const { type, local } of taken) this.locals.give(type, local);
    emit();
    this.locals.take_back(taken);
  }

  /** Computes a value now, for later. */
  keep(v: Value): void {
    const x = low(v);
    if (x.op === 'const' || x.op === 'reg' || x.op === 'temp' || x.local >= 0) return;
    this.compute(x);
    this.remember(x);
    this.code.byte(op.local_set);
    this.code.u32(x.local);
  }
  /** The local of a value that is being computed now, for later. */
  remember(x: Value): number {
    x.local = this.new_local(type_of(x));
    this.cached.push({ value: x, local: x.local });
    return x.local;
  }

  /** The local of a load's or phi's result. */
  temp(v: Value): number {
    return (this.temps[v.k] ??= this.new_local(type_of(v)));
  }
  private new_local(type: number): number {
    const local = this.locals.take(type);
    this.taken.push({ type, local });
    return local;
  }

  /**
   * Emits code that does not have what was kept since `mark`, since it is reached from the middle of that; what follows it
   * has it again.
   */
  without(mark: number, emit: () => void): void {
    const hidden = this.cached.splice(mark);
    for (const { value } of hidden) value.local = -1;
    emit();
    this.leave_arm(mark);
    for (const { value, local } of hidden) value.local = local;
    this.cached.push(...hidden);
  }

  /** Emits the low 32 bits. */
  word(v: Value): void {
    const x = low(v);
    const { code } = this;
    if (x.op === 'const') {
      code.byte(op.i32_const);
      code.s32(x.k | 0);
    } else if (x.op === 'reg') this.get(this.slot_local(x.k));
    else if (x.op === 'temp') this.get(this.temp(x));
    else if (x.local >= 0) this.get(x.local);
    else {
      this.compute(x);
      this.keep_if_shared(x);
    }
  }
  private keep_if_shared(x: Value): void {
    if (x.uses < 2) return;
    this.remember(x);
    this.code.byte(op.local_tee);
    this.code.u32(x.local);
  }

  /** Emits a floating-point number, an f32 or f64. */
  float(x: Value): void {
    const { code } = this;
    if (x.op === 'f64_const') {
      code.byte(op.f64_const);
      code.f64(x.k);
    } else if (x.op === 'f64_reg') this.get(this.slot_local(x.k));
    else if (x.op === 'f64_temp') this.get(this.temp(x));
    else if (x.local >= 0) this.get(x.local);
    else {
      this.compute_float(x);
      this.keep_if_shared(x);
    }
  }

  /** Emits a 64-bit integer. */
  private wide(x: Value): void {
    if (x.local >= 0) return this.get(x.local);
    const { code } = this;
    const extend = x.op === 'multiply_add' ? op.i64_extend_i32_u : op.i64_extend_i32_s;
    this.word(x.a!);
    code.byte(extend);
    this.word(x.b!);
    code.bytes([extend, op.i64_mul]);
    this.word(x.c!);
    code.bytes([op.i64_extend_i32_u, op.i64_add]);
    this.keep_if_shared(x);
  }

  private compute_float(x: Value): void {
    const { code } = this;
    switch (x.op) {
      case 'single':
        this.word(x.a!);
        return code.byte(op.f32_reinterpret_i32);
      case 'double':
        this.word(x.a!);
        code.byte(op.i64_extend_i32_u);
        this.word(x.b!);
        code.bytes([op.i64_extend_i32_u, op.i64_const, 32, op.i64_shl, op.i64_or]);
        return code.byte(op.f64_reinterpret_i64);
      case 'f32_convert':
      case 'f64_convert':
        this.word(x.a!);
        return code.byte(x.op === 'f32_convert' ? op.f32_convert_i32_s : op.f64_convert_i32_s);
      case 'f64_select':
        this.float(x.b!);
        this.float(x.c!);
        this.word(x.a!);
        return code.byte(op.select);
    }
    this.float(x.a!);
    if (x.b) this.float(x.b);
    code.byte(FLOAT[x.op]!);
  }

  /** Leaves the enclosing block unless a condition holds. */
  unless(condition: Value): void {
    const { code } = this;
    if (condition.op === 'both' && condition.local < 0) {
      this.unless(condition.a!);
      this.unless(condition.b!);
    } else if (condition.op === 'either' && condition.local < 0) {
      code.bytes([op.block, VOID]);
      this.word(condition.a!);
      code.bytes([op.br_if, 0]);
      const mark = this.enter_arm();
      this.word(condition.b!);
      this.leave_arm(mark);
      code.bytes([op.i32_eqz, op.br_if, 1, op.end]);
    } else if (condition.op === 'not' && condition.local < 0) {
      this.word(condition.a!);
      code.bytes([op.br_if, 0]);
    } else {
      this.word(condition);
      code.bytes([op.i32_eqz, op.br_if, 0]);
    }
  }
  private get(local: number): void {
    this.code.byte(op.local_get);
    this.code.u32(local);
  }

  private compute(x: Value): void {
    const { code } = this;
    switch (x.op) {
      case 'eq':
      case 'ne':
      case 'lt':
      case 'le':
        return this.compare(x);
      case 'not':
        this.word(x.a!);
        return code.byte(op.i32_eqz);
      case 'clz':
        this.word(x.a!);
        return code.byte(op.i32_clz);
      case 'select':
        this.word(x.b!);
        this.word(x.c!);
        this.word(x.a!);
        return code.byte(op.select);
      case 'bits':
        this.float(x.a!);
        return code.byte(op.i32_reinterpret_f32);
      case 'low_word':
      case 'high_word':
        if (is_wide(x.a!)) this.wide(x.a!);
        else {
          this.float(x.a!);
          code.byte(op.i64_reinterpret_f64);
        }
        if (x.op === 'high_word') code.bytes([op.i64_const, 32, op.i64_shr_u]);
        return code.byte(op.i32_wrap_i64);
      case 'float_eq':
      case 'float_lt':
      case 'float_le':
        this.float(x.a!);
        this.float(x.b!);
        return code.byte(FLOAT_COMPARE[x.op][float_type(x.a!)!]);
      case 'float_compare':
        return this.comparison(x);
      case 'truncate':
        this.float(x.a!);
        return code.bytes([op.extended, I32_TRUNC_SAT_F64_S]);
      case 'product_rounds':
        return this.product_rounds(x);
      case 'expensive':
        return this.word(x.a!);
      case 'high_product':
      case 'high_product_signed':
        for (const factor of [x.a!, x.b!]) {
          this.word(factor);
          code.byte(x.op === 'high_product' ? op.i64_extend_i32_u : op.i64_extend_i32_s);
        }
        code.byte(op.i64_mul);
        code.bytes([op.i64_const, 32, op.i64_shr_u, op.i32_wrap_i64]);
        return;
      case 'div_s':
        // In 64 bits, where -2^31 / -1 does not trap.
        for (const operand of [x.a!, x.b!]) {
          this.word(operand);
          code.byte(op.i64_extend_i32_s);
        }
        code.byte(op.i64_div_s);
        return code.byte(op.i32_wrap_i64);
      case 'shr_s':
        if (
          x.a!.op === 'shl' &&
          x.b!.op === 'const' &&
          x.a!.b!.op === 'const' &&
          x.b!.k === x.a!.b!.k &&
          x.a!.local < 0
        ) {
          if (x.b!.k === 24 || x.b!.k === 16) {
            this.word(x.a!.a!);
            return code.byte(x.b!.k === 24 ? op.i32_extend8_s : op.i32_extend16_s);
          }
        }
        break;
      case 'or': {
        if (this.or_unless_set(x)) return;
        // (x >>> n) | (x << 32 - n)
        const [p, q] = [x.a!, x.b!];
        const [right, left] = p.op === 'shr_u' ? [p, q] : [q, p];
        if (right.op === 'shr_u' && left.op === 'shl' && right.b!.op === 'const' && left.b!.op === 'const')
          if (right.b!.k + left.b!.k === 32 && low(right.a!) === low(left.a!)) {
            this.word(right.a!);
            this.word(right.b!);
            return code.byte(op.i32_rotr);
          }
        break;
      }
    }
    this.word(x.a!);
    this.word(x.b!);
    code.byte(SIMPLE[x.op]!);
  }

  private compare(x: Value): void {
    const { code } = this;
    const a = x.a!;
    const b = x.b!;
    const opcode = COMPARE[x.op];
    // Carry of a sum of two words: 2^32 - 1 < p + q, and its negation.
    const sum = x.op === 'lt' ? b : a;
    const limit = x.op === 'lt' ? a : b;
    if ((x.op === 'lt' || x.op === 'le') && limit.op === 'const' && limit.k === MAX_U32 && sum.op === 'add')
      if (is_u32(sum.a!) && is_u32(sum.b!)) {
        this.word(sum);
        this.word(sum.a!);
        return code.byte(x.op === 'lt' ? op.i32_lt_u : op.i32_ge_u);
      }
    if ((x.op === 'eq' || x.op === 'ne') && b.op === 'const' && b.k === 0 && (is_u32(a) || is_s32(a))) {
      this.word(a);
      code.byte(op.i32_eqz);
      if (x.op === 'ne') code.byte(op.i32_eqz);
      return;
    }
    if (is_u32(a) && is_u32(b)) {
      this.word(a);
      this.word(b);
      return code.byte(opcode.u32);
    }
    if (is_s32(a) && is_s32(b)) {
      this.word(a);
      this.word(b);
      return code.byte(opcode.s32);
    }
    this.exact(a);
    this.exact(b);
    code.byte(opcode.i64);
  }

  /** Emits the exact value as i64. */
  private exact(v: Value): void {
    const { code } = this;
    if (v.op === 'const') {
      code.byte(op.i64_const);
      code.s64(v.k);
    } else if (is_u32(v)) {
      this.word(v);
      code.byte(op.i64_extend_i32_u);
    } else if (is_s32(v)) {
      this.word(v);
      code.byte(op.i64_extend_i32_s);
    } else if (v.op === 'select') {
      this.exact(v.b!);
      this.exact(v.c!);
      this.word(v.a!);
      code.byte(op.select);
    } else {
      this.exact(v.a!);
      this.exact(v.b!);
      code.byte(v.op === 'add' ? op.i64_add : v.op === 'sub' ? op.i64_sub : op.i64_mul);
    }
  }

  /** An `or` some of whose operands are expensive truth values: they matter only if the others have not set bit 0. */
  private or_unless_set(x: Value): boolean {
    const costly: Value[] = [];
    const cheap: Value[] = [];
    const sort = (v: Value): void => {
      const y = low(v);
      if (y.op === 'expensive' && y.local < 0) costly.push(y);
      else if (y.op === 'or' && y.local < 0) {
        sort(y.a!);
        sort(y.b!);
      } else cheap.push(y);
    };
    sort(x.a!);
    sort(x.b!);
    if (costly.length === 0 || cheap.length === 0) return false;
    const { code } = this;
    const all = (list: readonly Value[]) =>
      list.forEach((v, n) => {
        this.word(v);
        if (n > 0) code.byte(op.i32_or);
      });
    const sum = this.new_local(I32);
    all(cheap);
    code.byte(op.local_tee);
    code.u32(sum);
    code.bytes([op.i32_const, 1, op.i32_and, op.i32_eqz, op.if, I32]);
    const mark = this.enter_arm();
    all(costly);
    this.get(sum);
    code.bytes([op.i32_or, op.else]);
    this.leave_arm(mark);
    this.get(sum);
    code.byte(op.end);
    return true;
  }

  /** 1, 2, 4 or 8: unordered, equal, less, greater. */
  private comparison(x: Value): void {
    const { code } = this;
    const type = float_type(x.a!)!;
    const test = (opcode: { f32: number; f64: number }, a: Value, b: Value) => {
      this.float(a);
      this.float(b);
      code.byte(opcode[type]);
    };
    // 1 + equal + 3 * less + 7 * greater
    code.bytes([op.i32_const, 1]);
    test(FLOAT_COMPARE.float_eq, x.a!, x.b!);
    code.byte(op.i32_add);
    test(FLOAT_COMPARE.float_lt, x.a!, x.b!);
    code.bytes([op.i32_const, 3, op.i32_mul, op.i32_add]);
    test(FLOAT_COMPARE.float_lt, x.b!, x.a!);
    code.bytes([op.i32_const, 7, op.i32_mul, op.i32_add]);
  }

  /**
   * The product of two significands of 53 bits has 105 or 106; its low 52 or 53 bits are lost. How many shows in the parity of
   * the exponents.
   */
  private product_rounds(x: Value): void {
    const { code } = this;
    const [a, b, product] = [x.a!, x.b!, x.c!];
    const pattern = (v: Value) => {
      this.float(v);
      code.byte(op.i64_reinterpret_f64);
    };
    const constant = (value: number) => {
      code.byte(op.i64_const);
      code.s64(value);
    };
    const significand = (v: Value) => {
      pattern(v);
      constant(FRACTION);
      code.byte(op.i64_and);
      constant(FRACTION + 1);
      code.byte(op.i64_or);
    };
    significand(a);
    significand(b);
    code.byte(op.i64_mul);
    // By 11 bits, or by 12 if the exponents' sum is the product's.
    constant(11);
    pattern(a);
    pattern(b);
    pattern(product);
    code.bytes([op.i64_xor, op.i64_xor]);
    constant(FRACTION_BITS);
    code.byte(op.i64_shr_u);
    constant(1);
    code.bytes([op.i64_and, op.i64_add, op.i64_shl, op.i64_eqz, op.i32_eqz]);
    this.float(product);
    code.byte(op.f64_const);
    code.f64(0);
    code.bytes([op.f64_ne, op.i32_and]);
  }
}
