// From a hot address to a region: follow the code that has run, from the entry along jumps and past calls, and let the
// frontend turn each stretch into a block. What the interpreter has never executed is left out: going there leaves the region.

import type { Decoded } from '../../interp/instructions.js';
import { FIRST_SLOT, type StateLayout } from '../../machine/layout.js';
import { targets_of } from '../frontend/index.js';
import { remove_known_checks } from '../ir/alignment.js';
import type { Block, Statement } from '../ir/block.js';
import type { Knowledge } from '../ir/knowledge.js';
import {
  type Grade,
  type Inlined,
  type Region,
  type RegionBlock,
  SlotSet,
  type Target,
  type Transfer,
  targets,
} from '../ir/region.js';
import { constant, or, type Value, wrap_u32 } from '../ir/value.js';
import type { Next } from './block-cache.js';
import { type Again, separate_entries } from './copies.js';
import { DeadSlots, FAR, NEAR } from './dead.js';
import { inherit, with_values_of } from './inherit.js';
import { key_of } from './keys.js';
import { unroll } from './unroll.js';

/** How the tracer looks at code and gets blocks of it. */
export interface CodeView {
  /** The instruction at an address if it has been executed. */
  seen(pc: number, set: number): Decoded | undefined;
  /** The block that begins with an instruction and ends where `next` has no more, or by itself with a jump; none of those `used`. */
  block(first: Decoded, next: Next, used?: ReadonlySet<Block>): Block;
  /** The same for somebody who knows something about the state at its start. */
  informed_block(first: Decoded, next: Next, knowledge: Knowledge): Block;
  /** Bytes of a delay slot, or 0. */
  readonly delay: number;
  /** A word that can never change, at an address; undefined where it might. */
  constant(address: number): number | undefined;
  /** Several instruction sets: the low bit of a key tells which. */
  readonly many_sets: boolean;
}

/** How a region is built. */
export interface Plan {
  grade: Grade;
  /** Guest instructions in it, at most. */
  limit: number;
  /** Where another region begins: this one ends there. */
  ends_at(key: number): boolean;
  /** Guest instructions of copies of functions, at most; as many as of all if not said. */
  copies?: number;
  /** It may be entered where a call returns to, and at loops. */
  many_entries?: boolean;
}

export interface RegionLimits {
  /** Guest instructions in a region. */
  region_limit: number;
  /** Guest instructions in a block. */
  trace_limit: number;
  /** Guest instructions of a function that is copied to where it is called. */
  inline_limit: number;
}

/** Targets of a computed jump that are compared one after the other. */
const MOST_TARGETS = 12;
/** Functions that an indirect call is compared with, to be inlined. */
const MOST_CALLEES = 4;

/** Which functions are copied to where they are called. */
interface Copies {
  /** Copies in one another, at most. */
  nested: number;
  /** How much of `inline_limit` they may have. */
  part: number;
  /** Those that call others, too. */
  callers: boolean;
}
/** For each grade. */
const COPIES: readonly Copies[] = [
  { nested: 0, part: 0, callers: false },
  { nested: 1, part: 0.25, callers: false },
  { nested: 3, part: 1, callers: true },
];
/** So many times a region is begun anew, because a jump into the middle of its blocks was found, at most. */
const MOST_ATTEMPTS = 3;
/** Places where a region may be entered beside the first. */
const MOST_ENTRIES = 30;
/** Entries of a jump table. */
const LONGEST_TABLE = 512;

/** What is known of an instruction that has jumped. */
interface Jump {
  /**
   * It leaves the following address in a register, or the instruction before it has put it there (`mov lr, pc; bx r3`).
   */
  call: boolean;
  /** Execution may go on behind it: it is a call, or decides. */
  goes_on: boolean;
}

/** A block of the region being built. */
interface Made {
  block: Block;
  transfer: Transfer;
  inlined: Inlined | undefined;
}

/** Finds regions in code that has run, and builds them. */
export class RegionBuilder {
  private readonly jumps = new Map<Decoded, Jump>();
  private readonly dead: DeadSlots;
  private readonly flags: SlotSet;
  private readonly slots: number;

  constructor(
    private readonly view: CodeView,
    private readonly limits: RegionLimits,
    layout: StateLayout,
  ) {
    this.slots = layout.end;
    this.dead = new DeadSlots(view, layout.end, (key) => this.seen(key));
    this.flags = SlotSet.empty(layout.end);
    for (const { slot, width } of layout.named) if (width < 32 && slot < FIRST_SLOT + 31) this.flags.add(slot);
  }

