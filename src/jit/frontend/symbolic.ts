// The symbolic life of execute_* functions: the state object that their generated twins (twins.ts) run on; what they
// compute with is in operators.ts. In: concrete instructions, addresses and register numbers. Out: statements and values of the IR.
// What is known is computed at once, with JavaScript's own meaning; the rest becomes IR. What cannot be expressed exactly
// raises NotLowered, and the instruction is then left to the interpreter.

import type { Isa } from '../../adl/index.js';
import { CODE_MAP_SIZE, type StateLayout } from '../../machine/layout.js';
import { PAGE_BITS } from '../../machine/memory.js';
import type { Leave, Phi, StateChange, Statement } from '../ir/block.js';
import { double, f64_temp, follows_from_finite, high_word, low_word } from '../ir/float.js';
import type { Knowledge } from '../ir/knowledge.js';
import * as ir from '../ir/value.js';
import { type Known, known, Value, value_of } from '../ir/value.js';

/** A construct that has no exact lowering, with the reason for the ISA's author. */
export class NotLowered extends Error {}

/** Ends the path that is being executed: the machine leaves compiled code here. */
class PathEnds extends Error {}
const PATH_ENDS = new PathEnds('path ends');
/** Marks the value of a path that does not come back. */
const NOTHING = Symbol('nothing');

/** What twins compute with. */
export type Sym = Known<number> | boolean;
export const is_symbolic = (x: unknown): x is Value => x instanceof Value;

/** A register file during symbolic execution. */
export class SymbolicFile {
  constructor(
    private readonly m: SymbolicMachine,
    readonly base: number,
    readonly count: number,
  ) {}
  slot(n: unknown): number {
    if (is_symbolic(n)) throw new NotLowered('a register number that depends on run-time values');
    if (typeof n !== 'number' || !(n >= 0 && n < this.count))
      throw new NotLowered(`register number ${String(n)} does not exist`);
    return this.base + n;
  }
  read(n: unknown): Sym {
    return this.m.read(this.slot(n));
  }
  write(n: unknown, value: Sym): void {
    this.m.write(this.slot(n), value);
  }
}

/** Guest memory during symbolic execution. */
class SymbolicMemory {
  constructor(
    private readonly m: SymbolicMachine,
    readonly big_endian: 0 | 1,
  ) {}
  read_8(address: Sym): Sym {
    return this.m.load(1, address);
  }
  read_16(address: Sym): Sym {
    return this.m.load(2, address);
  }
  read_32(address: Sym): Sym {
    return this.m.load(4, address);
  }
  read_64(address: Sym): Sym[] {
    return this.m.load_64(address, this.big_endian === 1);
  }
  write_8(address: Sym, value: Sym): void {
    this.m.store(1, address, value);
  }
  write_16(address: Sym, value: Sym): void {
    this.m.store(2, address, value);
  }
  write_32(address: Sym, value: Sym): void {
    this.m.store(4, address, value);
  }
  write_64(address: Sym, low: Sym, high: Sym): void {
    this.m.store_64(address, low, high, this.big_endian === 1);
  }
}

/** Reads a word that can never change, so that a load from there is a constant; undefined where it might. */
export type ConstantMemory = (address: number, size: 1 | 2 | 4) => number | undefined;

type TwinFunction = (s: object, inst: unknown) => void;
type Instruction = { pc: number; next_pc: number; size: number; set: number };

/** A state of a block under construction. */
export interface BlockMark {
  statements: number;
  values: (Value | undefined)[];
  index: number;
  facts: { condition: Value; holds: boolean }[];
  guards: Guards | undefined;
}

/** Conditions that have been assumed since nothing but loads has happened, and how to leave if one does not hold. */
interface Guards {
  readonly conditions: readonly Value[];
  readonly leave: Leave;
}

/** One block under construction, and the `s` that twins see. */
export class SymbolicMachine {
  /** What twins take for `s`. */
  readonly state: object;
  statements: Statement[] = [];
  /** Current value of each slot; undefined as at the block's start. */
  values: (Value | undefined)[] = [];
  private inputs: (Value | undefined)[] = [];
  private before: (Value | undefined)[] = [];
  /** Values of slots that the instruction reads otherwise than others, such as a pc. */
  private readonly specials: (Value | undefined)[] = [];
  private temps = 0;
  /** Conditions whose outcome is known in the rest of the block, since the path of the other has left it. */
  private facts: { condition: Value; holds: boolean }[] = [];
  private guards: Guards | undefined;
  pc = 0;
  next_pc: Known<number> = 0;
  delayed_pc: Known<number> = 0;
  /** Has the instruction assigned delayed_pc: is it a branch with a delay slot? */
  branches = false;
  /** Is it in a delay slot itself? */
  in_delay_slot = false;
  /** Index in the block of the instruction being executed. */
  index = 0;
  /** What the instruction has done to memory so far. */
  private accesses: 'none' | 'stores' | 'loads after stores' = 'none';
  private leave_at = 0;
  private leave_index = 0;

