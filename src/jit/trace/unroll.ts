// Short loops of a region, several turns in one: fuel is then looked at once in so many turns, and what goes from one turn to the
// next stays in V8's registers, where it has others at a loop's start.

import { type Grade, type RegionBlock, targets } from '../ir/region.js';
import { type Again, copy_of } from './copies.js';

/** Turns in one, at most, and guest instructions in all of them, for each grade. */
const MOST = [
  { turns: 1, instructions: 0 },
  { turns: 4, instructions: 64 },
  { turns: 8, instructions: 96 },
] as const;

/** Unrolls loops of one block, adding at most `room` instructions to a region's. */
export function unroll(blocks: RegionBlock[], grade: Grade, room: number, again: Again): void {
  const most = MOST[grade];
  for (const [n, block] of [...blocks.entries()]) {
    const turns = Math.min(most.turns, Math.floor(most.instructions / Math.max(block.count, 1)));
    let last = block;
    for (let turn = 1; turn < turns; turn++) {
      const back = targets(last.transfer).filter(({ to, call }) => to.block === n && !call);
      if (back.length === 0 || room < block.count) break;
      room -= block.count;
      const copy = copy_of(block, last.transfer, again);
      if (copy === undefined) break;
      last = copy;
      for (const { to } of back) to.block = blocks.length;
      blocks.push(last);
    }
  }
}
