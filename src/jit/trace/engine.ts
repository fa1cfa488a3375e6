// The JIT engine: the interpreter runs and counts; what gets hot becomes a region, is compiled and from then on entered
// instead. State needs no translation, since both keep it in the same slots. Exits of regions count as well, so that hot
// code behind them does not stay interpreted.

import type { Isa } from '../../adl/index.js';
import type { Decoded } from '../../interp/instructions.js';
import { type Interpreter, NO_SMALL_INTEGER } from '../../interp/interpreter.js';
import { now_ms } from '../../machine/clock.js';
import { GuestFault } from '../../machine/fault.js';
import {
  CALLER,
  DELAYED_FROM,
  EXIT_REASON,
  FUEL,
  LEFT,
  MISSED,
  NEXT_PC,
  NOWHERE,
  OUT_OF_FUEL,
  PC,
  type StateLayout,
} from '../../machine/layout.js';
import { PAGE_BITS } from '../../machine/memory.js';
import { bytes_of_delay, is_in_delay_slot } from '../../machine/state.js';
import { MAX_DEPTH } from '../backend/calls.js';
import type { Optimiser } from '../backend/optimise.js';
import type { TwinsCode } from '../frontend/compile-twins.js';
import type { Grade, Region } from '../ir/region.js';
import { type Cached, CodeCache } from './code-cache.js';
import { about, Compiler, own_ranges, ranges_of, size_of } from './compiler.js';
import { EarlierRuns, function_of, type Place } from './earlier.js';
import { earned_grade, goes_with_caller } from './grades.js';
import { key_of } from './keys.js';
import { DEAD_WINDOW, type JitOptions } from './options.js';
import type { Plan } from './regions.js';
import { extents, is_constant, type Range, type SavedCode, type SavedModule, same_constants, union } from './saved.js';
import { type JitStatistics, no_statistics } from './statistics.js';
import { instantiate, nowhere, type Placed, RegionTable } from './table.js';

/** While slices end where nothing is left to optimise, they get longer, up to so many times. */
const LONGEST_SLICE = 16;
/** So many times the threshold must be reached by a place inside a region, to become a region of at most so many instructions. */
const PATIENCE = 8;
const REPEATED_LIMIT = 100;

/** What follows a region that is as long as it may be needs that part of the threshold. */
const WARM = 8;

/** Guest instructions of copies of functions in an optimised region, at most, beside as many as it had before. */
const MOST_COPIES = 150;

/**
 * So many samples more than other code (grades.ts) needs that of an earlier run: otherwise each run would find something else to build
 * better, out of the module in which it is.
 */
const EARLIER_SAMPLES = 30;

/** For advance(): until the slice is over. */
const NO_KEY = -1;

/** Milliseconds of compiling that are granted at once. */
const FREE_COMPILE_MS = 60;
/** Part of the share that is granted even if nothing is saved: what is hot later may not have been so at first. */
const UNSAVED = 0.2;
/** Milliseconds that a compiled instruction saves, which the interpreter would have taken longer. */
const SAVED_MS = 50e-6;

interface Compiled extends Cached, Placed {
  /** How well it is built: the better, the more time is spent in it. */
  grade: Grade;
  /** Its function's number in its module. */
  index: number;
  /** Slices that ended in it, since it has its grade (grades.ts). */
  samples: number;
  /** Its module, if this run has made it. */
  bytes: Uint8Array | undefined;
  /** Its module for later runs, if anybody wants it. */
  saved: SavedModule | undefined;
  /** Addresses of its instructions. */
  own: readonly Range[];
  /** Addresses that its module was made from. */
  ranges: readonly Range[];
  /** Other places where its function may be entered. */
  entries: Compiled[];
}

/** Thrown through compiled code's frames when code has changed: none of them may go on. */
class CodeChanged extends Error {}

/** What calls from compiled code into the engine and back take of the host's stack, in words (backend/emit.ts). */
const CALL_OUT_WORDS = 500;