  constructor(
    private readonly isa: Isa,
    private readonly layout: StateLayout,
    private readonly widths: readonly number[],
    private readonly constant_memory: ConstantMemory,
    /** Look before every store whether code is there, and leave it to the interpreter. */
    private readonly guards_code = false,
  ) {
    this.state = make_symbolic_state(isa, layout, this, new SymbolicMemory(this, isa.abi.endianness === 'big' ? 1 : 0));
  }

  /** Begins a block, at whose start something is known. */
  start_block({ slots, facts }: Knowledge): void {
    this.statements = [];
    this.values = [];
    this.inputs = [];
    this.temps = 0;
    this.facts = facts.slice();
    this.guards = undefined;
    this.index = 0;
    for (const [slot, value] of slots) this.know(slot, value);
  }
  /** What a slot holds at the block's start. */
  know(slot: number, value: Value): void {
    this.inputs[slot] = value;
  }

  /**
   * Executes one instruction's twin. False, with state as before it, when the interpreter has to do it. In a delay slot,
   * `after` is where execution goes on behind it; what has to leave compiled code there leaves before the branch.
   */
  execute(twin: TwinFunction, inst: Instruction, after?: Known<number>): boolean | NotLowered {
    if (after === undefined) {
      this.before = this.values;
      this.leave_at = inst.pc;
      this.leave_index = this.index;
    }
    return this.attempt(() => {
      this.perform(twin, inst, after);
      this.index++;
    });
  }

  /**
   * Executes the instruction in a delay slot if `condition` holds, and goes on at `taken`; if not, goes on at `skipped`
   * without it. The block counts it either way.
   */
  execute_if(
    condition: Value,
    twin: TwinFunction,
    inst: Instruction,
    taken: Known<number>,
    skipped: Known<number>,
  ): boolean | NotLowered {
    return this.attempt(() => {
      this.branch(
        condition,
        () => this.perform(twin, inst, taken),
        () => {
          this.statements.push({ kind: 'skip', count: 1 });
          this.next_pc = skipped;
        },
      );
      this.index++;
    });
  }

  /**
   * Executes instructions if `condition` holds; execution goes on at `to` in any case. False, with state as before, if they do more than
   * compute. The block counts them either way.
   */
  compute_if(condition: Value, to: number, run: () => boolean): boolean {
    const mark = this.mark();
    let computes = false;
    this.branch(
      condition,
      () => {
        computes = run() && this.statements.length === 0 && this.guards === undefined;
      },
      () => {
        this.next_pc = to;
      },
    );
    if (!computes) this.undo(mark);
    return computes;
  }

  private perform(twin: TwinFunction, inst: Instruction, after: Known<number> | undefined): void {
    this.pc = inst.pc;
    this.next_pc = after ?? inst.next_pc;
    this.delayed_pc = inst.next_pc + inst.size;
    this.branches = false;
    this.in_delay_slot = after !== undefined;
    if (after === undefined) this.accesses = 'none';
    const { specials } = this.layout;
    if (specials.length > 0) {
      const at = { pc: inst.pc, instruction_set: this.isa.instruction_sets[inst.set].name };
      for (const { slot, read } of specials) this.specials[slot] = ir.constant(read(at));
    }
    twin(this.state, inst);
    for (const { slot } of specials) this.values[slot] = undefined;
  }

  /** Does something that may turn out not to be possible, and then leaves no traces. */
  private attempt(action: () => void): boolean | NotLowered {
    const { statements, values, facts, guards } = this;
    const count = statements.length;
    this.facts = facts.slice();
    this.values = values.slice();
    let failure: boolean | NotLowered = false;
    try {
      action();
      return true;
    } catch (error) {
      if (error instanceof NotLowered) failure = error;
      else if (error instanceof ir.NotExact) failure = new NotLowered(error.message);
      else if (error !== PATH_ENDS) throw error;
    }
    statements.length = count;
    this.statements = statements;
    this.values = values;
    this.facts = facts;
    this.guards = guards;
    return failure;
  }

