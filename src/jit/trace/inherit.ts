// Blocks of a region that one way alone leads to, executed once more with what is known there (ir/knowledge.ts).

import { informed_ways, type Knowledge, NOTHING_KNOWN } from '../ir/knowledge.js';
import { type RegionBlock, type SlotSet, type Transfer, targets, uses_of } from '../ir/region.js';
import { constant } from '../ir/value.js';

/** Makes a region's block anew, for somebody who knows something; undefined if it is not the same code then. */
export type Informed = (block: RegionBlock, knowledge: Knowledge) => RegionBlock | undefined;

/**
 * Replaces those blocks that look at `flags` of which something is known. The first block is where the region is entered; `slots`
 * is the state's number of them.
 */
export function inherit(blocks: RegionBlock[], flags: SlotSet, slots: number, informed: Informed): void {
  if (flags.is_empty) return;
  const ways = blocks.map((_, n) => (n === 0 ? 1 : 0));
  for (const { transfer } of blocks) for (const { to } of targets(transfer)) if (to.block >= 0) ways[to.block]++;
  const visit = (n: number, before: Knowledge): void => {
    for (const { to, knowledge } of informed_ways(blocks[n], before, flags)) {
      if (to.block <= 0 || ways[to.block] !== 1) continue;
      const known = knowledge();
      const block = blocks[to.block];
      if (known.slots.size > 0) {
        const uses = uses_of(block, slots);
        if ([...known.slots.keys()].some((slot) => uses.has(slot))) blocks[to.block] = informed(block, known) ?? block;
      }
      visit(to.block, known);
    }
  };
  blocks.forEach((_, n) => {
    if (n === 0 || ways[n] !== 1) visit(n, NOTHING_KNOWN);
  });
}

/** A transfer to where `old` goes, by the conditions and computed keys of `fresh`; undefined if they do not fit together. */
export function with_values_of(fresh: Transfer, old: Transfer): Transfer | undefined {
  if (old.kind === 'branch' || old.kind === 'split') {
    if (fresh.kind === old.kind) {
      const yes = with_values_of(fresh.yes, old.yes);
      const no = with_values_of(fresh.no, old.no);
      return yes && no && { ...fresh, yes, no };
    }
    if (old.kind === 'split') return undefined;
    // What it decided is known.
    const yes = with_values_of(fresh, old.yes);
    if (yes) return { ...old, condition: constant(1), yes };
    const no = with_values_of(fresh, old.no);
    return no && { ...old, condition: constant(0), no };
  }
  switch (fresh.kind) {
    case 'goto':
      return old.kind === 'goto' && old.to.key === fresh.to.key ? old : undefined;
    case 'leave':
      return old.kind === 'leave' && old.key === fresh.key ? old : undefined;
    case 'indirect':
      return old.kind === 'indirect' ? { ...old, key: fresh.key } : undefined;
    case 'call':
      // It may have become a jump to a copy of the function.
      if (old.kind === 'goto') return fresh.key.op === 'const' && fresh.key.k >>> 0 === old.to.key ? old : undefined;
      return old.kind === 'call' && old.back.key === fresh.back.key ? { ...old, key: fresh.key } : undefined;
    case 'table':
      return old.kind === 'table' ? { ...old, key: fresh.key, index: fresh.index } : undefined;
    default:
      return undefined;
  }
}