  /** Code has changed. */
  forget(): void {
    this.jumps.clear();
    this.dead.forget();
  }

  private set_of(key: number): number {
    return this.view.many_sets ? key & 1 : 0;
  }
  private pc_of(key: number): number {
    return this.view.many_sets ? (key & ~1) >>> 0 : key;
  }
  private seen(key: number): Decoded | undefined {
    return this.view.seen(this.pc_of(key), this.set_of(key));
  }

  /**
   * Follows the code that has run from a key on, along jumps and past calls, without compiling it: keys of all places where
   * a block begins, the entry first.
   */
  private scan(entry: number, plan: Plan): Set<number> {
    const leaders = new Set<number>([entry]);
    const visited = new Set<number>();
    const queue = [entry];
    let room = plan.limit;
    for (let k = 0; k < queue.length && room > 0; k++) {
      const set = this.set_of(queue[k]);
      let inst = this.seen(queue[k]);
      const go = (key: number) => {
        if (leaders.has(key)) return;
        leaders.add(key);
        if (!plan.ends_at(key)) queue.push(key);
      };
      while (inst !== undefined && room > 0) {
        const key = key_of(inst.pc, set);
        if (visited.has(key)) break;
        if (key !== entry && plan.ends_at(key)) {
          leaders.add(key);
          break;
        }
        visited.add(key);
        room--;
        const after = key_of(inst.next_pc + this.view.delay, set);
        if (inst.jumped_to !== -1) {
          // Where it has jumped to; what follows it, if that was ever executed.
          if (!this.is_call(inst)) for (const to of targets_of(inst)) if (to !== after && !this.is_return(to)) go(to);
          if (this.jump(inst).goes_on && this.seen(after)) go(after);
          break;
        }
        inst = this.view.seen(inst.next_pc, set);
      }
    }
    return leaders;
  }

  private is_call(inst: Decoded): boolean {
    return this.jump(inst).call;
  }
  /** What an instruction that has jumped does, and may do instead. */
  private jump(inst: Decoded): Jump {
    let jump = this.jumps.get(inst);
    if (jump === undefined) {
      const before = this.view.seen((inst.pc - inst.size) >>> 0, inst.set);
      const transfer = (start: Decoded) => {
        const block = this.view.block(start, (pc) => (pc === inst.pc ? inst : undefined));
        return block.count > 0 ? this.transfer_of(block, () => true) : undefined;
      };
      const alone = transfer(inst);
      let call = alone !== undefined && has_call(alone);
      if (!call && alone && computed(alone) > 0 && before?.next_pc === inst.pc && before.jumped_to === -1) {
        const both = transfer(before);
        call = both !== undefined && has_call(both);
      }
      const after = key_of(inst.next_pc + this.view.delay, inst.set);
      jump = { call, goes_on: call || alone === undefined || targets(alone).some(({ to }) => to.key === after) };
      this.jumps.set(inst, jump);
    }
    return jump;
  }
  /** Is there a call right before this place? Then a computed jump to it is a return, which leaves the region. */
  private is_return(key: number): boolean {
    for (const size of [4, 2]) {
      const before = this.view.seen((this.pc_of(key) - size - this.view.delay) >>> 0, this.set_of(key));
      if (before?.size === size && before.jumped_to !== -1 && this.is_call(before)) return true;
    }
    return false;
  }

