// Code that is found without running it: from entries along jumps, calls and jump tables, block by block. What is found is left
// as the interpreter leaves code that has run, decoded and with the targets of its jumps, so that regions can be built of it.

import type { Decoded } from '../../interp/instructions.js';
import type { Interpreter } from '../../interp/interpreter.js';
import { GuestFault } from '../../machine/fault.js';
import { type Region, type Transfer, targets } from '../ir/region.js';
import { shape } from '../ir/shape.js';
import { key_of } from './keys.js';
import type { CodeView, RegionBuilder } from './regions.js';

/** Guest instructions in a region that begins at a loop inside a function: all of that is compiled once more. */
const LOOP_LIMIT = 150;

/** Target of a jump to where nobody knows. */
const UNKNOWN = 0;

export class AheadOfTime {
  constructor(
    private readonly interpreter: Interpreter,
    private readonly builder: RegionBuilder,
    private readonly view: CodeView,
    private readonly region_limit: number,
  ) {}

  /**
   * Finds all code that can be reached, and builds regions that begin at functions, at what does not fit into those, and at
   * loops, where compiled code stops from time to time.
   */
  regions(entries: Iterable<number>): Region[] {
    const functions = this.find(new Set(entries));
    const loops = new Set<number>();
    const regions: Region[] = [];
    for (const key of functions) {
      const region = this.builder.build(key, { grade: 1, limit: this.region_limit, ends_at: () => false });
      if (region === undefined) continue;
      regions.push(region);
      const { is_loop } = shape(region);
      for (const [n, { pc, set, inlined, transfer }] of region.blocks.entries()) {
        if (is_loop[n] && !inlined) loops.add(key_of(pc, set));
        for (const { to } of targets(transfer)) if (to.block < 0 && this.lookup(to.key)) functions.add(to.key);
      }
    }
    const limit = Math.min(this.region_limit, LOOP_LIMIT);
    for (const key of loops) {
      if (functions.has(key)) continue;
      const region = this.builder.build(key, { grade: 0, limit, ends_at: (other) => functions.has(other) });
      if (region) regions.push(region);
    }
    return regions;
  }

  /** Decodes what can be reached from entries; returns these and all that is called. */
  private find(functions: Set<number>): Set<number> {
    const places = new Set(functions);
    for (const key of places) {
      const first = this.lookup(key);
      if (first === undefined) continue;
      if (this.view.delay !== 0) this.lookup(key_of(first.next_pc, first.set));
      const block = this.view.block(first, (pc, set) => {
        const inst = this.lookup(key_of(pc, set));
        if (inst && this.view.delay !== 0) this.lookup(key_of(inst.next_pc, set));
        return inst;
      });
      const after = key_of(block.end, block.set);
      if (block.leaves) {
        // A system call, most likely: execution goes on behind it.
        const inst = this.lookup(after);
        if (inst) places.add(key_of(inst.next_pc, inst.set));
        continue;
      }
      const transfer = this.builder.transfer_of(block, () => false);
      const jumps = new Set<number>();
      for (const { to, call } of targets(transfer)) {
        places.add(to.key);
        if (!call && to.key !== after) jumps.add(to.key);
      }
      for (const callee of callees(transfer)) {
        if (callee !== UNKNOWN) {
          functions.add(callee);
          places.add(callee);
        }
        jumps.add(callee);
      }
      if (transfer.kind === 'goto' && transfer.to.key === after) continue;
      // What jumps is the last instruction, or the one before its delay slot.
      const jump = this.view.seen(block.starts[block.count - (this.view.delay === 0 ? 1 : 2)], block.set);
      if (jump === undefined) continue;
      if (jumps.size === 0) jumps.add(UNKNOWN);
      for (const to of jumps) this.interpreter.note_target(jump, to);
    }
    return functions;
  }

  /** The instruction at a key; undefined where there is none. */
  private lookup(key: number): Decoded | undefined {
    const set = this.view.many_sets ? key & 1 : 0;
    try {
      const inst = this.interpreter.lookup(this.view.many_sets ? (key & ~1) >>> 0 : key, set);
      return inst.row < 0 ? undefined : inst;
    } catch (error) {
      if (error instanceof GuestFault) return undefined;
      throw error;
    }
  }
}

function* callees(transfer: Transfer): Generator<number> {
  if (transfer.kind === 'branch' || transfer.kind === 'split') {
    yield* callees(transfer.yes);
    yield* callees(transfer.no);
  } else if (transfer.kind === 'call') yield transfer.key.op === 'const' ? transfer.key.k >>> 0 : UNKNOWN;
}
