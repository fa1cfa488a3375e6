// Semantic IR, regions: a control-flow graph of blocks, compiled to one Wasm function. Here: what it consists of, and two data
// flows over it, which slots may differ from memory (dirty) and which are still needed (live). Its shape is in shape.ts.
//
// Where a region is left, what differs from memory is stored, but for slots that nobody will miss: those that the code there
// overwrites within DEAD_WINDOW instructions whatever happens (jit/trace/dead.ts). Flags are hardly ever stored, and so are
// never computed. In return, an engine that stops shortly behind compiled code lets the interpreter run that far first.

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
  /** So many copies are around it, itself counted. */
  nested: number;
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
  /** The interpreter executes the instruction at `key`; compiled code goes on at `back`. */
  | { kind: 'leave'; key: number; back: Target }
  /** Of a region with several entries, its first block: goes to the one that was asked for. */
  | { kind: 'entries'; to: Target[] };

export interface RegionBlock extends Block {
  transfer: Transfer;
  /** Part of an inlined function. */
  inlined: boolean;
}

/**
 * How well a region is built: 0 soon; 1 with copies of small functions where they are called, short loops unrolled, checks left out
 * that cannot fail, flags known from the block before, and dead slots looked for far away; 2 with functions that call others copied, too.
 */
export type Grade = 0 | 1 | 2;

export interface Region {
  /** Key of the entry, which is blocks[0], or the first one it goes to if there are several. */
  key: number;
  grade: Grade;
  /** Keys of other blocks where the region may be entered. */
  entries: number[];
  blocks: RegionBlock[];
  /** Keys of places where it would go on, were it not as long as it may be. */
  cut_at: number[];
  /** Slots that nobody misses when execution goes on at a key. */
  dead(key: number): SlotSet;
  /** Code elsewhere that dead() has looked at. */
  looked_at: [start: number, end: number][];
  /**
   * Slots of narrow registers, such as flags, among the first 31 of the state. Who returns stores them only if the caller has
   * not said that they are dead there.
   */
  flags: SlotSet;
}

