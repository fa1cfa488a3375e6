// The frontend: an ISA's text → twins of its functions → blocks of IR for runs of decoded instructions.

import type { Isa } from '../../adl/index.js';
import type { Decoded } from '../../interp/instructions.js';
import type { StateLayout } from '../../machine/layout.js';
import type { Block } from '../ir/block.js';
import { NOTHING_KNOWN } from '../ir/knowledge.js';
import { alike, constant, type Known, known, not, type Value, value_of } from '../ir/value.js';
import { compile_twins, type Twin, type Twins, type TwinsCode } from './compile-twins.js';
import { make_operators } from './operators.js';
import { type ConstantMemory, NotLowered, SymbolicMachine } from './symbolic.js';

/** Why the interpreter has to execute some instructions: one entry a function and reason. */
export type Fallbacks = Map<string, { name: string; reason: string; count: number }>;

/** Lowers instructions of one ISA. */
export class Frontend {
  readonly fallbacks: Fallbacks = new Map();
  private readonly machine: SymbolicMachine;
  private readonly twins: Twins;
  private readonly known_twins = new Map<Decoded['execute'], Twin | undefined>();
  private readonly selector: number;

  constructor(
    private readonly isa: Isa,
    twins: TwinsCode,
    layout: StateLayout,
    constant_memory: ConstantMemory,
    /** The guest may rewrite its code without saying so: stores are to look for it. */
    guards_code = false,
  ) {
    const widths: number[] = new Array(layout.end).fill(32);
    for (const { slot, width } of layout.named) widths[slot] = width;
    this.machine = new SymbolicMachine(isa, layout, widths, constant_memory, guards_code);
    this.twins = compile_twins(twins, make_operators(this.machine));
    this.selector = isa.selector === undefined ? -1 : layout.base.get(isa.selector)!;
  }

  /**
   * Turns instructions into a block: from `first` on, until `next` has no more or one of them jumps or must be interpreted.
   * `slot_at` finds the instruction in a delay slot, whether it has been executed or not, `seen` one that has been; `knowledge` is of
   * the state at its start.
   */
  block(
    first: Decoded,
    next: (pc: number, set: number, count: number) => Decoded | undefined,
    slot_at: (pc: number, set: number) => Decoded | undefined,
    seen: (pc: number, set: number) => Decoded | undefined,
    knowledge = NOTHING_KNOWN,
  ): Block {
    const { machine: m, selector } = this;
    const { set } = first;
    m.start_block(knowledge);
    if (selector >= 0) m.know(selector, constant(set));
    const starts: number[] = [];
    let inst: Decoded | undefined = first;
    let end = first.pc;
    let last = first;
    let leaves: number | undefined;
    let next_pc: Value = constant(first.pc);
    let next_set: Value = constant(set);
    while (inst !== undefined) {
      const mark = m.mark();
      if (!this.execute(inst)) {
        leaves = inst.next_pc;
        break;
      }
      const { branches } = m;
      const slot = branches ? slot_at(inst.next_pc, set) : undefined;
      if (branches && !(slot && this.execute_delay_slot(inst, slot))) {
        m.undo(mark);
        leaves = inst.next_pc;
        break;
      }
      starts.push(inst.pc);
      last = inst;
      end = inst.next_pc;
      if (branches) {
        starts.push(end);
        end = (end + inst.size) >>> 0;
      }
      next_pc = value_of(m.next_pc);
      const skipped = this.execute_skipped(first, next_pc, end, (pc) => seen(pc, set));
      for (const { pc } of skipped) starts.push(pc);
      if (skipped.length > 0) {
        end = skipped[skipped.length - 1].next_pc;
        next_pc = constant(end);
      }
      if (selector >= 0 && m.values[selector] !== undefined) next_set = m.values[selector]!;
      if ((branches && skipped.length === 0) || next_pc.op !== 'const' || next_pc.k !== end) break;
      if (next_set.op !== 'const' || next_set.k !== set) break;
      inst = next(end, set, starts.length);
    }
    m.place_guards();
    return {
      pc: first.pc,
      set,
      starts,
      count: starts.length,
      end,
      statements: m.statements,
      // Which instruction set is selected goes without saying: keys tell.
      changes: m.changes().filter(({ slot }) => slot !== selector),
      next_pc,
      next_set,
      seen_targets: () => targets_of(last),
      leaves,
    };
  }

  private execute(inst: Decoded, run = (twin: Twin) => this.machine.execute(twin, inst)): boolean {
    const twin = this.twin(inst);
    const outcome = twin === undefined ? new NotLowered('it is no top-level function') : run(twin);
    if (outcome !== true && outcome !== false) this.note(inst, outcome.message);
    return outcome === true;
  }