  /** Builds the region that begins at a key; undefined if not even its first instruction can be compiled. */
  build(entry: number, plan: Plan): Region | undefined {
    const leaders = this.scan(entry, plan);
    const used = new Set<Block>();
    const next: Next = (pc, set, count) =>
      count >= this.limits.trace_limit || leaders.has(key_of(pc, set)) ? undefined : this.view.seen(pc, set);
    const make = (first: Decoded): Block => {
      const block = this.view.block(first, next, used);
      used.add(block);
      return block;
    };
    let { made, split, full } = this.follow(entry, plan, leaders, make);
    for (let again = 0; split && again < MOST_ATTEMPTS; again++) {
      used.clear();
      ({ made, split, full } = this.follow(entry, plan, leaders, make));
    }
    if (made.size === 0) return undefined;
    const entries = plan.many_entries ? entries_of(made.values(), entry) : [];
    const blocks: RegionBlock[] = [];
    if (entries.length > 0) blocks.push(dispatcher([entry, ...entries], made.values().next().value!.block));
    const before = blocks.length;
    const index = new Map([...made.keys()].map((place, n) => [place, n + before]));
    for (const { to } of blocks.flatMap(({ transfer }) => targets(transfer))) to.block = index.get(place_in(to.key))!;
    for (const { block, transfer, inlined } of made.values()) {
      for (const { to } of targets(transfer)) to.block = index.get(place_in(to.key, to.inlined)) ?? -1;
      forget_unseen(transfer);
      blocks.push({ ...block, transfer, inlined: inlined !== undefined });
    }
    if (plan.grade > 0) {
      const again: Again = ({ pc, set, inlined }) => {
        const block = make(this.view.seen(pc, set)!);
        return { ...block, transfer: this.transfer_of(block, (to) => this.is_return(to)), inlined };
      };
      unroll(blocks, plan.grade, separate_entries(blocks, this.limits.trace_limit, again), again);
      inherit(blocks, this.flags, this.slots, (block, knowledge) => this.informed(block, knowledge));
      remove_known_checks(blocks);
    }
    const outlook = plan.grade > 0 ? FAR : NEAR;
    const looked_at: Region['looked_at'] = [];
    const asked = new Set<number>();
    const dead = (key: number) => {
      const { slots, code } = this.dead.at(key, outlook);
      if (!asked.has(key)) looked_at.push(...code);
      asked.add(key);
      return slots;
    };
    const cut_at = full ? this.places_behind(blocks, plan) : [];
    return { key: entry, grade: plan.grade, entries, blocks, cut_at, dead, looked_at, flags: this.flags };
  }

  /** Where code goes on that has run and that no other region begins with. */
  private places_behind(blocks: readonly RegionBlock[], plan: Plan): number[] {
    const keys = blocks.flatMap(({ transfer }) => targets(transfer).map(({ to }) => (to.block < 0 ? to.key : -1)));
    return [...new Set(keys)].filter((key) => key >= 0 && !plan.ends_at(key) && this.seen(key) !== undefined);
  }

  /** A block made anew with what is known at its start, if it is as long and goes where it went. */
  private informed(block: RegionBlock, knowledge: Knowledge): RegionBlock | undefined {
    const { pc, set, count, end, leaves, inlined } = block;
    if (count === 0 || leaves !== undefined) return undefined;
    const next: Next = (pc, set, so_far) => (so_far < count ? this.view.seen(pc, set) : undefined);
    const fresh = this.view.informed_block(this.view.seen(pc, set)!, next, knowledge);
    if (fresh.count !== count || fresh.end !== end || fresh.leaves !== undefined) return undefined;
    const transfer = with_values_of(
      this.transfer_of(fresh, (to) => this.is_return(to)),
      block.transfer,
    );
    return transfer && { ...fresh, transfer, inlined };
  }

  /**
   * Makes blocks from the entry on, by place, and adds to the leaders. `split`: one of these is in the middle of a block that had
   * been made before, because the interpreter has never seen the jump to it. `full`: there is no room for more.
   */
  private follow(
    entry: number,
    plan: Plan,
    leaders: Set<number>,
    make: (first: Decoded) => Block,
  ): { made: Map<string, Made>; split: boolean; full: boolean } {
    const made = new Map<string, Made>();
    const queue: { key: number; inlined?: Inlined }[] = [{ key: entry }];
    const queued = new Set([place_in(entry)]);
    const in_the_middle = new Set<string>();
    let split = false;
    let room = plan.limit;
    const copies = COPIES[plan.grade];
    let room_for_copies = plan.copies ?? plan.limit;
    let number = 0;
    for (let k = 0; k < queue.length && room > 0; k++) {
      const { key, inlined } = queue[k];
      const first = this.seen(key);
      if (first === undefined || (key !== entry && !inlined && plan.ends_at(key))) continue;
      const block = make(first);
      if (block.count === 0 && key === entry) break;
      room -= block.count;
      for (let n = 1; n < block.count; n++) in_the_middle.add(place_in(key_of(block.starts[n], block.set), inlined));
      let transfer = this.transfer_of(block, (to) => this.is_return(to));
      if (inlined) returns_to(transfer, inlined);
      transfer = this.inline_calls(transfer, block, (callee, back) => {
        const nested = (inlined?.nested ?? 0) + 1;
        const body = nested > copies.nested ? undefined : this.small_function(callee, copies);
        if (body === undefined || body.size > room_for_copies) return undefined;
        room_for_copies -= body.size;
        for (const leader of body.leaders) leaders.add(leader);
        return { key: callee, block: -1, inlined: { number: ++number, nested, back } };
      });
      made.set(place_in(key, inlined), { block, transfer, inlined });
      for (const { to } of targets(transfer)) {
        const place = place_in(to.key, to.inlined);
        if (queued.has(place)) continue;
        queued.add(place);
        leaders.add(to.key);
        queue.push(to);
        if (in_the_middle.has(place)) split = true;
      }
    }
    return { made, split, full: room <= 0 };
  }

