// Blocks that the frontend has made, for whoever asks for the same again: overlapping regions, a region that is optimised later,
// the search for dead slots. Symbolic execution is the dearest part of compiling.

import type { Decoded } from '../../interp/instructions.js';
import type { Block } from '../ir/block.js';

/** Tells the instruction that follows in a block, or that the block shall end. */
export type Next = (pc: number, set: number, count: number) => Decoded | undefined;

interface Known {
  block: Block;
  /** What was asked of `next`, and whether there was more. */
  asked: { pc: number; count: number; more: boolean }[];
}

/** Guest instructions in blocks that are kept. */
const MOST_INSTRUCTIONS = 30_000;

export class BlockCache {
  private known = new Map<Decoded, Known[]>();
  private kept = 0;

  constructor(private readonly make: (first: Decoded, next: Next) => Block) {}

  /** The block that begins with an instruction and goes on as `next` says; a copy of its own if a region has `used` that. */
  block(first: Decoded, next: Next, used?: ReadonlySet<Block>): Block {
    const { set } = first;
    const same = this.known
      .get(first)
      ?.find(
        ({ block, asked }) =>
          !used?.has(block) && asked.every(({ pc, count, more }) => (next(pc, set, count) !== undefined) === more),
      );
    if (same !== undefined) return same.block;
    const asked: Known['asked'] = [];
    const block = this.make(first, (pc, _, count) => {
      const inst = next(pc, set, count);
      asked.push({ pc, count, more: inst !== undefined });
      return inst;
    });
    this.keep(first, { block, asked });
    return block;
  }

  private keep(first: Decoded, known: Known): void {
    this.kept += known.block.count;
    if (this.kept > MOST_INSTRUCTIONS) this.forget();
    const others = this.known.get(first);
    if (others) others.push(known);
    else this.known.set(first, [known]);
  }

  /** Code has changed. */
  forget(): void {
    this.known.clear();
    this.kept = 0;
  }
}