export class JitEngine {
  readonly statistics: JitStatistics;
  /** Told that V8 is about to get a module, or the compiler. */
  before_compiling: ((optimised: boolean) => void) | undefined;
  /** Told of every module that is compiled. */
  on_compiled: ((regions: readonly Region[], bytes: Uint8Array) => void) | undefined;
  /** Who optimises, with `tiers` of 2. */
  optimiser: Optimiser | undefined;
  /** What it has been given. */
  private readonly optimising: (Compiled | undefined)[] = [];
  private known_compiler: Compiler | undefined;
  /** Made before the first region. */
  private known_table: RegionTable | undefined;
  /** By key. */
  private readonly compiled = new Map<number, Compiled>();
  private readonly cache: CodeCache<Compiled>;
  private readonly refused = new Set<number>();
  /** Pages of instructions that have been compiled. */
  private readonly code_pages = new Set<number>();
  /** Addresses of instructions that some region has, with its key, and keys of them that have been hot once. */
  private readonly covered = new Map<number, number>();
  private readonly patient = new Set<number>();
  /** Instructions to stop at, since compiled code waits for a call to return there: their heat at other times. */
  private readonly stops = new Map<Decoded, number>();
  /** When so many instructions are executed, compiled code is out of fuel. */
  private slice_end = NO_SMALL_INTEGER;
  private slice: number;
  /** Is there stale compiled code among the callers? */
  private code_changed = false;
  private readonly slots: Uint32Array;
  private readonly many_sets: boolean;
  private readonly selector: number;
  /** Bytes of a delay slot, or 0. */
  private readonly delay: number;
  private readonly began = now_ms();

  constructor(
    private readonly isa: Isa,
    /** The ISA's twins (jit/frontend/twins.ts). */
    private readonly twins: () => TwinsCode,
    private readonly layout: StateLayout,
    private readonly interpreter: Interpreter,
    private readonly options: JitOptions,
  ) {
    this.slice_end = 0;
    this.slots = interpreter.memory.u32.subarray(0, layout.end);
    this.slice = options.slice;
    this.statistics = no_statistics(interpreter.executed);
    this.many_sets = isa.instruction_sets.length > 1;
    this.delay = bytes_of_delay(isa);
    this.selector = isa.selector === undefined ? -1 : layout.base.get(isa.selector)!;
    this.earlier = new EarlierRuns(interpreter.memory, (module) => instantiate(module, this.table.imports));
    this.cache = new CodeCache<Compiled>(
      options.cache,
      (compiled) => this.table.take_out(compiled),
      (compiled) => this.evict(compiled),
    );
  }

  private get table(): RegionTable {
    return (this.known_table ??= new RegionTable(this.interpreter.memory.wasm, (key, back, depth) =>
      this.outside(key, back, depth),
    ));
  }

  /**
   * Instructions that compiled code may execute beyond its fuel before it notices, and those after which all state is right
   * again (ir/region.ts): so many are left to the interpreter before a stop.
   */
  get slack(): number {
    // A region's last block may be beyond its limit, and its loops unrolled.
    return this.options.region_limit + 2 * this.options.trace_limit + DEAD_WINDOW;
  }

  /** Instructions executed by compiled code. */
  get executed(): number {
    return this.interpreter.executed - this.statistics.interpreted;
  }

  /**
   * Executes `limit` instructions, unless a GuestFault or GuestExit ends it before; if they need not be exactly so many, some
   * thousand fewer.
   */
  run(limit: number, exact = true): void {
    const { interpreter } = this;
    const end = interpreter.executed + limit;
    while (interpreter.executed < end) {
      this.code_changed = false;
      try {
        const room = end - interpreter.executed - this.slack;
        if (room <= 0) return this.interpret_to(exact ? end : Math.min(end, interpreter.executed + DEAD_WINDOW));
        this.slice_end = interpreter.executed + Math.min(room, this.slice);
        this.advance(NO_KEY, 0);
      } catch (error) {
        if (!(error instanceof CodeChanged)) throw error;
      }
    }
  }