  /** Makes calls of functions jumps into copies of them, where there is a `copy`. */
  private inline_calls(
    transfer: Transfer,
    block: Block,
    copy: (callee: number, back: Target) => Target | undefined,
  ): Transfer {
    if (transfer.kind === 'branch' || transfer.kind === 'split') {
      const [yes, no] = [transfer.yes, transfer.no].map((arm) => this.inline_calls(arm, block, copy));
      return { ...transfer, yes, no };
    }
    if (transfer.kind !== 'call') return transfer;
    const { key, back } = transfer;
    if (key.op === 'const') {
      const to = copy(key.k >>> 0, back);
      return to ? { kind: 'goto', to } : transfer;
    }
    const callees = block.seen_targets().slice(0, MOST_CALLEES);
    return { ...transfer, seen: callees.flatMap((callee) => copy(callee, back) ?? []) };
  }

  /** Of a function that is worth copying, short and all of it seen: keys of its blocks, and its instructions. */
  private small_function(entry: number, { part, callers }: Copies): { leaders: Set<number>; size: number } | undefined {
    const leaders = new Set<number>([entry]);
    const visited = new Set<number>();
    const longest = this.limits.inline_limit * part;
    for (const leader of leaders) {
      const set = this.set_of(leader);
      for (let inst = this.seen(leader); ; inst = this.view.seen(inst.next_pc, set)) {
        if (inst === undefined) return undefined;
        const key = key_of(inst.pc, set);
        if (visited.has(key)) break;
        visited.add(key);
        if (visited.size > longest) return undefined;
        if (inst.jumped_to === -1) continue;
        const { call, goes_on } = this.jump(inst);
        if (call && !callers) return undefined;
        if (!call) for (const to of targets_of(inst)) if (!this.is_return(to)) leaders.add(to);
        const after = key_of(inst.next_pc + this.view.delay, set);
        if (goes_on && this.seen(after)) leaders.add(after);
        break;
      }
    }
    return { leaders, size: visited.size };
  }

  /** How a block ends, read off the values of its next pc and next instruction set. */
  transfer_of(block: Block, is_return: (key: number) => boolean): Transfer {
    const { view } = this;
    const after = key_of(block.end, block.set);
    if (block.leaves !== undefined) return { kind: 'leave', key: after, back: target(key_of(block.leaves, block.set)) };
    const final = block.statements[block.statements.length - 1];
    /** Does some register hold the following address once `side` has been taken? Then a jump elsewhere is a call. */
    const links = (side: (v: Value) => Value): boolean =>
      block.changes.some(({ value }) => {
        const v = side(value);
        return v.op === 'const' && v.k === after;
      });
    const leaf = (pc: Value, set: Value, side: (v: Value) => Value): Transfer => {
      const key = view.many_sets ? wrap_u32(or(pc, set)) : pc;
      if (key.op === 'const' && key.k >>> 0 === after) return { kind: 'goto', to: target(after) };
      if (links(side)) return { kind: 'call', key, back: target(after), seen: [] };
      if (key.op === 'const') return { kind: 'goto', to: target(key.k) };
      return (
        jump_table(key, block, view) ?? {
          kind: 'indirect',
          key,
          seen: block
            .seen_targets()
            .filter((to) => to !== after && !is_return(to))
            .slice(0, MOST_TARGETS)
            .map(target),
        }
      );
    };
    const { next_pc, next_set } = block;
    if (next_pc.op === 'select') {
      const condition = next_pc.a!;
      const arm = (n: 'b' | 'c'): Transfer => {
        const side = (v: Value): Value => (v.op === 'select' && v.a === condition ? v[n]! : v);
        return leaf(side(next_pc), side(next_set), side);
      };
      const yes = arm('b');
      const no = arm('c');
      if (computed(yes) + computed(no) <= 1 && yes.kind !== 'table' && no.kind !== 'table')
        return { kind: 'branch', condition, yes, no };
    }
    if (final?.kind === 'if' && final.phis.some(({ result }) => result === next_pc)) {
      const arm = (n: 'yes' | 'no'): Transfer => {
        const side = (v: Value): Value => final.phis.find(({ result }) => result === v)?.[n] ?? v;
        return leaf(side(next_pc), side(next_set), side);
      };
      return { kind: 'split', yes: arm('yes'), no: arm('no') };
    }
    return leaf(next_pc, next_set, (v) => v);
  }
}

