// Semantic IR, regions: a control-flow graph of blocks, compiled to one Wasm function. Here: what it consists of, and two data
// flows over it, which slots may differ from memory (dirty) and which are still needed (live). Its shape is in shape.ts.

import type { Block, StateChange, Statement } from './block.js';
import type { Value } from './value.js';

/** Where control goes: a block of the region, or out of it to an address (a key: address | instruction set). */
export interface Target {
  key: number;
  /** Index of the block, or -1: leaves the region. */
  block: number;
  /** The copy of a function that it belongs to, if it was inlined. */
  inlined?: Inlined;
}

/** A function's copy in place of a call. */
export interface Inlined {
  number: number;
  /** Where it returns to. */
  back: Target;
}

/** How a block ends. */
export type Transfer =
  | { kind: 'goto'; to: Target }
  | { kind: 'branch'; condition: Value; yes: Transfer; no: Transfer }
  /** The block's last statement decides; each arm then goes its own way with its own state. */
  | { kind: 'split'; yes: Transfer; no: Transfer }
  /** Jumps to a computed key; the targets seen so far are tried first. */
  | { kind: 'indirect'; key: Value; seen: Target[] }
  /** As an index into a constant table of keys. */
  | { kind: 'table'; index: Value; key: Value; targets: Target[] }
  /** Calls the code at a key (or computed key) as a function and goes on when it returns to `back`. Jumps to those `seen`. */
  | { kind: 'call'; key: Value; back: Target; seen: Target[] }
  /** The interpreter executes the instruction at `key`. */
  | { kind: 'leave'; key: number };

export interface RegionBlock extends Block {
  transfer: Transfer;
  /** Part of an inlined function. */
  inlined: boolean;
}

export interface Region {
  /** Key of the entry, which is blocks[0]. */
  key: number;
  blocks: RegionBlock[];
  /** Other blocks where the region can be entered: loops that run long, places where calls return to. */
  resumes: Target[];
}

/** A set of slots. */
export class SlotSet {
  constructor(readonly words: Int32Array) {}
  static empty(slots: number): SlotSet {
    return new SlotSet(new Int32Array((slots + 31) >> 5));
  }
  copy(): SlotSet {
    return new SlotSet(this.words.slice());
  }
  has(slot: number): boolean {
    return ((this.words[slot >> 5] >> (slot & 31)) & 1) !== 0;
  }
  add(slot: number): void {
    this.words[slot >> 5] |= 1 << (slot & 31);
  }
  delete(slot: number): void {
    this.words[slot >> 5] &= ~(1 << (slot & 31));
  }
  /** Adds all of another set; true if that changed this one. */
  join(other: SlotSet): boolean {
    let changed = false;
    for (let n = 0; n < this.words.length; n++) {
      const word = this.words[n] | other.words[n];
      changed ||= word !== this.words[n];
      this.words[n] = word;
    }
    return changed;
  }
  get is_empty(): boolean {
    return this.words.every((word) => word === 0);
  }
  *[Symbol.iterator](): Generator<number> {
    for (let n = 0; n < this.words.length; n++)
      for (let word = this.words[n]; word !== 0; word &= word - 1) yield n * 32 + (31 - Math.clz32(word & -word));
  }
  key(): string {
    return this.words.join();
  }
}

/** All leaves of a transfer. */
export function* targets(transfer: Transfer): Generator<{ to: Target; call: boolean }> {
  switch (transfer.kind) {
    case 'goto':
      yield { to: transfer.to, call: false };
      break;
    case 'branch':
    case 'split':
      yield* targets(transfer.yes);
      yield* targets(transfer.no);
      break;
    case 'indirect':
      for (const to of transfer.seen) yield { to, call: false };
      break;
    case 'table':
      for (const to of transfer.targets) yield { to, call: false };
      break;
    case 'call':
      for (const to of transfer.seen) yield { to, call: false };
      yield { to: transfer.back, call: true };
      break;
  }
}