  /** The instruction behind a branch. A branch may decide whether it is executed (a "likely" one). */
  private execute_delay_slot(branch: Decoded, slot: Decoded): boolean {
    const { machine: m } = this;
    const { next_pc, delayed_pc } = m;
    if (next_pc === branch.next_pc) return this.execute(slot, (twin) => m.execute(twin, slot, delayed_pc));
    const skipping = skips(next_pc, delayed_pc, branch.next_pc);
    if (skipping === undefined) {
      this.note(branch, 'it goes on in no way that branches do');
      return false;
    }
    const { condition, taken, skipped } = skipping;
    return this.execute(slot, (twin) => m.execute_if(condition, twin, slot, taken, skipped));
  }

  /**
   * A branch goes on at `next_pc`, and perhaps jumps over a few instructions from `end` on, in a short loop that goes back to `start`. If
   * they only compute, they are executed always, and take effect if it does not jump: where such a branch goes is often anybody's guess,
   * and guessing wrong costs the processor more. Returns them, or nothing.
   */
  private execute_skipped(
    start: Decoded,
    next_pc: Value,
    end: number,
    seen: (pc: number) => Decoded | undefined,
  ): readonly Decoded[] {
    const { machine: m } = this;
    if (next_pc.op !== 'select' || next_pc.b!.op !== 'const' || next_pc.c!.op !== 'const') return NONE;
    const jumps = next_pc.c!.k === end;
    const to = jumps ? next_pc.b!.k : next_pc.c!.k;
    if (!jumps && next_pc.b!.k !== end) return NONE;
    const skipped: Decoded[] = [];
    for (let pc = end; pc < to; pc = skipped[skipped.length - 1].next_pc) {
      const inst = seen(pc);
      if (inst === undefined || inst.jumped_to !== -1 || skipped.length === MOST_SKIPPED) return NONE;
      skipped.push(inst);
    }
    if (skipped.length === 0 || skipped[skipped.length - 1].next_pc !== to || !goes_back(to, start, seen)) return NONE;
    const jump = jumps ? next_pc.a! : not(next_pc.a!);
    const computes = (inst: Decoded) => this.execute(inst) && !m.branches && m.next_pc === inst.next_pc;
    if (!m.compute_if(not(jump), to, () => skipped.every(computes))) return NONE;
    // Whoever leaves for a guard of before has not got here.
    m.place_guards();
    m.statements.push({ kind: 'skip_if', condition: jump, count: skipped.length });
    return skipped;
  }

  private twin(inst: Decoded): Twin | undefined {
    if (inst.row < 0) return undefined_instruction;
    if (!this.known_twins.has(inst.execute)) this.known_twins.set(inst.execute, this.twins.of(inst.execute));
    return this.known_twins.get(inst.execute);
  }

  private note(inst: Decoded, reason: string): void {
    const name = this.isa.instruction_sets[inst.set].encodings[inst.row][0];
    const key = `${inst.set} ${name} ${reason}`;
    const entry = this.fallbacks.get(key);
    if (entry) entry.count++;
    else this.fallbacks.set(key, { name, reason, count: 1 });
  }
}

/** Instructions that are executed although a branch might jump over them, at most. */
const MOST_SKIPPED = 3;
const NONE: readonly Decoded[] = [];
/** Instructions of a short loop. */
const SHORT_LOOP = 16;

/** Does execution go on in a straight line from one place and then back to an instruction? */
function goes_back(from: number, { pc, set }: Decoded, seen: (pc: number) => Decoded | undefined): boolean {
  let inst = seen(from);
  for (let n = 0; n < SHORT_LOOP && inst !== undefined; n++) {
    if (inst.jumped_to !== -1) return targets_of(inst).includes((pc | set) >>> 0);
    inst = seen(inst.next_pc);
  }
  return false;
}

/** Of a branch that goes on at `slot` and then `taken`, or at `skipped`: when it does which. */
function skips(
  next_pc: Known<number>,
  delayed_pc: Known<number>,
  slot: number,
): { condition: Value; taken: Known<number>; skipped: Known<number> } | undefined {
  if (typeof next_pc === 'number' || typeof delayed_pc === 'number') return undefined;
  if (next_pc.op !== 'select' || delayed_pc.op !== 'select' || !alike(next_pc.a!, delayed_pc.a!)) return undefined;
  const condition = next_pc.a!;
  const [yes, no] = [known(next_pc.b!), known(next_pc.c!)];
  if (yes === slot) return { condition, taken: known(delayed_pc.b!), skipped: no };
  if (no === slot) return { condition: not(condition), taken: known(delayed_pc.c!), skipped: yes };
  return undefined;
}

/** Keys of the places that an instruction has jumped to, the last one first. */
export function targets_of({ jumped_to, jumped_before }: Decoded): number[] {
  const all = jumped_to === -1 ? [] : [jumped_to >>> 0];
  for (const other of jumped_before ?? []) if (!all.includes(other >>> 0)) all.push(other >>> 0);
  return all;
}

function undefined_instruction(s: object): void {
  (s as { undefined_instruction(): never }).undefined_instruction();
}