  /** Remembers the block as it is, for undo(). */
  mark(): BlockMark {
    const { statements, values, index, facts, guards } = this;
    return { statements: statements.length, values, index, facts, guards };
  }
  undo(mark: BlockMark): void {
    this.statements.length = mark.statements;
    this.values = mark.values;
    this.index = mark.index;
    this.facts = mark.facts;
    this.guards = mark.guards;
  }

  changes(): StateChange[] {
    return changes_of(this.values, this.inputs);
  }

  read(slot: number): Sym {
    return known(this.values[slot] ?? this.specials[slot] ?? this.input(slot));
  }
  private input(slot: number): Value {
    return (this.inputs[slot] ??= ir.reg(slot, this.widths[slot]));
  }
  write(slot: number, value: Sym): void {
    const v = value_of(integer(value));
    // A Uint32Array element takes the low 32 bits.
    this.values[slot] = ir.wrap_u32(v);
  }

  load(size: 1 | 2 | 4, address: Sym): Sym {
    const a = ir.wrap_u32(value_of(integer(address)));
    if (a.op === 'const') {
      const word = this.constant_memory(a.k, size);
      if (word !== undefined) return word;
    }
    this.note_load();
    const result = ir.temp(this.temps++, 0, 2 ** (8 * size) - 1);
    this.statements.push({ kind: 'load', size, address: this.place(size, a), result });
    return result;
  }
  load_64(address: Sym, high_first: boolean): Sym[] {
    const a = ir.wrap_u32(value_of(integer(address)));
    if (a.op === 'const') {
      const words = [a.k, a.k + 4].map((at) => this.constant_memory(at, 4));
      const [low, high] = high_first ? words.reverse() : words;
      if (low !== undefined && high !== undefined) return [low, high];
    }
    this.note_load();
    const result = f64_temp(this.temps++);
    this.statements.push({ kind: 'load_64', address: a, double: result, high_first });
    return [low_word(result), high_word(result)];
  }
  store_64(address: Sym, low: Sym, high: Sym, high_first: boolean): void {
    const a = ir.wrap_u32(value_of(integer(address)));
    this.prepare_store(a);
    this.statements.push({
      kind: 'store_64',
      address: a,
      double: double(value_of(integer(low)), value_of(integer(high))),
      high_first,
    });
  }
  store(size: 1 | 2 | 4, address: Sym, value: Sym): void {
    const a = ir.wrap_u32(value_of(integer(address)));
    const v = ir.low_bits(value_of(integer(value)), 8 * size);
    this.prepare_store(a);
    this.statements.push({ kind: 'store', size, address: this.place(size, a), value: v });
  }
  private note_load(): void {
    if (this.accesses === 'stores') this.accesses = 'loads after stores';
  }
  private prepare_store(address: Value): void {
    this.place_guards();
    if (this.guards_code) this.guard_code(address);
    this.accesses = 'stores';
  }
  /**
   * Leaves before this instruction if there may be code in the page of an address that it stores to. What it has stored already
   * the interpreter stores again.
   */
  private guard_code(address: Value): void {
    if (this.accesses === 'loads after stores')
      throw new NotLowered('a store after a load after a store, with smc=all');
    // The bit of a page as machine/code-map.ts has it.
    const shifted = (count: number) => ir.shr_u(address, ir.constant(count));
    const index = ir.and(ir.xor(shifted(PAGE_BITS + 3), shifted(PAGE_BITS + 9)), ir.constant(CODE_MAP_SIZE - 1));
    const result = ir.temp(this.temps++, 0, 255);
    this.statements.push({ kind: 'code_map', index, result });
    const bit = ir.and(ir.shr_u(result, ir.and(shifted(PAGE_BITS), ir.constant(7))), ir.constant(1));
    this.branch(
      bit,
      () => this.leave(),
      () => undefined,
    );
  }

  /** Where memory holds a datum: of a big-endian guest, bytes and half-words lie reversed within words (machine/memory.ts). */
  private place(size: 1 | 2 | 4, address: Value): Value {
    if (this.isa.abi.endianness === 'little' || size === 4) return address;
    return ir.wrap_u32(ir.xor(address, ir.constant(4 - size)));
  }

