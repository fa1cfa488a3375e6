// The reference engine: fetch, decode once, execute, commit the next pc. What every other engine is compared with.
// In: a machine's state and memory. Out: instructions executed, counted exactly; state as after the last of them.
// Decoded instructions are kept by pc and chained to their successors; without a JIT, those that are executed
// often become blocks (blocks.ts).

import type { Isa, MachineState } from '../adl/index.js';
import type { CodeMap } from '../machine/code-map.js';
import { GuestExit, GuestFault, hex } from '../machine/fault.js';
import { DELAYED_PC, NEXT_PC, PC, type StateLayout, selector_slot } from '../machine/layout.js';
import { GUEST_END, type GuestMemory, PAGE_BITS, PAGE_SIZE, X } from '../machine/memory.js';
import { make_block } from './blocks.js';
import type { Decoded, InstructionFactory } from './instructions.js';
import { type Loop, make_loop } from './loop.js';

/** Heat that never reaches zero within a run's patience, and is then set again. */
export const COLD = 0x3fffffff;

/**
 * What a count begins with, before it is set to 0, that will outgrow V8's small integers: a property whose kind of number changes
 * makes V8 compile anew whatever knows the object.
 */
export const NO_SMALL_INTEGER = 2 ** 31;

/** Told of every instruction by run_observed(). */
export interface Observer {
  before?(inst: Decoded): void;
  after?(inst: Decoded): void;
}

const PAGE_MASK = PAGE_SIZE - 1;
/** Instructions that take as much memory as the index of a page. */
const PAGE_COST = 32;

/** What has been decoded of a page of memory: an array that is filled, and for each byte the place there of what begins at it, or 0. */
interface DecodedPage {
  readonly index: Uint16Array;
  readonly instructions: (Decoded | undefined)[];
}

export class Interpreter {
  /** Instructions executed so far. */
  executed = NO_SMALL_INTEGER;
  /** The instruction whose heat ran out, when run() returned for that; its pc is the state's. */
  hot: Decoded | undefined;

  /** Whose arrival by a jump the JIT wants to know of the first time. */
  is_hot: ((pc: number, set: number) => boolean) | undefined;
  /** Instructions that are kept decoded, at some 250 bytes each: beyond, all of them are forgotten. A page counts as PAGE_COST more. */
  decoded_limit = 500_000;
  /** Told where code is, if the guest may rewrite it without saying so. */
  code_map: CodeMap | undefined;

  private readonly slots: Uint32Array;
  private readonly specials: readonly number[];
  private readonly selector: number;
  /** Bytes of a parcel of each instruction set. */
  private readonly parcels: readonly number[];
  /** The least of them; with delay slots, the bytes of an instruction. */
  private readonly parcel: number;
  /** Of each instruction set, by page. */
  private readonly decoded: readonly Map<number, DecodedPage>[];
  /** How many instructions there are in them, with what the pages count. */
  private count = 0;

  constructor(
    private readonly isa: Isa,
    private readonly layout: StateLayout,
    readonly memory: GuestMemory,
    private readonly state: MachineState,
    private readonly factory: InstructionFactory,
    /** The loop of runs with the JIT that the build generated, if it did. */
    private readonly generated_loop?: Loop,
  ) {
    this.executed = 0;
    this.slots = memory.u32.subarray(0, layout.end);
    this.specials = layout.specials.map(({ slot }) => slot);
    this.selector = selector_slot(isa, layout);
    this.parcels = isa.instruction_sets.map((set) => set.parcel / 8);
    this.parcel = Math.min(...this.parcels);
    this.decoded = isa.instruction_sets.map(() => new Map());
    this.fetch = this.parcels.map((bytes) => (address: number) => this.parcel_at(address, bytes));
  }

  /** Index of the instruction set that the state selects. */
  current_set(): number {
    return this.selector < 0 ? 0 : this.slots[this.selector];
  }

  /** Remembers where an instruction has jumped to: the JIT tries these places first. */
  note_target(inst: Decoded, target: number): void {
    if (inst.jumped_to !== -1 && this.has_jit) {
      inst.jumped_before ??= [];
      const { jumped_before } = inst;
      if (jumped_before.length < 64 && !jumped_before.includes(inst.jumped_to)) jumped_before.push(inst.jumped_to);
    }
    inst.jumped_to = target;
  }
  /** Does a JIT want to know what gets hot, and of all places that were jumped to? Otherwise blocks are made of what is hot. */
  has_jit = true;