/** Keys of places where calls return to and of loops, as far as they are blocks. */
function entries_of(made: Iterable<Made>, entry: number): number[] {
  const there = new Set<number>();
  const returned = new Set<number>();
  const jumped = new Set<number>();
  const loops = new Set<number>();
  for (const { block, transfer, inlined } of made) {
    const key = key_of(block.pc, block.set);
    if (block.count > 0 && key !== entry && !inlined) there.add(key);
    for (const { to, call } of targets(transfer)) {
      if (to.inlined) continue;
      (call ? returned : jumped).add(to.key);
      if (!call && to.key <= key) loops.add(to.key);
    }
  }
  return [...there].filter((key) => loops.has(key) || (returned.has(key) && !jumped.has(key))).slice(0, MOST_ENTRIES);
}

/** The first block of a region with several entries. */
function dispatcher(keys: readonly number[], { pc, set }: Block): RegionBlock {
  return {
    pc,
    set,
    starts: [],
    count: 0,
    end: pc,
    statements: [],
    changes: [],
    next_pc: constant(pc),
    next_set: constant(set),
    seen_targets: () => [],
    leaves: undefined,
    transfer: { kind: 'entries', to: keys.map(target) },
    inlined: false,
  };
}

/**
 * A jump to a word loaded from a table in constant memory, at base + 4 * index. Where the table ends nobody says: entries are
 * taken while they look like places in the code nearby. A jump beyond them uses the loaded word.
 */
function jump_table(key: Value, block: Block, view: CodeView): Transfer | undefined {
  const word = key.op === 'wrap' ? key.a! : key;
  if (word.op !== 'temp') return undefined;
  const address = load_address(word, block.statements);
  const sum = address?.op === 'wrap' ? address.a! : address;
  if (sum?.op !== 'add' || sum.b!.op !== 'const') return undefined;
  const offset = sum.a!.op === 'wrap' ? sum.a!.a! : sum.a!;
  if (offset.op !== 'shl' || offset.b!.op !== 'const' || offset.b!.k !== 2) return undefined;
  const base = sum.b!.k >>> 0;
  const targets: Target[] = [];
  let nearest = 0xffffffff;
  for (let n = 0; n < LONGEST_TABLE; n++) {
    const at = (base + 4 * n) >>> 0;
    const entry = at < nearest ? view.constant(at) : undefined;
    if (entry === undefined || Math.abs(entry - block.pc) > 0x10000) break;
    targets.push(target(entry));
    if (entry > base) nearest = Math.min(nearest, entry & ~1);
  }
  return targets.length > 1 ? { kind: 'table', index: offset.a!, key, targets } : undefined;
}

function load_address(result: Value, statements: readonly Statement[]): Value | undefined {
  for (const s of statements) {
    if (s.kind === 'load' && s.result === result) return s.address;
    const inner = s.kind === 'if' ? (load_address(result, s.yes) ?? load_address(result, s.no)) : undefined;
    if (inner) return inner;
  }
  return undefined;
}

/** 1 for a transfer to a computed key. */
function computed(t: Transfer): number {
  return t.kind === 'indirect' || (t.kind === 'call' && t.key.op !== 'const') ? 1 : 0;
}

function place_in(key: number, inlined?: Inlined): string {
  return inlined ? `${key}/${inlined.number}` : `${key}`;
}

/** Within an inlined function: jumps stay in the copy, and a computed jump is its return, most likely. */
function returns_to(t: Transfer, inlined: Inlined): void {
  if (t.kind === 'branch' || t.kind === 'split') {
    returns_to(t.yes, inlined);
    returns_to(t.no, inlined);
  } else if (t.kind === 'indirect') t.seen = [{ ...inlined.back }];
  else if (t.kind === 'goto') t.to = t.to.key === inlined.back.key ? { ...inlined.back } : { ...t.to, inlined };
  else for (const { to } of targets(t)) to.inlined = inlined;
}

function has_call(t: Transfer): boolean {
  return t.kind === 'branch' || t.kind === 'split' ? has_call(t.yes) || has_call(t.no) : t.kind === 'call';
}

/** Computed jumps try only what is in the region. */
function forget_unseen(t: Transfer): void {
  if (t.kind === 'branch' || t.kind === 'split') {
    forget_unseen(t.yes);
    forget_unseen(t.no);
  } else if (t.kind === 'indirect') t.seen = t.seen.filter(({ block }) => block >= 0);
}

const target = (key: number): Target => ({ key: key >>> 0, block: -1 });
