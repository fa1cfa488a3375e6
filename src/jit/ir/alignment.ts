// Checks of alignment that cannot fail: an ISA that demands it checks every address, but a register that an access before has
// found aligned stays so when multiples are added to it. A forward data flow over a region: low bits of each slot that are 0.

import type { Block, Statement } from './block.js';
import { type RegionBlock, targets } from './region.js';
import { strip, type Value } from './value.js';

/** More low bits than any access wants to be 0. */
const MOST_BITS = 3;

/** Number of low bits known to be 0 of what each slot holds; undefined is 0. */
type LowBits = (number | undefined)[];

/** Takes out of a region's blocks the checks that always pass. The first block is where the region is entered. */
export function remove_known_checks(blocks: RegionBlock[]): void {
  if (!blocks.some(({ statements }) => statements.some((s) => checked_by(s) !== undefined))) return;
  const at_start = find_low_bits(blocks);
  blocks.forEach((block, n) => {
    const bits = at_start[n];
    if (bits === undefined) return;
    const known = bits.slice();
    const statements = block.statements.filter((s, k) => {
      const check = checked_by(s);
      if (check === undefined || decides(block, k)) return true;
      if (low_zeros(check.address, known) >= check.bits) return false;
      note(check, known);
      return true;
    });
    if (statements.length < block.statements.length) blocks[n] = { ...block, statements };
  });
}

/** For each block, what is known at its start; undefined where nothing gets to. */
function find_low_bits(blocks: readonly RegionBlock[]): (LowBits | undefined)[] {
  const at_start: (LowBits | undefined)[] = blocks.map(() => undefined);
  at_start[0] = [];
  const queue = new Set([0]);
  for (const n of queue) {
    queue.delete(n);
    const at_end = after(blocks[n], at_start[n]!);
    for (const { to, call } of targets(blocks[n].transfer)) {
      if (to.block < 0) continue;
      // Who has been called may have changed everything.
      const known = call ? [] : at_end;
      const before = at_start[to.block];
      if (before === undefined) at_start[to.block] = known.slice();
      else if (!weaken(before, known)) continue;
      queue.add(to.block);
    }
  }
  return at_start;
}

/** Keeps what is known on both ways; true if that is less than before. */
function weaken(known: LowBits, other: LowBits): boolean {
  let changed = false;
  known.forEach((bits = 0, slot) => {
    const less = other[slot] ?? 0;
    if (less >= bits) return;
    known[slot] = less;
    changed = true;
  });
  return changed;
}

/** What is known at a block's end: all of its checks have passed. */
function after(block: RegionBlock, at_start: LowBits): LowBits {
  const known = at_start.slice();
  block.statements.forEach((s, k) => {
    const check = decides(block, k) ? undefined : checked_by(s);
    if (check) note(check, known);
  });
  const at_end = known.slice();
  for (const { slot, value } of block.changes) at_end[slot] = low_zeros(value, known);
  return at_end;
}

interface Check {
  address: Value;
  bits: number;
}

/** What a statement finds out, if it leaves compiled code unless an address is aligned. */
function checked_by(s: Statement): Check | undefined {
  if (s.kind !== 'if' || !s.yes_ends || s.no.length > 0 || s.phis.length > 0) return undefined;
  // ne(and(address, 3), 0); of a single bit, that is the bit itself.
  const { op, a, b } = s.condition;
  const test = op === 'ne' && b!.op === 'const' && b!.k === 0 ? a! : s.condition;
  if (test.op !== 'and' || test.b!.op !== 'const') return undefined;
  const bits = [1, 3, 7].indexOf(test.b!.k) + 1;
  return bits > 0 && (bits === 1 || test === a) ? { address: test.a!, bits } : undefined;
}

/** Does a block's statement decide where it goes on? */
function decides({ statements, transfer }: Block & Pick<RegionBlock, 'transfer'>, index: number): boolean {
  return transfer.kind === 'split' && index === statements.length - 1;
}

/** A check has passed: of a register plus a multiple, that says something of the register. */
function note({ address, bits }: Check, known: LowBits): void {
  let v = strip(address);
  if (v.op === 'add' && v.b!.op === 'const' && zeros(v.b!.k) >= bits) v = strip(v.a!);
  if (v.op === 'reg') known[v.k] = Math.max(known[v.k] ?? 0, bits);
}

/** Low bits of a value that are 0, as far as is known of slots at the block's start. */
function low_zeros(value: Value, known: LowBits): number {
  const v = strip(value);
  const of = (part: Value | undefined) => low_zeros(part!, known);
  switch (v.op) {
    case 'const':
      return zeros(v.k);
    case 'reg':
      return known[v.k] ?? 0;
    case 'add':
    case 'sub':
    case 'or':
    case 'xor':
      return Math.min(of(v.a), of(v.b));
    case 'and':
      return Math.max(of(v.a), of(v.b));
    case 'shl':
      return v.b!.op === 'const' ? Math.min(MOST_BITS, of(v.a) + (v.b!.k & 31)) : 0;
    case 'select':
      return Math.min(of(v.b), of(v.c));
    default:
      return 0;
  }
}

function zeros(k: number): number {
  const low = k & ((1 << MOST_BITS) - 1);
  return low === 0 ? MOST_BITS : 31 - Math.clz32(low & -low);
}
