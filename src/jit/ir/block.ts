// Semantic IR, statements and blocks: what must happen in order. A block is what the frontend makes of one or more guest
// instructions that always run together: loads, stores and conditional parts as statements; registers as values at the end.

import type { Value } from './value.js';

export type Statement =
  | { kind: 'load'; size: 1 | 2 | 4; address: Value; result: Value }
  | { kind: 'store'; size: 1 | 2 | 4; address: Value; value: Value }
  /** Of 8 bytes, as a double; `high_first`: the word of higher significance comes first. */
  | { kind: 'load_64'; address: Value; double: Value; high_first: boolean }
  | { kind: 'store_64'; address: Value; double: Value; high_first: boolean }
  /** Reads a byte of the map of code (machine/layout.ts). */
  | { kind: 'code_map'; index: Value; result: Value }
  /** Runs one arm; then each phi is its arm's value. */
  | {
      kind: 'if';
      condition: Value;
      yes: Statement[];
      no: Statement[];
      phis: Phi[];
      yes_ends: boolean;
      no_ends: boolean;
    }
  /** So many of the block's instructions are not executed on this path. */
  | { kind: 'skip'; count: number }
  /** The same if a condition holds. */
  | { kind: 'skip_if'; condition: Value; count: number }
  /** Leaves compiled code unless all conditions hold. */
  | { kind: 'guard'; conditions: readonly Value[]; leave: Leave }
  | Leave;

/** Leaves compiled code before instruction `index` of the block: the interpreter executes that one. */
export interface Leave {
  kind: 'leave';
  pc: number;
  index: number;
  state: StateChange[];
}

export interface Phi {
  result: Value;
  yes: Value;
  no: Value;
}

/** A state slot takes a value. */
export interface StateChange {
  slot: number;
  value: Value;
}

/** The straight part of a control-flow graph. */
export interface Block {
  /** Address of the first instruction, and its instruction set's index. */
  pc: number;
  set: number;
  /** Addresses of the guest instructions in it, and their number. */
  starts: number[];
  count: number;
  /** Address after the last of them. */
  end: number;
  statements: Statement[];
  /** State at the end, where it differs from the beginning. */
  changes: StateChange[];
  /** Where execution goes on: an address, and the instruction set there. */
  next_pc: Value;
  next_set: Value;
  /** Where its last instruction has jumped to so far, as keys. */
  seen_targets(): number[];
  /** The last instruction must run in the interpreter: the block ends before it, at `end`. The address behind it. */
  leaves: number | undefined;
}
