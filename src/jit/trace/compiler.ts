// From keys to compiled code, as far as that does not depend on what else has been compiled: the frontend, the tracer and the backend
// in a row. In a bundle, it is loaded when its first function is called (scripts/bundle.mjs).

import type { Isa } from '../../adl/index.js';
import type { Decoded } from '../../interp/instructions.js';
import type { Interpreter } from '../../interp/interpreter.js';
import { GuestFault } from '../../machine/fault.js';
import type { StateLayout } from '../../machine/layout.js';
import { PAGE_SIZE } from '../../machine/memory.js';
import { bytes_of_delay } from '../../machine/state.js';
import { emit_region } from '../backend/emit.js';
import { link_module, type RegionModule } from '../backend/module.js';
import type { TwinsCode } from '../frontend/compile-twins.js';
import { Frontend } from '../frontend/index.js';
import { callees, type Region } from '../ir/region.js';
import { AheadOfTime } from './ahead.js';
import { BlockCache } from './block-cache.js';
import type { JitOptions } from './options.js';
import { type CodeView, type Plan, RegionBuilder } from './regions.js';
import { is_constant, type Range, type SavedFunction, union } from './saved.js';

export class Compiler {
  readonly frontend: Frontend;
  private readonly blocks: BlockCache;
  private readonly view: CodeView;
  private readonly builder: RegionBuilder;

  constructor(
    isa: Isa,
    twins: TwinsCode,
    private readonly layout: StateLayout,
    private readonly interpreter: Interpreter,
    private readonly options: JitOptions,
    /** Gets the constant memory that compiled code depends on: address → size. */
    private readonly constants: Map<number, number>,
  ) {
    const constant = (address: number, size: 1 | 2 | 4) => this.constant(address, size);
    const guards_code = interpreter.code_map !== undefined;
    const frontend = new Frontend(isa, twins, layout, constant, guards_code);
    const seen = (pc: number, set: number) => interpreter.seen(pc, set);
    const slot_at = (pc: number, set: number) => seen(pc, set) ?? this.decode(pc, set);
    const blocks = new BlockCache((first, next) => frontend.block(first, next, slot_at, seen));
    this.frontend = frontend;
    this.blocks = blocks;
    this.view = {
      seen,
      block: (first, next, used) => blocks.block(first, next, used),
      informed_block: (first, next, knowledge) => frontend.block(first, next, slot_at, seen, knowledge),
      delay: bytes_of_delay(isa),
      constant: (address: number) => constant(address, 4),
      many_sets: isa.instruction_sets.length > 1,
    };
    this.builder = new RegionBuilder(this.view, options, layout);
  }

  /** The region that begins at a key; undefined if nothing there can be compiled. */
  region(key: number, plan: Plan): Region | undefined {
    return this.builder.build(key, plan);
  }

  /** The region of a key, those of functions that it calls and that go along with it, and so on; `limit` instructions of them. */
  with_callees(
    key: number,
    limit: number,
    plan: (key: number, room: number) => Plan,
    goes_along: (callee: number) => boolean,
  ): Region[] {
    const regions: Region[] = [];
    let room = limit;
    const keys = new Set([key]);
    for (const next of keys) {
      if (room <= 0) break;
      const region = this.region(next, plan(next, room));
      if (region === undefined) continue;
      regions.push(region);
      room -= size_of(region);
      for (const callee of callees(region)) if (goes_along(callee)) keys.add(callee);
    }
    return regions;
  }

  /** Regions of all code that can be found from keys on, without running it. */
  ahead(entries: Iterable<number>): Region[] {
    return new AheadOfTime(this.interpreter, this.builder, this.view, this.options.region_limit).regions(entries);
  }

  /** A module of regions, which call each other directly. */
  emit(regions: readonly Region[], fast: boolean): RegionModule {
    const local = new Map(regions.map(({ key }, n) => [key, n]));
    const functions = regions.map((region) => emit_region(region, this.layout.end, this.floor()));
    return link_module(functions, (key) => local.get(key), fast);
  }

  /** The guest's code has changed. */
  forget(): void {
    this.builder.forget();
    this.blocks.forget();
  }

  /** An instruction that has never been executed, in the delay slot of a branch that skips it; undefined if there is none. */
  private decode(pc: number, set: number): Decoded | undefined {
    try {
      return this.interpreter.decode(pc, set);
    } catch (error) {
      if (error instanceof GuestFault) return undefined;
      throw error;
    }
  }

  /** Up to here the guest has no memory, and never will: nobody gets the first page later on. */
  private floor(): number {
    return this.interpreter.memory.pages[0] === 0 ? PAGE_SIZE : 0;
  }

  /** Memory in pages that the guest may not write never changes. */
  private constant(address: number, size: 1 | 2 | 4): number | undefined {
    const { memory } = this.interpreter;
    if (!is_constant(memory, address, size)) return undefined;
    this.constants.set(address, Math.max(size, this.constants.get(address) ?? 0));
    return size === 4 ? memory.read_32(address) : size === 2 ? memory.read_16(address) : memory.read_8(address);
  }
}

/** Guest instructions in a region. */
export function size_of({ blocks }: Region): number {
  return blocks.reduce((sum, { count }) => sum + count, 0);
}

/** Addresses of a region's instructions. */
export function own_ranges({ blocks }: Region): Range[] {
  return blocks.map(({ pc, end }): Range => [pc, end]);
}

/** Addresses of the code that a region depends on. */
export function ranges_of(region: Region): Range[] {
  return [...own_ranges(region), ...region.looked_at];
}

/** What later runs need to know of a region. */
export function about(region: Region): Omit<SavedFunction, 'code'> {
  const { key, entries, grade } = region;
  return { key, entries, grade, size: size_of(region), ranges: union(own_ranges(region)) };
}
