// IR values → Wasm expressions. A value is computed as i32 where only its low 32 bits matter, as i64 where its exact value
// does; one that is used more than once is kept in a local from its first computation to the end of the enclosing arm.

import { is_s32, is_u32, MAX_U32, type Value } from '../ir/value.js';
import { type Bytes, I32, I64, op } from './bytes.js';

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

/** Removes wraps: they do not change the low 32 bits. */
function low(v: Value): Value {
  let x = v;
  while (x.op === 'wrap') x = x.a!;
  return x;
}

/** Locals of one function: slots' registers and temporaries, handed out by type. */
export class Locals {
  readonly types: number[] = [];
  private free: Record<number, number[]> = { [I32]: [], [I64]: [] };
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
  take_back(type: number, locals: readonly number[]): void {
    this.free[type] = this.free[type].filter((local) => !locals.includes(local));
  }
}

export class Expressions {
  /** Wasm local of each slot. */
  private readonly cached: { value: Value; local: number }[] = [];
  /** Locals of this block's temporaries, to be given back at its end. */
  private readonly taken: number[] = [];
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
    if (x.uses++ > 0) return;
    x.local = -1;
    this.count(x.a);
    this.count(x.b);
    this.count(x.c);
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
    for (const local of this.taken) this.locals.give(I32, local);
    this.taken.length = 0;
    this.temps.length = 0;
  }

  /** Emits code of other blocks in the middle of this one's: there, the block's locals are free. */
  lend(emit: () => void): void {
    const taken = this.taken.slice();
    for (const local of taken) this.locals.give(I32, local);
    emit();
    this.locals.take_back(I32, taken);
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
  private remember(x: Value): void {
    x.local = this.new_local();
    this.cached.push({ value: x, local: x.local });
  }

  /** The local of a load's or phi's result. */
  temp(v: Value): number {
    return (this.temps[v.k] ??= this.new_local());
  }
  private new_local(): number {
    const local = this.locals.take(I32);
    this.taken.push(local);
    return local;
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
      if (x.uses > 1) {
        this.remember(x);
        code.byte(op.local_tee);
        code.u32(x.local);
      }
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
}