/** A set of slots: words of 32 bits, in an array, which V8 makes faster than a typed one. */
export class SlotSet {
  constructor(readonly words: number[]) {}
  static empty(slots: number): SlotSet {
    const words = [];
    for (let n = 0; n < slots; n += 32) words.push(0);
    return new SlotSet(words);
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
  /** A set without what another has. */
  without(other: SlotSet): SlotSet {
    const set = this.copy();
    for (let n = 0; n < set.words.length; n++) set.words[n] &= ~other.words[n];
    return set;
  }
  /** A set of what this one and another have. */
  common(other: SlotSet): SlotSet {
    const set = this.copy();
    for (let n = 0; n < set.words.length; n++) set.words[n] &= other.words[n];
    return set;
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
  /** Its slots, the lowest first. An array, since a generator costs more than that, above all before V8 has optimised it. */
  list(): number[] {
    const slots: number[] = [];
    for (let n = 0; n < this.words.length; n++)
      for (let word = this.words[n]; word !== 0; word &= word - 1) slots.push(n * 32 + (31 - Math.clz32(word & -word)));
    return slots;
  }
  [Symbol.iterator](): Iterator<number> {
    return this.list()[Symbol.iterator]();
  }
  key(): string {
    return this.words.join();
  }
}

/** Where a transfer goes, and whether a call comes first. */
export interface Way {
  to: Target;
  call: boolean;
}

/** All ways that a transfer goes. */
export function targets(transfer: Transfer): Way[] {
  const ways: Way[] = [];
  add_targets(transfer, ways);
  return ways;
}
function add_all(list: readonly Target[], call: boolean, ways: Way[]): void {
  for (let n = 0; n < list.length; n++) ways.push({ to: list[n], call });
}
function add_targets(transfer: Transfer, ways: Way[]): void {
  switch (transfer.kind) {
    case 'goto':
      ways.push({ to: transfer.to, call: false });
      break;
    case 'branch':
    case 'split':
      add_targets(transfer.yes, ways);
      add_targets(transfer.no, ways);
      break;
    case 'indirect':
      add_all(transfer.seen, false, ways);
      break;
    case 'table':
      add_all(transfer.targets, false, ways);
      break;
    case 'call':
      add_all(transfer.seen, false, ways);
      ways.push({ to: transfer.back, call: true });
      break;
    case 'leave':
      ways.push({ to: transfer.back, call: true });
      break;
    case 'entries':
      // As after a call, all that is needed is in memory.
      add_all(transfer.to, true, ways);
      break;
  }
}

/** Slots at a block's start. */
export interface Flow {
  /** May differ from memory when the block starts. */
  dirty: SlotSet[];
  /** Its register must hold the value when the block starts. */
  live: SlotSet[];
}

/** Both data flows of a region. */
export class DataFlow implements Flow {
  readonly dirty: SlotSet[];
  readonly live: SlotSet[];
  private readonly changed: SlotSet[];
  private readonly dirty_after: SlotSet[];
  /** What stored() has found, for each block by key. */
  private readonly known_stored: Map<number, SlotSet>[];
  /** What needed() has found. */
  private readonly known_needed = new Map<Transfer, SlotSet>();

  /**
   * Computes them to their fixed points. `order` is a reverse postorder; `stops(from, to)` tells of a jump inside the region
   * whether it may end there for lack of fuel.
   */
  constructor(
    private readonly region: Region,
    order: readonly number[],
    private readonly stops: (from: number, to: number) => boolean,
    private readonly slots: number,
  ) {
    const { blocks } = region;
    this.known_stored = blocks.map(() => new Map());
    this.dirty = blocks.map(() => SlotSet.empty(slots));
    /** Blocks that each goes on with, without having called something. */
    const next = blocks.map(({ transfer }) =>
      targets(transfer).flatMap(({ to, call }) => (to.block >= 0 && !call ? to.block : [])),
    );
    this.changed = blocks.map(({ changes }) => slots_of(changes, slots));
    for (let again = true; again; ) {
      again = false;
      for (const n of order) {
        const out = this.dirty[n].copy();
        out.join(this.changed[n]);
        for (const to of next[n]) if (this.dirty[to].join(out)) again = true;
      }
    }
    this.dirty_after = this.dirty.map((set, n) => {
      const out = set.copy();
      out.join(this.changed[n]);
      return out;
    });
    this.live = blocks.map((block, n) => {
      const uses = uses_of(block, slots);
      // An exit in the middle stores everything that is dirty there.
      if (has_leave(block.statements)) uses.join(this.dirty[n]);
      return uses;
    });
    for (let again = true; again; ) {
      again = false;
      for (let k = order.length - 1; k >= 0; k--) {
        const n = order[k];
        if (this.live[n].join(this.find_needed(n, blocks[n].transfer).without(this.changed[n]))) again = true;
      }
    }
  }

  /** Slots that may differ from memory at a block's end. */
  after(n: number): SlotSet {
    return this.dirty_after[n];
  }

  /** Slots that have to be stored when a block's end leaves the region for a key; undefined for a computed one. */
  stored(n: number, key: number | undefined): SlotSet {
    if (key === undefined) return this.after(n);
    let stored = this.known_stored[n].get(key);
    if (stored === undefined) {
      stored = this.after(n).without(this.region.dead(key));
      this.known_stored[n].set(key, stored);
    }
    return stored;
  }

  /** Flags to be stored by a computed jump, unless it is a return to a caller that does not miss them. */
  flags_on_return(n: number, { seen }: Transfer & { kind: 'indirect' }): SlotSet {
    return seen.length > 0 ? SlotSet.empty(this.slots) : this.after(n).common(this.region.flags);
  }

  /** Slots that a block's transfer, or a part of it, needs: its successors in the region, or whoever comes after it. */
  needed(n: number, transfer: Transfer): SlotSet {
    let needed = this.known_needed.get(transfer);
    if (needed === undefined) this.known_needed.set(transfer, (needed = this.find_needed(n, transfer)));
    return needed;
  }
  private find_needed(n: number, transfer: Transfer): SlotSet {
    const out = SlotSet.empty(this.slots);
    const goes_to = (to: Target) => {
      if (to.block < 0) out.join(this.stored(n, to.key));
      else {
        out.join(this.live[to.block]);
        if (this.stops(n, to.block)) out.join(this.stored(n, to.key));
      }
    };
    switch (transfer.kind) {
      case 'goto':
        goes_to(transfer.to);
        break;
      case 'branch':
      case 'split':
        out.join(this.find_needed(n, transfer.yes));
        out.join(this.find_needed(n, transfer.no));
        break;
      case 'indirect':
        transfer.seen.forEach(goes_to);
        out.join(this.after(n));
        break;
      case 'table':
        transfer.targets.forEach(goes_to);
        out.join(this.after(n));
        break;
      case 'call':
        transfer.seen.forEach(goes_to);
        out.join(this.stored(n, callee(transfer)));
        break;
      case 'leave':
        out.join(this.after(n));
        break;
      case 'entries':
        break;
    }
    return out;
  }
}

/** Key of the code that is called, if it is known. */
export function callee({ key }: Transfer & { kind: 'call' }): number | undefined {
  return key.op === 'const' ? key.k >>> 0 : undefined;
}

/** Keys of the functions that a region calls, as far as they are known. */
export function callees({ blocks }: Region): number[] {
  const keys: number[] = [];
  const visit = (transfer: Transfer): void => {
    if (transfer.kind === 'branch' || transfer.kind === 'split') {
      visit(transfer.yes);
      visit(transfer.no);
    } else if (transfer.kind === 'call') {
      const key = callee(transfer);
      if (key !== undefined) keys.push(key);
    }
  };
  for (const { transfer } of blocks) visit(transfer);
  return keys;
}

export function slots_of(changes: readonly StateChange[], slots: number): SlotSet {
  const set = SlotSet.empty(slots);
  for (const { slot } of changes) set.add(slot);
  return set;
}

export function has_leave(statements: readonly Statement[]): boolean {
  return statements.some(
    (s) => s.kind === 'leave' || s.kind === 'guard' || (s.kind === 'if' && (has_leave(s.yes) || has_leave(s.no))),
  );
}

/** How often uses_of() has gone through a block's values. */
let visits = 0;

/** Slots whose values at the block's start occur in it. */
export function uses_of(block: Block & { transfer?: Transfer }, slots: number): SlotSet {
  const uses = SlotSet.empty(slots);
  const visit = ++visits;
  const value = (v: Value | undefined): void => {
    if (v === undefined || v.visited_by === visit) return;
    v.visited_by = visit;
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
      } else if (s.kind === 'load_64' || s.kind === 'store_64') {
        value(s.address);
        if (s.kind === 'store_64') value(s.double);
      } else if (s.kind === 'code_map') value(s.index);
      else if (s.kind === 'skip') continue;
      else if (s.kind === 'skip_if') value(s.condition);
      else if (s.kind === 'leave') changes(s.state);
      else if (s.kind === 'guard') {
        s.conditions.forEach(value);
        changes(s.leave.state);
      } else {
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
  if (block.transfer) transfer(block.transfer);
  else {
    value(block.next_pc);
    value(block.next_set);
  }
  return uses;
}