  /** The path leaves compiled code, with state as before this instruction; the interpreter takes it from there. */
  leave(): never {
    this.place_guards();
    this.statements.push(this.leave_here());
    throw PATH_ENDS;
  }
  private leave_here(): Leave {
    const { leave_at: pc, leave_index: index } = this;
    return { kind: 'leave', pc, index, state: changes_of(this.before, this.inputs) };
  }

  /**
   * Assumes a condition, and leaves compiled code if it does not hold. The test may come later, together with others, as long
   * as nothing has happened that cannot be done again: then all since the first of them is left to the interpreter.
   */
  guard(condition: Value, once = false): void {
    const fact = once ? this.facts.find((one) => ir.alike(one.condition, condition)) : undefined;
    if (fact?.holds || (condition.op === 'const' && condition.k !== 0)) return;
    if (fact || condition.op === 'const') this.leave();
    if (once) this.facts.push({ condition, holds: true });
    const { conditions, leave } = this.guards ?? { conditions: [], leave: this.leave_here() };
    const result = condition.a?.a;
    const kept = result ? conditions.filter((one) => !follows_from_finite(one, result)) : conditions;
    this.guards = { conditions: [...kept, condition], leave };
  }
  /** Here the conditions assumed so far are tested. */
  place_guards(): void {
    if (this.guards) this.statements.push({ kind: 'guard', ...this.guards });
    this.guards = undefined;
  }

  /** Executes both sides of a decision on a run-time value and merges their effects; the value merges likewise. */
  branch<T>(condition: Value, yes: () => T, no: () => T): T {
    const fact = this.facts.find((one) => ir.alike(one.condition, condition));
    if (fact !== undefined) return fact.holds ? yes() : no();
    const outer = this.statements;
    const values = this.values;
    const { next_pc, delayed_pc, facts, guards } = this;
    const run = (arm: () => T) => {
      this.guards = undefined;
      this.statements = [];
      this.values = values.slice();
      this.next_pc = next_pc;
      this.delayed_pc = delayed_pc;
      this.facts = facts.slice();
      let result: T | typeof NOTHING;
      try {
        result = arm();
        this.place_guards();
      } catch (error) {
        if (error !== PATH_ENDS) throw error;
        result = NOTHING;
      }
      return {
        result,
        statements: this.statements,
        values: this.values,
        next_pc: this.next_pc,
        delayed_pc: this.delayed_pc,
      };
    };
    const a = run(yes);
    const b = run(no);
    this.statements = outer;
    this.facts = facts;
    this.guards = guards;
    const silent = a.statements.length === 0 && b.statements.length === 0;
    if (!silent) this.place_guards();
    if (a.result === NOTHING && b.result === NOTHING) {
      outer.push({
        kind: 'if',
        condition,
        yes: a.statements,
        no: b.statements,
        phis: [],
        yes_ends: true,
        no_ends: true,
      });
      throw PATH_ENDS;
    }
    if (a.result === NOTHING || b.result === NOTHING) facts.push({ condition, holds: b.result === NOTHING });
    const phis: Phi[] = [];
    const merge_values = (x: Value, y: Value): Value => {
      if (ir.same(x, y) || b.result === NOTHING) return x;
      if (a.result === NOTHING) return y;
      if (silent) return ir.select(condition, x, y);
      const result = ir.temp(this.temps++, Math.min(x.lo, y.lo), Math.max(x.hi, y.hi));
      phis.push({ result, yes: x, no: y });
      return result;
    };
    // A value that was computed inside an arm must leave it through a phi even if the other arm never comes back.
    const carry = (arm: typeof a, x: Value): Value => {
      if (x.op === 'const' || x.op === 'reg') return x;
      const result = ir.temp(this.temps++, x.lo, x.hi);
      phis.push(arm === a ? { result, yes: x, no: ir.constant(0) } : { result, yes: ir.constant(0), no: x });
      return result;
    };
    const merge = (x: unknown, y: unknown): unknown => {
      if (a.result === NOTHING)
        return is_symbolic(y) && b.statements.length > 0 ? carry(b, y) : merge_tuple(y, (v) => merge(v, v));
      if (b.result === NOTHING)
        return is_symbolic(x) && a.statements.length > 0 ? carry(a, x) : merge_tuple(x, (v) => merge(v, v));
      if (x === y) return x;
      if (typeof x === 'boolean' || typeof y === 'boolean')
        return known(merge_values(value_of(integer(x as Sym)), value_of(integer(y as Sym))));
      if ((typeof x === 'number' || is_symbolic(x)) && (typeof y === 'number' || is_symbolic(y)))
        return known(merge_values(value_of(x), value_of(y)));
      if (Array.isArray(x) && Array.isArray(y) && x.length === y.length) return x.map((item, n) => merge(item, y[n]));
      throw new NotLowered('the two sides of a run-time decision give values of different kinds');
    };
    const result = merge(a.result, b.result);
    const size = Math.max(a.values.length, b.values.length);
    const merged: (Value | undefined)[] = [];
    for (let slot = 0; slot < size; slot++) {
      const x = a.values[slot];
      const y = b.values[slot];
      merged[slot] =
        x === y
          ? x
          : value_of(
              merge(known(x ?? this.current_input(slot)), known(y ?? this.current_input(slot))) as Known<number>,
            );
    }
    this.values = merged;
    this.next_pc = merge(a.next_pc, b.next_pc) as Known<number>;
    this.delayed_pc = merge(a.delayed_pc, b.delayed_pc) as Known<number>;
    if (!silent)
      outer.push({
        kind: 'if',
        condition,
        yes: a.statements,
        no: b.statements,
        phis,
        yes_ends: a.result === NOTHING,
        no_ends: b.result === NOTHING,
      });
    return result as T;
  }
  /**
   * The right side of && or ||, evaluated although the left side, `condition`, is not known. That is right if it has no
   * effects; if it has, it becomes one side of a branch, the other of which gives `otherwise`.
   */
  right_side(condition: Value, side: () => unknown, combine: (value: unknown) => unknown, otherwise: boolean): unknown {
    const values = this.values;
    const count = this.statements.length;
    const { facts, guards } = this;
    this.values = values.slice();
    this.facts = facts.slice();
    try {
      const value = side();
      if (
        this.statements.length === count &&
        this.guards === guards &&
        this.values.every((v, slot) => v === values[slot])
      )
        return combine(value);
    } catch (error) {
      if (error !== PATH_ENDS) throw error;
    }
    this.statements.length = count;
    this.values = values;
    this.facts = facts;
    this.guards = guards;
    return otherwise
      ? this.branch(condition, () => true as unknown, side)
      : this.branch(condition, side, () => false as unknown);
  }
  private current_input(slot: number): Value {
    return this.specials[slot] ?? this.input(slot);
  }
}