  /** The decoded instruction at an address if it was executed before. */
  seen(pc: number, set: number): Decoded | undefined {
    const page = this.decoded[set].get(pc >>> PAGE_BITS);
    return page?.instructions[page.index[pc & PAGE_MASK]];
  }

  /** Decodes, or finds decoded, the instruction at an address. A GuestFault where nothing executable is. */
  lookup(pc: number, set: number): Decoded {
    let page = this.decoded[set]?.get(pc >>> PAGE_BITS);
    const found = page?.instructions[page.index[pc & PAGE_MASK]];
    if (found !== undefined) return found;
    // All in one function: V8 optimises small ones early, which would take it longer than hello world runs (docs/performance.md).
    const inst = this.decode(pc, set);
    if (this.count >= this.decoded_limit) {
      this.forget(0, GUEST_END);
      page = undefined;
    }
    if (this.is_hot?.(pc, set)) inst.heat = 1;
    this.code_map?.note(pc, pc + inst.size);
    if (page === undefined) {
      page = { index: new Uint16Array(PAGE_SIZE), instructions: [undefined] };
      this.decoded[set].set(pc >>> PAGE_BITS, page);
      this.count += PAGE_COST;
    }
    page.index[pc & PAGE_MASK] = page.instructions.push(inst) - 1;
    this.count++;
    return inst;
  }

  /** Decodes without remembering: for disassembly and for the JIT's look at code that has not run. */
  decode(pc: number, set: number): Decoded {
    const bytes = this.parcels[set];
    if (bytes === undefined) throw new Error(`instruction set ${set} does not exist`);
    if ((pc & (bytes - 1)) !== 0) {
      const { name } = this.isa.instruction_sets[set];
      throw new GuestFault('SIGBUS', `${name} instruction at ${hex(pc)}, which is not a multiple of ${bytes}`, pc);
    }
    return this.factory.decode(pc, set, this.fetch[set]);
  }
  /** Reads a parcel of each instruction set. */
  private readonly fetch: readonly ((address: number) => number)[];
  /** All in one function, as in lookup(). */
  private parcel_at(address: number, bytes: number): number {
    const { memory } = this;
    const rights = memory.pages[address >>> PAGE_BITS];
    if ((rights & X) === 0) {
      const what = rights === 0 ? 'unmapped memory' : 'memory that is not executable,';
      throw new GuestFault('SIGSEGV', `execution of ${what} at ${hex(address)}`, address);
    }
    return memory.fetch(address, bytes);
  }

  /** Forgets decoded instructions in pages that [start, end) touches: the guest has written there. */
  forget(start: number, end: number): void {
    const [first, last] = [start >>> PAGE_BITS, (end - 1) >>> PAGE_BITS];
    for (const decoded of this.decoded) {
      if (last - first < 1000) for (let page = first; page <= last; page++) this.forget_page(decoded, page);
      // Of all pages there are, few have been decoded.
      else for (const page of decoded.keys()) if (page >= first && page <= last) this.forget_page(decoded, page);
    }
  }
  private forget_page(decoded: Map<number, DecodedPage>, page: number): void {
    const known = decoded.get(page);
    if (!known) return;
    decoded.delete(page);
    this.count -= PAGE_COST + known.instructions.length - 1;
    for (const inst of known.instructions) {
      if (inst === undefined) continue;
      // Instructions elsewhere may be chained to it.
      inst.next = undefined;
      inst.heat = 0;
      inst.block = undefined;
    }
    // What stands before the page may go on into it, and an instruction may lie in both.
    const before = decoded.get(page - 1);
    for (const inst of before?.instructions ?? []) {
      if (inst === undefined) continue;
      inst.next = undefined;
      inst.block = undefined;
      if (inst.pc + inst.size <= page * PAGE_SIZE) continue;
      before!.index[inst.pc & PAGE_MASK] = 0;
      inst.heat = 0;
    }
  }