  private interpret_to(stop: number): void {
    const { interpreter } = this;
    while (interpreter.executed < stop) {
      this.interpret(stop - interpreter.executed);
      // The next run shall hear of it.
      if (interpreter.hot) interpreter.hot.heat = 1;
    }
  }

  /**
   * Executes until the next instruction is the one at `back`, or the slice is over: compiled code where there is some, the
   * interpreter elsewhere. `depth` is what compiled code that waits for this has used of the host's stack.
   */
  private advance(back: number, depth: number): number {
    const { interpreter, slots } = this;
    const stop = back === NO_KEY ? undefined : this.interpreter.seen(this.pc_of(back), this.set_of(back));
    // Somebody further out may wait for the same.
    const mine = stop !== undefined && !this.stops.has(stop);
    if (mine) this.stops.set(stop, stop.heat);
    try {
      for (;;) {
        const reason = slots[EXIT_REASON];
        slots[EXIT_REASON] = 0;
        if (reason === LEFT) this.interpret(1);
        if (this.delay !== 0 && is_in_delay_slot(slots, this.delay)) {
          // A key does not say where execution goes on behind it.
          this.interpret(1);
          if (interpreter.hot) interpreter.hot.heat = 1;
          continue;
        }
        const key = key_of(slots[PC], interpreter.current_set());
        const remaining = this.slice_end - interpreter.executed;
        if (remaining <= 0 || key === back) return key;
        const compiled = this.compiled.get(key);
        if (compiled) {
          this.enter(compiled, depth);
          continue;
        }
        if (reason === MISSED) {
          // An arrival as any other.
          const inst = interpreter.lookup(slots[PC], interpreter.current_set());
          if (--inst.heat <= 0) {
            this.arrived(inst);
            continue;
          }
        }
        // What is forgotten by now stays so (Decoded.heat).
        if (stop && stop.heat > 0) stop.heat = 1;
        this.interpret(remaining);
        const { hot } = interpreter;
        if (hot !== undefined && hot !== stop) this.arrived(hot);
      }
    } finally {
      if (mine) {
        if (stop.heat > 0) stop.heat = this.stops.get(stop)!;
        this.stops.delete(stop);
      }
    }
  }

  /** The interpreter has stopped at an instruction that its heat made it stop at. */
  private arrived(inst: Decoded): void {
    const heat = this.stops.get(inst);
    if (heat === undefined || heat === 1) this.heated(inst);
    if (heat === undefined) return;
    this.stops.set(inst, heat === 1 ? inst.heat : heat - 1);
    inst.heat = 1;
  }

  private interpret(limit: number): void {
    const { interpreter } = this;
    const before = interpreter.executed;
    try {
      interpreter.run(limit);
    } finally {
      this.statistics.interpreted += interpreter.executed - before;
    }
    if (!this.code_changed) return;
    // Whatever it has stopped at, it shall stop there again.
    if (interpreter.hot) interpreter.hot.heat = 1;
    throw new CodeChanged();
  }

  /**
   * Called by compiled code that has called a function, when execution is at `key`, for which there is no compiled code, and
   * not at `back`, where the caller would go on.
   */
  private outside(key: number, back: number, depth: number): number {
    const { slots, interpreter } = this;
    // Too deep for one more turn: a caller with more room takes care of it.
    if (depth > MAX_DEPTH / 2) return key;
    interpreter.executed = this.slice_end - slots[FUEL];
    this.set_pc(key);
    const next = this.advance(back >>> 0, depth + CALL_OUT_WORDS);
    slots[FUEL] = this.slice_end - interpreter.executed;
    return next;
  }

  private set_pc(key: number): void {
    const { slots } = this;
    slots[PC] = this.pc_of(key);
    if (this.delay !== 0) {
      // Compiled code never ends between a branch and its delay slot.
      slots[NEXT_PC] = slots[PC] + this.delay;
      slots[DELAYED_FROM] = NOWHERE;
    }
    if (this.many_sets) slots[this.selector] = this.set_of(key);
  }
  private pc_of(key: number): number {
    return this.many_sets ? (key & ~1) >>> 0 : key;
  }
  private set_of(key: number): number {
    return this.many_sets ? key & 1 : 0;
  }

