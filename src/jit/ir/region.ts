// Semantic IR, regions: a control-flow graph of blocks with one entry, compiled to one Wasm function. Here: its shape
// (order, dominators, loops) and two data flows, which slots may differ from memory (dirty) and which are still needed (live).

import type { Block, StateChange, Statement } from './block.js';
import type { Value } from './value.js';

/** Where control goes: a block of the region, or out of it to an address (a key: address | instruction set). */
export interface Target {
  key: number;
  /** Index of the block, or -1: leaves the region. */
  block: number;
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
  /** Calls the code at a key (or computed key) as a function and goes on when it returns to `back`. */
  | { kind: 'call'; key: Value; back: Target; seen: Target[] }
  /** The interpreter executes the instruction at `key`. */
  | { kind: 'leave'; key: number };

export interface RegionBlock extends Block {
  transfer: Transfer;
}

export interface Region {
  /** Key of the entry, which is blocks[0]. */
  key: number;
  blocks: RegionBlock[];
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

/** A region's graph, analysed. Arrays are by block index. */
export interface Shape {
  /** Reverse postorder, and each block's place in it. */
  order: number[];
  place: number[];
  dominator: number[];
  /** Blocks that a back edge goes to. */
  is_loop: boolean[];
  /** Blocks that several forward edges go to. */
  is_merge: boolean[];
}

/** Orders the blocks, turns edges into the middle of a loop into exits, and finds dominators. */
export function shape(region: Region): Shape {
  const { blocks } = region;
  for (;;) {
    const order = reverse_postorder(blocks);
    const place: number[] = new Array(blocks.length).fill(-1);
    order.forEach((block, n) => {
      place[block] = n;
    });
    const predecessors: number[][] = blocks.map(() => []);
    for (const from of order)
      for (const { to } of targets(blocks[from].transfer)) if (to.block >= 0) predecessors[to.block].push(from);
    const dominator = dominators(order, place, predecessors);
    const dominates = (a: number, b: number): boolean => {
      let x = b;
      while (place[x] > place[a]) x = dominator[x];
      return x === a;
    };
    const is_loop: boolean[] = blocks.map(() => false);
    const forward: number[] = blocks.map(() => 0);
    let irreducible = false;
    for (const from of order)
      for (const { to } of targets(blocks[from].transfer)) {
        if (to.block < 0) continue;
        if (place[to.block] > place[from]) forward[to.block]++;
        else if (dominates(to.block, from)) is_loop[to.block] = true;
        else {
          to.block = -1;
          irreducible = true;
        }
      }
    if (!irreducible) return { order, place, dominator, is_loop, is_merge: forward.map((count) => count > 1) };
  }
}

function reverse_postorder(blocks: readonly RegionBlock[]): number[] {
  const order: number[] = [];
  const seen = new Array<boolean>(blocks.length).fill(false);
  const stack: { block: number; next: number[] }[] = [];
  const visit = (block: number) => {
    seen[block] = true;
    const next = [...targets(blocks[block].transfer)].map(({ to }) => to.block).filter((to) => to >= 0);
    stack.push({ block, next });
  };
  visit(0);
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    const to = top.next.pop();
    if (to === undefined) {
      order.push(top.block);
      stack.pop();
    } else if (!seen[to]) visit(to);
  }
  return order.reverse();
}

/** Immediate dominators, by the algorithm of Cooper, Harvey and Kennedy. The entry is its own. */
function dominators(order: number[], place: number[], predecessors: number[][]): number[] {
  const dominator: number[] = new Array(place.length).fill(-1);
  dominator[order[0]] = order[0];
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of order.slice(1)) {
      let common = -1;
      for (const from of predecessors[block]) {
        if (dominator[from] < 0) continue;
        if (common < 0) common = from;
        else {
          let a = from;
          let b = common;
          while (a !== b) {
            while (place[a] > place[b]) a = dominator[a];
            while (place[b] > place[a]) b = dominator[b];
          }
          common = a;
        }
      }
      if (dominator[block] !== common) {
        dominator[block] = common;
        changed = true;
      }
    }
  }
  return dominator;
}

/** Slots at a block's start. */
export interface Flow {
  /** May differ from memory when the block starts. */
  dirty: SlotSet[];
  /** Its register must hold the value when the block starts. */
  live: SlotSet[];
}

/** Computes both data flows to their fixed points. */
export function flow(region: Region, { order }: Shape, slots: number): Flow {
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
