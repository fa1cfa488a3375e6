// Which slots nobody misses when execution goes on at a key: those that every path from there overwrites before it reads them,
// jumps to where nobody knows, or may stop for the interpreter, and within DEAD_WINDOW instructions. In: decoded instructions
// that have run. Out: sets of slots. What an instruction reads and writes is seen in its own block of IR.

import type { Decoded } from '../../interp/instructions.js';
import type { Block } from '../ir/block.js';
import { has_leave, SlotSet, slots_of, uses_of } from '../ir/region.js';
import { or, type Value, wrap_u32 } from '../ir/value.js';
import { DEAD_WINDOW } from './options.js';
import type { CodeView } from './regions.js';

/** Addresses of code. */
type Range = [start: number, end: number];

/** What one instruction, with its delay slot if it has one, does to slots. */
interface Effect {
  uses: SlotSet;
  writes: SlotSet;
  count: number;
  /** Keys where execution goes on; undefined: at the next instruction; empty: nobody knows. */
  next: readonly number[] | undefined;
}

/** How far is looked: instructions, and decisions on a path that are followed to both sides. */
export interface Outlook {
  window: number;
  decisions: number;
}
export const NEAR: Outlook = { window: 12, decisions: 0 };
export const FAR: Outlook = { window: DEAD_WINDOW, decisions: 3 };

/** Dead slots, and where the code is that makes them so. */
interface Dead {
  slots: SlotSet;
  code: readonly Range[];
}

export class DeadSlots {
  private readonly known = new Map<Outlook, Map<number, Dead>>([
    [NEAR, new Map()],
    [FAR, new Map()],
  ]);
  /** Where the instructions are that were looked at for a key. */
  private code: Range[] = [];
  /** Of instructions that do not jump, for each instruction set by word; of others by instruction. */
  private readonly effects_of_words: Map<number, Effect>[] = [];
  private readonly effects = new Map<Decoded, Effect>();

  constructor(
    private readonly view: CodeView,
    private readonly slots: number,
    private readonly instruction: (key: number) => Decoded | undefined,
  ) {}

  /** The slots that are dead at a key, as far as can be seen, and the code that makes them so: if it changes, they may not be. */
  at(key: number, outlook: Outlook): Dead {
    const known = this.known.get(outlook)!;
    let dead = known.get(key);
    if (dead === undefined) {
      this.code = [];
      dead = { slots: this.follow(key, outlook.window, outlook.decisions), code: this.code };
      known.set(key, dead);
    }
    return dead;
  }
  /** Code has changed. */
  forget(): void {
    for (const known of this.known.values()) known.clear();
    this.effects_of_words.length = 0;
    this.effects.clear();
  }

  private follow(key: number, window: number, decisions: number): SlotSet {
    const dead = SlotSet.empty(this.slots);
    const seen = SlotSet.empty(this.slots);
    let room = window;
    for (let inst = this.instruction(key); inst !== undefined; ) {
      const { uses, writes, count, next } = this.effect(inst);
      room -= count;
      this.note(inst.pc, inst.next_pc + this.view.delay);
      if (room < 0) break;
      seen.join(uses);
      dead.join(writes.without(seen));
      seen.join(writes);
      if (next === undefined) inst = this.view.seen(inst.next_pc, inst.set);
      else if (next.length === 1) inst = this.instruction(next[0]);
      else if (next.length === 2 && decisions > 0) {
        const [a, b] = next.map((to) => this.follow(to, room, decisions - 1));
        dead.join(a.common(b).without(seen));
        break;
      } else break;
    }
    return dead;
  }

  private note(start: number, end: number): void {
    const last = this.code[this.code.length - 1];
    if (last && last[0] <= start && start <= last[1]) last[1] = Math.max(last[1], end);
    else this.code.push([start, end]);
  }

  private effect(inst: Decoded): Effect {
    const of_words = (this.effects_of_words[inst.set] ??= new Map());
    const word = inst.word | 0;
    const known = (inst.jumped_to === -1 ? of_words.get(word) : undefined) ?? this.effects.get(inst);
    if (known) return known;
    const block = this.view.block(inst, () => undefined);
    const effect = this.effect_of(block, inst);
    if (inst.jumped_to === -1 && effect.next === undefined) of_words.set(word, effect);
    else this.effects.set(inst, effect);
    return effect;
  }

  private effect_of(block: Block, inst: Decoded): Effect {
    // What may stop for the interpreter, or has to: nothing is known of state behind it.
    if (block.leaves !== undefined || has_leave(block.statements)) {
      const nothing = SlotSet.empty(this.slots);
      return { uses: nothing, writes: nothing, count: DEAD_WINDOW + 1, next: [] };
    }
    const uses = uses_of(block, this.slots);
    const { next_pc, next_set, end, set } = block;
    const linear = next_pc.op === 'const' && next_pc.k === end && next_set.op === 'const' && next_set.k === set;
    return {
      uses,
      writes: slots_of(block.changes, this.slots),
      count: block.count,
      next: linear && block.end === inst.next_pc ? undefined : this.next_keys(next_pc, next_set),
    };
  }

  private next_keys(pc: Value, set: Value): number[] {
    const key_of = (p: Value, s: Value): number[] => {
      const key = this.view.many_sets ? wrap_u32(or(p, s)) : p;
      return key.op === 'const' ? [key.k >>> 0] : [];
    };
    if (pc.op !== 'select') return key_of(pc, set);
    const sides = (['b', 'c'] as const).flatMap((n) =>
      key_of(pc[n]!, set.op === 'select' && set.a === pc.a ? set[n]! : set),
    );
    return sides.length === 2 ? sides : [];
  }
}