function merge_tuple(x: unknown, each: (v: unknown) => unknown): unknown {
  return Array.isArray(x) ? x.map(each) : x;
}

function changes_of(values: readonly (Value | undefined)[], inputs: readonly (Value | undefined)[]): StateChange[] {
  const changes: StateChange[] = [];
  for (let slot = 0; slot < values.length; slot++) {
    const value = values[slot];
    if (value !== undefined && value !== inputs[slot]) changes.push({ slot, value });
  }
  return changes;
}

/** A class with the state declaration's names, whose accessors go to the symbolic machine. */
function make_symbolic_state(isa: Isa, layout: StateLayout, m: SymbolicMachine, mem: SymbolicMemory): object {
  const state = {
    mem,
    get pc() {
      return m.pc;
    },
    get next_pc() {
      return m.next_pc;
    },
    set next_pc(value: Sym) {
      m.next_pc = known(ir.wrap_u32(value_of(integer(value))));
    },
    get delayed_pc() {
      return m.delayed_pc;
    },
    set delayed_pc(value: Sym) {
      m.branches = true;
      m.delayed_pc = known(ir.wrap_u32(value_of(integer(value))));
    },
    get in_delay_slot() {
      return m.in_delay_slot;
    },
    syscall: () => m.leave(),
    undefined_instruction: () => m.leave(),
    breakpoint: () => m.leave(),
    unaligned_access: () => m.leave(),
    raise: () => m.leave(),
    synchronize_instructions: () => m.leave(),
  };
  for (const [name, part] of Object.entries(isa.state)) {
    const slot = layout.base.get(name)!;
    Object.defineProperty(
      state,
      name,
      part.kind === 'registers'
        ? { value: new SymbolicFile(m, slot, part.count) }
        : { get: () => m.read(slot), set: (value: Sym) => m.write(slot, value) },
    );
  }
  return state;
}

export function integer(x: Sym): Known<number> {
  if (typeof x === 'number' || is_symbolic(x)) return x;
  if (typeof x === 'boolean') return x ? 1 : 0;
  throw new NotLowered(`a value of type ${typeof x} where an integer is needed`);
}