/** Does a path of this transfer leave the region other than by a target: by a computed jump, a call or to the interpreter? */
function leaves(transfer: Transfer): boolean {
  if (transfer.kind === 'branch' || transfer.kind === 'split') return leaves(transfer.yes) || leaves(transfer.no);
  if (transfer.kind === 'goto') return transfer.to.block < 0;
  return true;
}

/** Slots at a block's start. */
export interface Flow {
  /** May differ from memory when the block starts. */
  dirty: SlotSet[];
  /** Its register must hold the value when the block starts. */
  live: SlotSet[];
}

/** Computes both data flows to their fixed points. */
export function flow(region: Region, order: readonly number[], slots: number): Flow {
  const { blocks } = region;
  const dirty = blocks.map(() => SlotSet.empty(slots));
  const changed = blocks.map((block) => {
    const set = SlotSet.empty(slots);
    for (const { slot } of block.changes) set.add(slot);
    return set;
  });
  for (let again = true; again; ) {
    again = false;
    for (const n of order) {
      const out = dirty[n].copy();
      out.join(changed[n]);
      for (const { to, call } of targets(blocks[n].transfer))
        if (to.block >= 0 && !call && dirty[to.block].join(out)) again = true;
    }
  }
  const used = blocks.map((block, n) => {
    const uses = uses_of(block, slots);
    // An exit in the middle stores everything that is dirty there.
    if (has_leave(block.statements)) uses.join(dirty[n]);
    return uses;
  });
  const live = used.map((set) => set.copy());
  for (let again = true; again; ) {
    again = false;
    for (let k = order.length - 1; k >= 0; k--) {
      const n = order[k];
      const out = live_out(blocks[n], live, dirty[n], slots);
      for (const slot of changed[n]) out.delete(slot);
      if (live[n].join(out)) again = true;
    }
  }
  return { dirty, live };
}

/** Slots whose registers must be right after a block: for its successors in the region, or to be stored at an exit. */
export function live_out(block: RegionBlock, live: readonly SlotSet[], dirty: SlotSet, slots: number): SlotSet {
  const out = SlotSet.empty(slots);
  for (const { to, call } of targets(block.transfer)) if (to.block >= 0 && !call) out.join(live[to.block]);
  if (leaves(block.transfer)) {
    out.join(dirty);
    for (const { slot } of block.changes) out.add(slot);
  }
  return out;
}

function has_leave(statements: readonly Statement[]): boolean {
  return statements.some((s) => s.kind === 'leave' || (s.kind === 'if' && (has_leave(s.yes) || has_leave(s.no))));
}

/** Slots whose values at the block's start occur in it. */
function uses_of(block: RegionBlock, slots: number): SlotSet {
  const uses = SlotSet.empty(slots);
  const seen = new Set<Value>();
  const value = (v: Value | undefined): void => {
    if (v === undefined || seen.has(v)) return;
    seen.add(v);
    if (v.op === 'reg') uses.add(v.k);
    value(v.a);
    value(v.b);
    value(v.c);
  };
  const changes = (list: readonly StateChange[]) => list.forEach((change) => value(change.value));
  const statements = (list: readonly Statement[]): void => {
    for (const s of list) {
      if (s.kind === 'load') value(s.address);
      else if (s.kind === 'store') {
        value(s.address);
        value(s.value);
      } else if (s.kind === 'leave') changes(s.state);
      else {
        value(s.condition);
        statements(s.yes);
        statements(s.no);
        for (const phi of s.phis) {
          value(phi.yes);
          value(phi.no);
        }
      }
    }
  };
  const transfer = (t: Transfer): void => {
    if (t.kind === 'branch') value(t.condition);
    if (t.kind === 'branch' || t.kind === 'split') {
      transfer(t.yes);
      transfer(t.no);
    }
    if (t.kind === 'indirect' || t.kind === 'call' || t.kind === 'table') value(t.key);
    if (t.kind === 'table') value(t.index);
  };
  statements(block.statements);
  changes(block.changes);
  transfer(block.transfer);
  return uses;
}