  /**
   * Executes at most `limit` instructions. Returns early when an instruction's heat runs out (`hot` is then set), and by
   * exception on a GuestFault, whose instruction does not count as executed, or a GuestExit, whose does.
   */
  run(limit: number): void {
    // Computed of a large number, a small one is still no small integer of V8's.
    const count = limit < NO_SMALL_INTEGER ? limit | 0 : limit;
    if (this.isa.delay_slots === 1) this.run_with_delay_slots(count);
    else this.run_without_delay_slots(count);
  }

  private run_without_delay_slots(limit: number): void {
    this.hot = undefined;
    this.loop ??= (this.has_jit && this.generated_loop) || make_loop(this.isa, this.layout, !this.has_jit);
    this.loop(this, this.state, this.slots, limit);
  }
  private loop: Loop | undefined;

  /** For the loop: an instruction's heat has run out. Does the run end for that? */
  heated(inst: Decoded): boolean {
    inst.heat = COLD;
    if (this.has_jit) this.hot = inst;
    else inst.block = make_block(inst, this.specials, this.state, this.slots);
    return this.has_jit;
  }

  /**
   * The same where a branch takes effect after the next instruction. Of the pc, the next and the one after that, an
   * instruction may assign the last two. An instruction in a delay slot is never hot: compiled code begins behind it.
   */
  private run_with_delay_slots(limit: number): void {
    const { slots, state, specials, selector, parcel } = this;
    const special = specials.length > 0 ? specials[0] : DELAYED_PC;
    const many_specials = specials.length > 1;
    let remaining = limit;
    this.hot = undefined;
    let before: Decoded | undefined;
    let pc = slots[PC];
    let next_pc = slots[NEXT_PC];
    let set = selector < 0 ? 0 : slots[selector];
    try {
      let inst = this.lookup(pc, set);
      while (remaining > 0) {
        slots[special] = inst.special;
        slots[DELAYED_PC] = next_pc + parcel;
        if (many_specials) for (let n = 1; n < specials.length; n++) slots[specials[n]] = inst.more_specials[n - 1];
        inst.execute(state, inst);
        remaining--;
        const expected = next_pc;
        pc = slots[NEXT_PC];
        next_pc = slots[DELAYED_PC];
        slots[PC] = pc;
        slots[NEXT_PC] = next_pc;
        if (pc === inst.next_pc && (selector < 0 || slots[selector] === set)) {
          before = inst;
          if (inst.next !== undefined) inst = inst.next;
          else {
            const next = this.lookup(pc, set);
            inst.next = next;
            inst = next;
          }
        } else {
          if (selector >= 0) set = slots[selector];
          const target = pc | set;
          const branch: Decoded | undefined = pc === expected ? before : inst;
          before = inst;
          const known: Decoded | undefined = branch?.jumped_to === target ? branch.jump : undefined;
          if (known !== undefined && known.heat > 0) inst = known;
          else {
            inst = this.lookup(pc, set);
            if (branch !== undefined) {
              if (target !== branch.jumped_to) this.note_target(branch, target);
              branch.jump = inst;
            }
          }
          if (next_pc === inst.next_pc && --inst.heat <= 0) {
            this.hot = inst;
            inst.heat = COLD;
            break;
          }
        }
      }
    } catch (error) {
      if (error instanceof GuestFault) error.pc = slots[PC];
      else if (error instanceof GuestExit) remaining--;
      throw error;
    } finally {
      this.executed += limit - remaining;
    }
  }

  /** The same, one instruction at a time, with an observer called before and after each. */
  run_observed(limit: number, observer: Observer): void {
    const { slots, state, specials, parcel } = this;
    const delay = this.isa.delay_slots === 1;
    try {
      for (let n = 0; n < limit; n++) {
        const inst = this.lookup(slots[PC], this.current_set());
        if (specials.length > 0) slots[specials[0]] = inst.special;
        for (let k = 1; k < specials.length; k++) slots[specials[k]] = inst.more_specials[k - 1];
        observer.before?.(inst);
        if (delay) slots[DELAYED_PC] = slots[NEXT_PC] + parcel;
        else slots[NEXT_PC] = inst.next_pc;
        inst.execute(state, inst);
        slots[PC] = slots[NEXT_PC];
        if (delay) slots[NEXT_PC] = slots[DELAYED_PC];
        this.executed++;
        observer.after?.(inst);
      }
    } catch (error) {
      if (error instanceof GuestFault) error.pc = slots[PC];
      else if (error instanceof GuestExit) this.executed++;
      throw error;
    }
  }
}