  /** An instruction has been jumped to often enough. */
  private heated(inst: Decoded): void {
    const key = key_of(inst.pc, inst.set);
    if (!this.compiled.has(key) && !this.refused.has(key)) {
      if (this.earlier.has(key)) {
        inst.heat = this.reuse(key) ? 1 : this.options.threshold;
        return;
      }
      // What a region has already is worth compiling once more, from here, only if execution arrives here very often.
      const again = this.covered.has(inst.pc) && !this.patient.has(key);
      if (again || this.over_budget()) {
        if (again) this.patient.add(key);
        inst.heat = this.options.threshold * (again ? PATIENCE : 1);
        return;
      }
      this.compile(key);
    }
    // Whoever arrives there again is stopped at once if there is compiled code to enter.
    inst.heat = this.compiled.has(key) ? 1 : this.options.threshold * 1000;
  }

  /**
   * Compiling may take a share of the time so far: what is hottest gets hot again soonest. And little more than compiled code
   * has saved, so that a program which executes many places, none of them often, is not much slower than in the interpreter.
   */
  private over_budget(): boolean {
    const { build_ms, v8_ms } = this.statistics;
    const share = this.options.compile_share * (now_ms() - this.began);
    return build_ms + v8_ms > FREE_COMPILE_MS + Math.min(share, UNSAVED * share + SAVED_MS * this.executed);
  }

  private enter(compiled: Compiled, depth: number): void {
    const { slots, interpreter } = this;
    compiled.on_probation = false;
    this.table.put(compiled);
    slots[FUEL] = this.slice_end - interpreter.executed;
    this.statistics.entries++;
    const next = this.run_compiled(compiled.key, depth);
    interpreter.executed = this.slice_end - (slots[FUEL] | 0);
    this.set_pc(next);
    this.count_exit((slots[FUEL] | 0) < 0);
    const ended_in = slots[OUT_OF_FUEL];
    // Those who wait for a call, further out, run out of fuel with whom they called.
    if ((slots[FUEL] | 0) >= 0 || ended_in === 0) return;
    slots[OUT_OF_FUEL] = 0;
    const { slice } = this.options;
    const weight = this.slice / slice;
    const settled = this.compiled.get(ended_in)?.grade;
    this.slice = settled ? Math.min(this.slice + (this.slice >> 2), slice * LONGEST_SLICE) : slice;
    this.sample(ended_in, weight);
    // What calls much is worth it, too.
    const caller = slots[CALLER];
    slots[CALLER] = 0;
    if (caller !== 0) this.sample(this.covered.get(this.pc_of(caller)), weight);
  }

  private count_exit(slice_over: boolean): void {
    const { statistics } = this;
    if (slice_over) statistics.exits_slice++;
    else if (this.slots[EXIT_REASON] === LEFT) statistics.exits_instruction++;
    else statistics.exits_missing++;
  }

  /** A slice has ended in a region. Where most do, most time is spent: that region is worth optimising. */
  private sample(key: number | undefined, weight: number): void {
    const compiled = key === undefined ? undefined : this.compiled.get(key);
    if (compiled === undefined) return;
    compiled.samples += weight;
    if (compiled.grade > 0 && this.optimiser !== undefined) this.has_run(compiled, this.optimiser);
    const earned = earned_grade(compiled, this.interpreter.executed / this.options.slice);
    if (earned !== undefined && !this.over_budget()) this.optimise(compiled.key, earned);
  }

