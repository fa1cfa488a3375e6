// From a hot address to a region: follow the code that has run, from the entry along jumps and past calls, and let the
// frontend turn each stretch into a block. What the interpreter has never executed is left out: going there leaves the region.

import type { Decoded } from '../../interp/instructions.js';
import type { Block, Statement } from '../ir/block.js';
import type { Region, RegionBlock, Target, Transfer } from '../ir/region.js';
import { shape } from '../ir/shape.js';
import { or, type Value, wrap_u32 } from '../ir/value.js';

/** How the tracer looks at code and gets blocks of it. */
export interface CodeView {
  /** The instruction at an address if it has been executed. */
  seen(pc: number, set: number): Decoded | undefined;
  /** The block that begins with an instruction and ends where `ends` says so, or by itself with a jump. */
  block(first: Decoded, next: (pc: number, set: number, count: number) => Decoded | undefined): Block;
  /** A word that can never change, at an address; undefined where it might. */
  constant(address: number): number | undefined;
  /** Several instruction sets: the low bit of a key tells which. */
  readonly many_sets: boolean;
}

export interface RegionLimits {
  /** Guest instructions in a region. */
  region_limit: number;
  /** Guest instructions in a block. */
  trace_limit: number;
}

/** Address and instruction set as one number. Instructions are at even addresses wherever there are several sets. */
export const key_of = (pc: number, set: number): number => (pc | set) >>> 0;

/**
 * Builds the region that begins at a key; undefined if not even its first instruction can be compiled. It can be resumed at its
 * loops, so that they can be left and entered again, and at `more_entries` as far as they lie in it.
 */
export function build_region(
  entry: number,
  view: CodeView,
  limits: RegionLimits,
  more_entries: Iterable<number> = [],
): Region | undefined {
  const set_of = (key: number) => (view.many_sets ? key & 1 : 0);
  const pc_of = (key: number) => (view.many_sets ? (key & ~1) >>> 0 : key);
  // 1. Leaders: which addresses begin a block. Found block by block; a jump into the middle of one splits it.
  const leaders = new Set<number>([entry, ...more_entries]);
  const made = new Map<number, { block: Block; transfer: Transfer }>();
  const queue = [entry];
  let total = 0;
  /** Is there a call right before this place? Then a computed jump to it is a return, which leaves the region. */
  const is_return = (key: number): boolean => {
    for (const size of [4, 2]) {
      const before = view.seen((pc_of(key) - size) >>> 0, set_of(key));
      if (before === undefined || before.size !== size || before.target === -1) continue;
      if (
        transfer_of(
          view.block(before, () => undefined),
          view,
          () => true,
        ).kind === 'call'
      )
        return true;
    }
    return false;
  };
  const make = (key: number): boolean => {
    const first = view.seen(pc_of(key), set_of(key));
    if (first === undefined) return false;
    const block = view.block(first, (pc, set, count) =>
      count >= limits.trace_limit || leaders.has(key_of(pc, set)) ? undefined : view.seen(pc, set),
    );
    if (block.count === 0 && key === entry) return false;
    total += block.count - (made.get(key)?.block.count ?? 0);
    made.set(key, { block, transfer: transfer_of(block, view, is_return) });
    return true;
  };
  while (queue.length > 0) {
    const key = queue.shift()!;
    if (made.has(key)) continue;
    if (total >= limits.region_limit) break;
    // A jump into a block that exists: split it there.
    for (const [other, { block }] of made)
      if (
        set_of(other) === set_of(key) &&
        block.pc < pc_of(key) &&
        pc_of(key) < block.end &&
        block.starts.includes(pc_of(key))
      ) {
        leaders.add(key);
        make(other);
        for (const to of keys_of(made.get(other)!.transfer)) if (!made.has(to) && to !== key) queue.push(to);
      }
    leaders.add(key);
    if (!make(key)) {
      if (key === entry) return undefined;
      continue;
    }
    for (const to of keys_of(made.get(key)!.transfer)) if (!made.has(to)) queue.push(to);
  }
  // 2. Number the blocks and link them.
  const index = new Map([...made.keys()].map((key, n) => [key, n]));
  const link = (t: Transfer): void => {
    if (t.kind === 'branch' || t.kind === 'split') {
      link(t.yes);
      link(t.no);
    }
    const places: Target[] =
      t.kind === 'goto'
        ? [t.to]
        : t.kind === 'indirect'
          ? t.seen
          : t.kind === 'call'
            ? [t.back]
            : t.kind === 'table'
              ? t.targets
              : [];
    for (const to of places) to.block = index.get(to.key) ?? -1;
    if (t.kind === 'indirect') t.seen = t.seen.filter(({ block }) => block >= 0);
  };
  const blocks: RegionBlock[] = [...made.values()].map(({ block, transfer }) => ({ ...block, transfer }));
  for (const { transfer } of blocks) link(transfer);
  const region: Region = { key: entry, blocks, resumes: [] };
  const loops = shape(region).is_loop;
  const keys = [...index.keys()];
  const resumes = new Set([...keys.filter((_, n) => n > 0 && loops[n]), ...more_entries]);
  for (const key of resumes) if (key !== entry && index.has(key)) region.resumes.push({ key, block: index.get(key)! });
  return region;
}

function* keys_of(t: Transfer): Generator<number> {
  switch (t.kind) {
    case 'goto':
      yield t.to.key;
      break;
    case 'branch':
    case 'split':
      yield* keys_of(t.yes);
      yield* keys_of(t.no);
      break;
    case 'indirect':
      for (const { key } of t.seen) yield key;
      break;
    case 'table':
      for (const { key } of t.targets) yield key;
      break;
    case 'call':
      yield t.back.key;
      break;
  }
}

const target = (key: number): Target => ({ key: key >>> 0, block: -1 });

/** How a block ends, read off the values of its next pc and next instruction set. */
function transfer_of(block: Block, view: CodeView, is_return: (key: number) => boolean): Transfer {
  const after = key_of(block.end, block.set);
  if (block.leaves) return { kind: 'leave', key: after };
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
        seen: block.seen_targets
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

/** Targets of a computed jump that are compared one after the other. */
const MOST_TARGETS = 12;
/** Entries of a jump table. */
const LONGEST_TABLE = 512;

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
