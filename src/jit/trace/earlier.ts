// What earlier runs of the same program have compiled, and what later runs get. In: modules as saved.ts reads them. Out: functions
// of regions by their keys, as long as the guest's code is what they were made from; at the end, modules for the next run.
//
// What a run has compiled region by region becomes one module for the next: V8 puts every module somewhere else in memory, and
// with a thousand of them the processor misses page after page when one calls another. In one module, what is well built is also
// called directly, not through the table. Where the host lets us, its own machine code is kept as well.

import type { GuestMemory } from '../../machine/memory.js';
import { link_module } from '../backend/module.js';
import { extents, type Range, type SavedFunction, type SavedModule, same_code, same_constants } from './saved.js';

/** A host that hands out the machine code that it has made of a module, and takes it back in another process. */
export interface NativeCode {
  /** What it has made of a module with these functions; empty if nothing is worth keeping. */
  of(module: WebAssembly.Module, functions: readonly unknown[]): Uint8Array;
  /** The module, unless the machine code is that of another host. */
  module(native: Uint8Array, wasm: Uint8Array): WebAssembly.Module | undefined;
}

/** A function of a module, by its number there. */
export interface Place {
  module: SavedModule;
  index: number;
}

interface Running {
  module: WebAssembly.Module;
  exports: WebAssembly.Exports;
  /** Addresses of the code that it was made from. */
  ranges: Range[];
}

/** A function that may be entered. */
export interface Reused extends Place {
  entry: unknown;
  ranges: Range[];
  /** Is it the first of its module, or the first since code has changed? */
  is_first: boolean;
}

/** New code of this part of what there was makes all of it one new module: V8 then has to optimise it once more. */
const MUCH = 1 / 4;
/** As many modules as this become one, too. */
const MANY = 8;

export class EarlierRuns {
  native: NativeCode | undefined;
  /** By key, what this run has not taken yet. */
  private readonly waiting = new Map<number, Place>();
  private readonly given = new Set<SavedModule>();
  private readonly running = new Map<SavedModule, Running>();
  /** Modules whose code has been found to be the same, since code has changed last. */
  private readonly same = new Set<SavedModule>();

  constructor(
    private readonly memory: GuestMemory,
    private readonly instantiate: (module: WebAssembly.Module) => WebAssembly.Exports,
  ) {}

  use(modules: readonly SavedModule[]): void {
    for (const module of modules) {
      this.given.add(module);
      module.functions.forEach(({ key }, index) => this.waiting.set(key, { module, index }));
    }
  }

  has(key: number): boolean {
    return this.waiting.has(key);
  }

  /** The guest's code has changed somewhere. */
  forget(): void {
    this.same.clear();
  }

  /** The function of a key, for good; undefined if the guest's code is not what it was made from. */
  take(key: number): Reused | undefined {
    const place = this.waiting.get(key);
    if (place === undefined) return undefined;
    this.waiting.delete(key);
    const { module, index } = place;
    const is_first = !this.same.has(module);
    if (is_first && !same_code(this.memory, module.code)) return undefined;
    this.same.add(module);
    const known = this.running.get(module);
    try {
      const { exports, ranges } = known ?? this.begin(module);
      return { module, index, entry: exports[`r${index}`], ranges, is_first };
    } catch {
      return undefined;
    }
  }

  private begin(saved: SavedModule): Running {
    const native = saved.native.length > 0 ? this.native?.module(saved.native, saved.wasm) : undefined;
    if (native === undefined) saved.native = new Uint8Array(0);
    const module = native ?? new WebAssembly.Module(saved.wasm as BufferSource);
    return this.note(saved, module, this.instantiate(module));
  }

  /** A module is in use: one of an earlier run, or a new one that later runs shall have. */
  note(saved: SavedModule, module: WebAssembly.Module, exports: WebAssembly.Exports): Running {
    const running = { module, exports, ranges: ranges_of(saved) };
    this.running.set(saved, running);
    return running;
  }

  /** Modules for the next run, with these functions that this one has taken or compiled. */
  keep(compiled: Iterable<Place>): SavedModule[] {
    const newest = new Map(this.waiting);
    for (const place of compiled) newest.set(function_of(place).key, place);
    const [old, fresh]: [Place[], Place[]] = [[], []];
    for (const place of newest.values()) (this.given.has(place.module) ? old : fresh).push(place);
    const movable = new Map(modules_of([...old, ...fresh]).map((module) => [module, this.is_constant(module)]));
    const can_move = (place: Place) => movable.get(place.module)! && function_of(place).code !== undefined;
    const all_anew = size_of(fresh.filter(can_move)) > size_of(old) * MUCH || modules_of(old).length >= MANY;
    const moving = new Set((all_anew ? [...old, ...fresh] : fresh).filter(can_move));
    const staying = modules_of([...old, ...fresh].filter((place) => !moving.has(place)));
    for (const module of staying) {
      const running = this.running.get(module);
      if (running && this.native) module.native = this.native.of(running.module, Object.values(running.exports));
    }
    return moving.size === 0 ? staying : [...staying, this.merge([...moving])];
  }

  /**
   * Was it made from code that nobody can write, and is that code still there? With other code, a module of many functions would hardly
   * ever be the same again.
   */
  private is_constant({ code }: SavedModule): boolean {
    return same_constants(this.memory, code);
  }

  /** One module of all these. */
  private merge(places: readonly Place[]): SavedModule {
    const functions = places.map(function_of).sort((a, b) => a.key - b.key);
    const local = new Map<number, number>();
    // What is not built well yet is called by its key only: it may be built better in a later run.
    functions.forEach(({ key, grade }, n) => grade > 0 && local.set(key, n));
    const { wasm, functions: linked } = link_module(
      functions.map(({ code }) => code!),
      (key) => local.get(key),
      true,
    );
    return {
      functions: functions.map((each, n) => ({ ...each, code: linked[n] })),
      wasm,
      native: new Uint8Array(0),
      code: extents(this.memory, modules_of(places).flatMap(ranges_of)),
    };
  }
}

export function function_of({ module, index }: Place): SavedFunction {
  return module.functions[index];
}

function size_of(places: readonly Place[]): number {
  return places.reduce((sum, place) => sum + function_of(place).size, 0);
}

/** Addresses of the code that a module was made from. */
function ranges_of({ code }: SavedModule): Range[] {
  return code.map(({ start, bytes }) => [start, start + bytes.length]);
}

function modules_of(places: readonly Place[]): SavedModule[] {
  return [...new Set(places.map(({ module }) => module))];
}