  /** A slice has ended in compiled code: it is worth the optimiser's work in the end. */
  private has_run(compiled: Compiled, optimiser: Optimiser): void {
    if (compiled.samples >= this.options.optimise_after && compiled.bytes !== undefined) {
      // Never again.
      compiled.samples = Number.NEGATIVE_INFINITY;
      const id = this.optimising.push(compiled) - 1;
      optimiser.post({ id, bytes: compiled.bytes.slice() });
    }
    for (let done = optimiser.receive(); done !== undefined; done = optimiser.receive()) {
      const old = this.optimising[done.id]!;
      this.optimising[done.id] = undefined;
      if (done.module === undefined) continue;
      old.function = instantiate(done.module, this.table.imports)[`r${old.index}`];
      this.table.renew(old);
      this.statistics.second_tier++;
    }
  }

  /** Drops compiled code made from instructions in [start, end): the guest has written there. */
  forget(start: number, end: number): void {
    this.refused.clear();
    this.covered.clear();
    this.known_compiler?.forget();
    this.earlier.forget();
    if (!this.has_code(start, end)) return;
    for (const compiled of this.compiled.values())
      if (compiled.ranges.some(([from, to]) => from < end && start < to)) {
        this.drop(compiled);
        this.code_changed = true;
      }
  }

  /** Does a page that [start, end) touches have compiled code? */
  private has_code(start: number, end: number): boolean {
    const [first, last] = [start >>> PAGE_BITS, (end - 1) >>> PAGE_BITS];
    if (last - first < 16) {
      for (let page = first; page <= last; page++) if (this.code_pages.has(page)) return true;
      return false;
    }
    for (const page of this.code_pages) if (page >= first && page <= last) return true;
    return false;
  }

