// The code of a region's WebAssembly function as it grows: parameters and locals, labels, the engine's slots in memory, and fuel
// that is still to be taken off. How statements are emitted (statements.ts) and control flow (emit.ts) is built on this.

import type { SlotSet } from '../ir/region.js';
import { Bytes, I32, op } from './bytes.js';
import { Locals } from './expressions.js';

/** Parameters. */
export const FUEL = 0;
export const DEPTH = 1;
export const KEY = 2;
export const BACK = 3;
export const DEAD = 4;
export const PARAMETERS = 5;

/** A way out: store these slots, then return to the caller, or jump to the region of the key, if there is one. */
export interface Exit {
  kind: 'exit';
  /** `how` and `dirty` in one. */
  name: string;
  how: 'return' | 'jump';
  dirty: SlotSet;
}

export const name_of = (how: Exit['how'], dirty: SlotSet): string => `${how} ${dirty.key()}`;

/** What a jump within the function may go to. */
export type Label = { kind: 'block' | 'loop'; block: number } | { kind: 'if' } | Exit;

export class FunctionCode {
  protected readonly code = new Bytes();
  protected readonly locals = new Locals(PARAMETERS);
  /** Local of each slot of the state that has one. */
  private readonly slot_locals: number[] = [];
  /** Around the place being emitted, the outermost first. */
  protected readonly labels: Label[] = [];
  /**
   * Instructions on the way to the place being emitted that FUEL does not know of yet. It learns of them where somebody looks, and
   * where ways meet.
   */
  protected unpaid = 0;

  /** All of it, as a module wants it: types of locals, then code, which begins at `begin`. */
  protected function_body(): { body: Uint8Array; begin: number } {
    const { code, locals } = this;
    const function_body = new Bytes();
    const runs: [number, number][] = [];
    for (const type of locals.types) {
      const last = runs[runs.length - 1];
      if (last?.[1] === type) last[0]++;
      else runs.push([1, type]);
    }
    function_body.u32(runs.length);
    for (const [count, type] of runs) {
      function_body.u32(count);
      function_body.byte(type);
    }
    const begin = function_body.length;
    function_body.bytes(code.view());
    function_body.bytes([op.unreachable, op.end]);
    return { body: function_body.view(), begin };
  }

  /** How many labels around this place a jump to one has to leave. */
  protected depth_of(matches: (label: Label) => boolean): number {
    for (let n = this.labels.length - 1; n >= 0; n--) if (matches(this.labels[n])) return this.labels.length - 1 - n;
    throw new Error('a label is missing');
  }

  /** Takes what is unpaid, or a part of it, from FUEL. */
  protected pay(instructions = this.unpaid): void {
    if (instructions === 0) return;
    this.get(FUEL);
    this.i32(instructions);
    this.code.bytes([op.i32_sub, op.local_set, FUEL]);
    this.unpaid -= instructions;
  }
  /** Emits code that is one of several that may follow: the others begin with what is unpaid now. */
  protected on_a_way_of_its_own(emit: () => void): void {
    const { unpaid } = this;
    emit();
    this.unpaid = unpaid;
  }

  protected slot_local(slot: number): number {
    return (this.slot_locals[slot] ??= this.locals.reserve(I32));
  }

  /** Writes a constant to one of the slots that the engine reads. */
  protected note(slot: number, value: number): void {
    this.i32(0);
    this.i32(value);
    this.memory(op.i32_store, 2, slot * 4);
  }
  protected set_key(key: number): void {
    this.i32(key);
    this.code.byte(op.local_set);
    this.code.u32(KEY);
  }
  protected get(local: number): void {
    this.code.byte(op.local_get);
    this.code.u32(local);
  }
  protected i32(value: number): void {
    this.code.byte(op.i32_const);
    this.code.s32(value);
  }
  protected memory(opcode: number, align: number, offset: number): void {
    this.code.byte(opcode);
    this.code.u32(align);
    this.code.u32(offset);
  }
  protected load_slots(set: SlotSet): void {
    for (const slot of set) {
      this.i32(0);
      this.memory(op.i32_load, 2, slot * 4);
      this.code.byte(op.local_set);
      this.code.u32(this.slot_local(slot));
    }
  }
  protected store_slot(slot: number): void {
    this.i32(0);
    this.get(this.slot_local(slot));
    this.memory(op.i32_store, 2, slot * 4);
  }
}
