// Short loops of a region, several turns in one: fuel is then looked at once in so many turns, and what goes from one turn to the
// next stays in V8's registers, where it has others at a loop's start.

import { type RegionBlock, type Target, type Transfer, targets } from '../ir/region.js';

/** Turns in one, at most, and guest instructions in all of them. */
const MOST_TURNS = 4;
const MOST_INSTRUCTIONS = 64;

/**
 * Unrolls loops of one block, adding at most `room` instructions to a region's. `again` makes a block once more, with its own
 * values.
 */
export function unroll(blocks: RegionBlock[], room: number, again: (block: RegionBlock) => RegionBlock): void {
  for (const [n, block] of [...blocks.entries()]) {
    const turns = Math.min(MOST_TURNS, Math.floor(MOST_INSTRUCTIONS / Math.max(block.count, 1)));
    let last = block;
    for (let turn = 1; turn < turns; turn++) {
      const back = [...targets(last.transfer)].filter(({ to, call }) => to.block === n && !call);
      if (back.length === 0 || room < block.count) break;
      room -= block.count;
      const copy = again(block);
      // Another block that was found later may begin in the middle of this one.
      const transfer = copy.count === block.count ? with_values_of(last.transfer, copy.transfer) : undefined;
      if (transfer === undefined) break;
      last = { ...copy, transfer };
      for (const { to } of back) to.block = blocks.length;
      blocks.push(last);
    }
  }
}

const copied = (to: Target): Target => ({ ...to });

/** A transfer like another, of a block made once more; undefined if they differ. */
function with_values_of(transfer: Transfer, values: Transfer): Transfer | undefined {
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
  return undefined;
}
