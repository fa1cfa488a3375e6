// Blocks of a region once more, with values of their own, and what that is good for where a loop is entered at several places:
// each but one of these gets a copy of the loop's blocks for itself, as far as the loop's beginning, and jumps no longer have to
// ask at the beginning where they want to go (ir/shape.ts).

import { type RegionBlock, type Target, type Transfer, targets } from '../ir/region.js';
import { loops_with_entries } from '../ir/shape.js';

/** Makes a block once more; what it goes to may be missing. */
export type Again = (block: RegionBlock) => RegionBlock;

/** A copy of a block that ends as `transfer` says; undefined if that is not to be had. */
export function copy_of(block: RegionBlock, transfer: Transfer, again: Again): RegionBlock | undefined {
  const copy = again(block);
  // Another block that was found later may begin in the middle of this one.
  const its_own = copy.count === block.count ? with_values_of(transfer, copy.transfer) : undefined;
  return its_own && { ...copy, transfer: its_own };
}

const copied = (to: Target): Target => ({ ...to });

/** A transfer like another, of a block made once more; undefined if they differ. */
function with_values_of(transfer: Transfer, values: Transfer): Transfer | undefined {
  // A call may have become a jump to a copy of the function.
  if (transfer.kind === 'goto') return { kind: 'goto', to: copied(transfer.to) };
  if (transfer.kind === 'branch' || transfer.kind === 'split') {
    if (values.kind !== transfer.kind) return undefined;
    const yes = with_values_of(transfer.yes, values.yes);
    const no = with_values_of(transfer.no, values.no);
    if (yes === undefined || no === undefined) return undefined;
    return { ...(values as typeof transfer), yes, no };
  }
  if (transfer.kind === 'indirect' && values.kind === 'indirect') return { ...values, seen: transfer.seen.map(copied) };
  if (transfer.kind === 'table' && values.kind === 'table') return { ...values, targets: transfer.targets.map(copied) };
  if (transfer.kind === 'call' && values.kind === 'call')
    return { ...values, back: copied(transfer.back), seen: transfer.seen.map(copied) };
  return undefined;
}

/** Loops that are looked at, at most. */
const MOST_LOOPS = 20;

/** Gives entries of loops copies of their own, of at most `room` instructions together. Returns how much room is left. */
export function separate_entries(blocks: RegionBlock[], room: number, again: Again): number {
  const hopeless = new Set<string>();
  for (let k = 0; k < MOST_LOOPS; k++) {
    const loop = loops_with_entries(blocks).find(({ entries }) => !hopeless.has(entries.join()));
    if (loop === undefined) break;
    const { members, entries } = loop;
    // The beginning is where least has to be copied for the others.
    const plans = entries.map((header) =>
      entries.filter((n) => n !== header).map((n) => reached(blocks, n, members, header)),
    );
    const parts = plans.reduce((a, b) => (size_of(blocks, b) < size_of(blocks, a) ? b : a));
    if (size_of(blocks, parts) > room) hopeless.add(entries.join());
    else
      for (const part of parts) {
        if (separate(blocks, part, members, again)) room -= size_of(blocks, [part]);
        else hopeless.add(entries.join());
      }
  }
  return room;
}

/** Guest instructions of some sets of blocks. */
function size_of(blocks: readonly RegionBlock[], parts: readonly Set<number>[]): number {
  return parts.reduce((sum, part) => [...part].reduce((all, n) => all + blocks[n].count, sum), 0);
}

/** Blocks of a loop that can be reached from one of them, the first, without going through its header. */
function reached(blocks: readonly RegionBlock[], from: number, members: Set<number>, header: number): Set<number> {
  const found = new Set([from]);
  for (const n of found)
    for (const { to } of targets(blocks[n].transfer))
      if (members.has(to.block) && to.block !== header) found.add(to.block);
  return found;
}

/** Copies a part of a loop, for those who enter the loop at its first block. False if it cannot be copied. */
function separate(blocks: RegionBlock[], part: Set<number>, members: Set<number>, again: Again): boolean {
  const [entry] = part;
  const index = new Map([...part].map((n, k) => [n, blocks.length + k]));
  const copies: RegionBlock[] = [];
  for (const n of part) {
    const copy = copy_of(blocks[n], blocks[n].transfer, again);
    if (copy === undefined) return false;
    for (const { to } of targets(copy.transfer)) to.block = index.get(to.block) ?? to.block;
    copies.push(copy);
  }
  blocks.forEach(({ transfer }, n) => {
    if (!members.has(n)) for (const { to } of targets(transfer)) if (to.block === entry) to.block = index.get(entry)!;
  });
  blocks.push(...copies);
  return true;
}