  private run_compiled(key: number, depth: number): number {
    try {
      return this.table.drive(key, depth) >>> 0;
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError && error.message.includes('out of bounds'))) throw error;
      // The guest's last 4 KiB do not exist. State is as it was when compiled code was entered.
      const where =
        'an access to an address of 0xfffff000 or above (an error number used as a pointer?) somewhere after this place';
      const fault = new GuestFault('SIGSEGV', `${where}; --memcheck finds it exactly`);
      fault.pc = this.slots[PC];
      throw fault;
    }
  }

  /** Code of earlier runs, and for later ones. */
  readonly earlier: EarlierRuns;
  /** Constant memory that compiled code depends on: address → size. */
  private readonly constants = new Map<number, number>();

  /** Will save() be called? */
  saves_code = false;
  /** What compiled code depends on beside the guest and the ISA. */
  get parameters(): unknown {
    const { trace_limit, region_limit, inline_limit } = this.options;
    return { trace_limit, region_limit, inline_limit };
  }

  /** Takes over what an earlier run has compiled, as far as it will be needed. To be called before anything is compiled. */
  use_saved({ modules, constants }: SavedCode): void {
    if (!same_constants(this.interpreter.memory, constants)) return;
    for (const { start, bytes } of constants) this.constants.set(start, bytes.length);
    this.earlier.use(modules);
    for (const { functions } of modules) for (const { key } of functions) this.stop_at(key);
    this.interpreter.is_hot = (pc, set) => {
      const key = key_of(pc, set);
      return this.earlier.has(key) || this.compiled.has(key);
    };
  }

  /** What the next run of the same program can take over: the code compiled in this one, and what came from earlier ones. */
  save(): SavedCode {
    const { memory } = this.interpreter;
    const live: Place[] = [];
    for (const { key, index, saved } of this.compiled.values())
      if (saved?.functions[index].key === key) live.push({ module: saved, index });
    const constants = [...this.constants].filter(([start, size]) => is_constant(memory, start, size));
    this.before_compiling?.(true);
    return {
      modules: this.earlier.keep(live),
      constants: extents(
        memory,
        constants.map(([start, size]) => [start, start + size]),
      ),
    };
  }

  /** Compiles all code that can be found from keys on, without running it, for later runs of the same program. */
  compile_ahead(entries: Iterable<number>): SavedCode {
    const regions = this.compiler.ahead(entries);
    const { wasm } = this.compiler.emit(regions, true);
    const module = {
      functions: regions.map((region) => ({ ...about(region), grade: 1 as const, code: undefined })),
      wasm,
      native: new Uint8Array(0),
      code: extents(this.interpreter.memory, regions.flatMap(ranges_of)),
    };
    return { modules: [module], constants: this.save().constants };
  }

  /** Takes the code of an earlier run, if the guest's code at its key is the same. */
  private reuse(key: number): boolean {
    const before = now_ms();
    this.before_compiling?.(true);
    const reused = this.earlier.take(key);
    this.statistics.v8_ms += now_ms() - before;
    if (reused === undefined) return false;
    this.statistics.reused++;
    const { module, index, entry, ranges, is_first } = reused;
    const { entries, size, grade, ranges: own } = function_of(reused);
    if (is_first) {
      for (const [start, end] of ranges) this.interpreter.code_map?.note(start, end);
      this.note_pages(ranges);
    }
    const known = { key, index, grade, samples: -EARLIER_SAMPLES, function: entry };
    this.let_find({ ...known, bytes: undefined, saved: module, own, ranges, size }, entries);
    return true;
  }

  /** Compiles the code at a key, without what other regions have. */
  private compile(key: number): void {
    const before = now_ms();
    const limit = this.covered.has(this.pc_of(key)) ? REPEATED_LIMIT : this.options.region_limit;
    const region = this.compiler.region(key, {
      grade: 0,
      limit,
      ends_at: (other) => this.compiled.has(other),
      many_entries: true,
    });
    if (region === undefined) {
      this.refused.add(key);
      return;
    }
    this.link([region], before);
    // Where compiled code has to go again, no more shall come than has to.
    const roomy = this.statistics.evicted_instructions < this.options.cache;
    if (roomy && limit === this.options.region_limit) for (const next of region.cut_at) this.warm(next);
  }

  /** What follows a region that could not be longer is about as hot, and need not show that from the beginning. */
  private warm(key: number): void {
    const inst = this.interpreter.seen(this.pc_of(key), this.set_of(key));
    if (inst && !this.compiled.has(key)) inst.heat = Math.min(inst.heat, Math.ceil(this.options.threshold / WARM));
  }

  /**
   * Compiles the code at a key once more: with copies of small functions where they are called, with all that it reaches, and
   * in one module with those functions it calls in which time is spent, too, so that these calls are direct.
   */
  private optimise(key: number, grade: 1 | 2): void {
    const before = now_ms();
    const plan = (next: number, room: number): Plan => {
      const known = this.compiled.get(next);
      const copies = MOST_COPIES + (known?.size ?? 0);
      return { grade: known?.grade === 2 ? 2 : grade, limit: room, copies, ends_at: () => false };
    };
    const goes_along = (callee: number): boolean => {
      const compiled = this.compiled.get(callee);
      return compiled !== undefined && goes_with_caller(compiled, grade);
    };
    const regions = this.compiler.with_callees(key, this.options.region_limit, plan, goes_along);
    const known = this.compiled.get(key);
    // Another region of the same instructions would be the same.
    if (known?.grade === 1 && regions.length === 1 && size_of(regions[0]) === known.size) known.grade = 2;
    else if (regions.length > 0) this.link(regions, before);
  }

  /** Makes a module of regions and lets execution find them. */
  private link(regions: readonly Region[], began: number): void {
    const { grade } = regions[0];
    const { wasm: bytes, functions: code } = this.compiler.emit(regions, grade > 0);
    this.on_compiled?.(regions, bytes);
    const built = now_ms();
    this.before_compiling?.(grade > 0);
    const module = new WebAssembly.Module(bytes as BufferSource);
    const functions = instantiate(module, this.table.imports);
    const { statistics } = this;
    statistics.build_ms += built - began;
    statistics.v8_ms += now_ms() - built;
    statistics.regions += regions.length;
    if (grade > 0) statistics.optimised += regions.length;
    const size = regions.reduce((sum, region) => sum + size_of(region), 0);
    statistics.compiled_instructions += size;
    // Regions of a module call each other without asking: when the code of one changes, none can stay.
    const ranges = union(regions.flatMap(ranges_of));
    this.note_pages(ranges);
    let saved: SavedModule | undefined;
    if (this.saves_code) {
      saved = {
        functions: regions.map((region, n) => ({ ...about(region), code: code[n] })),
        wasm: bytes,
        native: new Uint8Array(0),
        code: extents(this.interpreter.memory, ranges),
      };
      this.earlier.note(saved, module, functions);
    }
    regions.forEach((region, n) => {
      for (const { starts } of region.blocks) for (const pc of starts) this.covered.set(pc, region.key);
      const { key, grade, entries } = region;
      const fresh = { key, index: n, grade, samples: 0, function: functions[`r${n}`] };
      this.let_find({ ...fresh, bytes, saved, own: own_ranges(region), ranges, size: size_of(region) }, entries);
    });
  }

  /** From now on, execution finds a function at its key and at its other entries. */
  private let_find(
    code: Omit<Compiled, 'places' | 'place' | 'on_probation' | 'entries'>,
    entries: readonly number[],
  ): void {
    const compiled: Compiled = { ...code, ...nowhere(code.key), on_probation: false, entries: [] };
    this.add(compiled);
    for (const entry of entries) this.add_entry(entry, compiled);
  }

  /** A region may be entered at another place, too. */
  private add_entry(key: number, region: Compiled): void {
    if (this.compiled.has(key)) return;
    const entry = { ...region, ...nowhere(key), key, size: 0, entries: [] };
    region.entries.push(entry);
    this.compiled.set(key, entry);
    this.stop_at(key);
  }

  /** Who arrives at a key shall stop. */
  private stop_at(key: number): void {
    const inst = this.interpreter.seen(this.pc_of(key), this.set_of(key));
    if (inst) inst.heat = 1;
  }

  private add(compiled: Compiled): void {
    const { key } = compiled;
    const before = this.compiled.get(key);
    if (before) this.drop(before);
    this.compiled.set(key, compiled);
    this.table.put(compiled);
    this.cache.add(compiled);
  }

  private note_pages(ranges: readonly Range[]): void {
    for (const [start, end] of ranges)
      for (let page = start >>> PAGE_BITS; page <= (end - 1) >>> PAGE_BITS; page++) this.code_pages.add(page);
  }

  private drop(compiled: Compiled): void {
    for (const entry of compiled.entries)
      if (this.compiled.get(entry.key) === entry) {
        this.drop(entry);
        this.cool(entry.key);
      }
    this.compiled.delete(compiled.key);
    this.cache.remove(compiled);
    this.table.take_out(compiled);
  }
  private evict(compiled: Compiled): void {
    this.statistics.evicted_instructions += compiled.size;
    this.drop(compiled);
    for (const [start, end] of compiled.own) for (let pc = start; pc < end; pc++) this.covered.delete(pc);
    // It may be waiting for a call, and nobody would tell it of changes.
    this.code_changed = true;
    this.cool(compiled.key);
  }
  /**
   * What is at a key has to get hot again, and hotter each time that as much as the cache holds has been dropped: what goes before it
   * has paid had better be interpreted.
   */
  private cool(key: number): void {
    const inst = this.interpreter.seen(this.pc_of(key), this.set_of(key));
    const { threshold, cache } = this.options;
    if (inst) inst.heat = Math.ceil(threshold * (1 + this.statistics.evicted_instructions / cache));
  }

  /** Made, and the compiler loaded, when something has to be compiled: most later runs find all of it. */
  private get compiler(): Compiler {
    if (this.known_compiler) return this.known_compiler;
    const { isa, twins, layout, interpreter, options, constants } = this;
    this.before_compiling?.(false);
    return (this.known_compiler = new Compiler(isa, twins(), layout, interpreter, options, constants));
  }
  /** What could not be compiled is to be had there. */
  get frontend(): Compiler['frontend'] | undefined {
    return this.known_compiler?.frontend;
  }
}
