// Executes a few instructions as compiled code and in the interpreter, from the same state, and compares everything. For any
// ISA: cases are made from its encoding tables. In: a case. Out: what differs.
//
// The code is jumped to by a trampoline, which makes it hot, so that the engine compiles it before anything of it has run.
// As soon as compiled code hands over to the interpreter again, the run is stopped: what is compared is what compiled code
// has left, not what the interpreter has made of that afterwards.

import * as fc from 'fast-check';
import type { Isa, MachineState } from '../../src/adl/index.js';
import { parse_rows, type Row } from '../../src/decoder-gen/index.js';
import { make_instruction_factory } from '../../src/interp/instructions.js';
import { Interpreter } from '../../src/interp/interpreter.js';
import { JitEngine } from '../../src/jit/trace/engine.js';
import { JIT_DEFAULTS } from '../../src/jit/trace/options.js';
import type { LoadedIsa } from '../../src/load-isa/index.js';
import { GuestFault } from '../../src/machine/fault.js';
import { layout_state, PC, type StateLayout } from '../../src/machine/layout.js';
import { GUEST_BASE, GUEST_END, type GuestMemory, make_memory, PAGE_SIZE, R, W, X } from '../../src/machine/memory.js';
import { make_state, start_at } from '../../src/machine/state.js';

/** What the tables cannot tell. */
export interface CodeShape {
  /** Words, of 32 bits each, of a jump in instruction set 0 to `address` (with the instruction set's index in bit 0). */
  trampoline(address: number): number[];
  /** The instruction of a set that jumps back over `count` parcels before it. */
  loop(set: number, count: number): number;
  /** Field values that make more instructions do something; each is used in three quarters of all words. */
  usual: Readonly<Record<string, number>>;
  /** The same for registers. */
  usual_registers?: Readonly<Record<string, number>>;
  /** Further words that registers should hold now and then. */
  words?: readonly number[];
}

export interface Case {
  /** Of one instruction set, at most 32 bits each. */
  words: number[];
  /** Is there a jump back to the first of them behind the last? */
  loops: boolean;
  /** Value of each register of StateLayout.named. */
  registers: number[];
}

const CODE = 0x0010_0000;
const CODE_SIZE = 0x1000;
const TRAMPOLINE = CODE + CODE_SIZE;
const SCRATCH = 0x0030_0000;
const SCRATCH_SIZE = 0x4000;

/** The jump to the code has been executed and compiled code has run; now the interpreter would go on. */
class HandedOver extends Error {}

class WatchedInterpreter extends Interpreter {
  /** Asked before the interpreter executes anything. */
  handed_over: () => boolean = () => false;
  override run(limit: number): void {
    if (this.handed_over()) throw new HandedOver();
    super.run(limit);
  }
}

/** Notes where was written, and the highest and the lowest address that was accessed. */
class MemoryLog {
  readonly written = new Set<number>();
  highest = 0;
  lowest = GUEST_END;

  constructor(memory: GuestMemory) {
    for (const size of [1, 2, 4] as const) {
      const read = `read_${size * 8}` as 'read_32';
      const write = `write_${size * 8}` as 'write_32';
      const do_read = memory[read];
      const do_write = memory[write];
      memory[read] = (address) => {
        this.note(address, size);
        return do_read.call(memory, address);
      };
      memory[write] = (address, value) => {
        this.note(address, size);
        for (let n = 0; n < size; n++) this.written.add((address + n) >>> 0);
        do_write.call(memory, address, value);
      };
    }
  }
  private note(address: number, size: number): void {
    this.highest = Math.max(this.highest, address + size - 1);
    this.lowest = Math.min(this.lowest, address);
  }
  clear(): void {
    this.written.clear();
    this.highest = 0;
    this.lowest = GUEST_END;
  }
}

/** What can be compared after a run. */
interface Snapshot {
  registers: Record<string, string>;
  memory: Record<string, number>;
  executed: number;
}

const hex = (value: number) => `0x${value.toString(16)}`;

export class InstructionTester {
  readonly isa: Isa;
  readonly layout: StateLayout;
  readonly rows: Row[][];
  private readonly memory: GuestMemory;
  private readonly log: MemoryLog;
  private readonly state: MachineState;
  private readonly pristine: Uint8Array;
  private engine!: JitEngine;
  private interpreter!: WatchedInterpreter;
  private cases = 0;

  constructor(
    private readonly loaded: LoadedIsa,
    private readonly shape: CodeShape,
  ) {
    this.isa = loaded.isa;
    this.layout = layout_state(this.isa);
    this.rows = this.isa.instruction_sets.map(
      ({ encodings, parcel, first, fields }) => parse_rows(encodings, { parcel, first, fields }).rows,
    );
    this.memory = make_memory(this.isa.abi.endianness);
    this.log = new MemoryLog(this.memory);
    this.state = make_state(this.isa, this.layout, this.memory, { syscall: (s, n) => this.syscall(s, n) });
    this.memory.map(CODE, CODE_SIZE + 0x1000, R | X);
    this.memory.map(SCRATCH, SCRATCH_SIZE, R | W);
    this.pristine = new Uint8Array(SCRATCH_SIZE);
    const words = new Uint32Array(this.pristine.buffer);
    // What is loaded should make sense as data, as an address of data and as an address of code.
    for (let n = 0; n < words.length; n++) {
      const random = Math.imul(n + 1, 0x9e3779b1) >>> 0;
      words[n] = [random, SCRATCH + (random % SCRATCH_SIZE), CODE + (random % 64)][n % 3];
    }
    this.renew();
  }

  /** Some result that depends on the arguments. */
  private syscall(_: MachineState, immediate: number): void {
    const slot = this.layout.find(this.isa.abi.result)!;
    this.memory.u32[slot] = Math.imul(this.memory.u32[slot] ^ immediate, 0x01000193) >>> 0;
  }

  /** A new engine now and then, or compiled code would pile up. */
  private renew(): void {
    const factory = make_instruction_factory(this.isa, this.layout, 1);
    this.interpreter = new WatchedInterpreter(this.isa, this.layout, this.memory, this.state, factory);
    const options = { ...JIT_DEFAULTS, threshold: 1, trace_limit: 8, region_limit: 8, compile_share: Infinity };
    this.engine = new JitEngine(this.isa, this.loaded.twins, this.layout, this.interpreter, options);
  }

  /** Registers other than the pc and what selects the instruction set. */
  private get general() {
    return this.layout.named.filter(({ name }) => name !== 'pc' && name !== this.isa.selector);
  }

  /** Random cases of an encoding and of others, `length` instructions each. */
  cases_of(set: number, row: Row, length: { min: number; max: number }): fc.Arbitrary<Case> {
    const all = this.rows[set];
    const u32 = fc.integer({ min: 0, max: 0xffffffff });
    const fill = ({ mask, value, fields }: Row) =>
      fc.tuple(u32, ...[...fields.keys()].map(() => fc.integer({ min: 0, max: 3 }))).map(([random, ...chances]) => {
        let word = random;
        [...fields].forEach(([name, pieces], n) => {
          const usual = this.shape.usual[name];
          const [{ high, low }] = pieces;
          if (usual === undefined || pieces.length > 1 || chances[n] === 3) return;
          const bits = ((2 ** (high - low + 1) - 1) << low) >>> 0;
          word = ((word & ~bits) | (usual << low)) >>> 0;
        });
        return ((value & mask) | (word & ~mask)) >>> 0;
      });
    const other = fc.integer({ min: 0, max: all.length - 1 }).chain((n) => fill(all[n]));
    const words = fc
      .tuple(fill(row), fc.array(other, { minLength: length.min - 1, maxLength: length.max - 1 }), u32)
      .map(([word, others, at]) => others.toSpliced(at % (others.length + 1), 0, word));
    const place = fc.integer({ min: 0, max: SCRATCH_SIZE / 4 - 1 }).map((n) => SCRATCH + n * 4);
    const near = fc.integer({ min: 0, max: 64 });
    const extreme = fc.constantFrom(0x7fffffff, 0x80000000, 0xffffffff, 0xffff, 0x8000, 0xff);
    const words_of_shape = this.shape.words ? [{ weight: 3, arbitrary: fc.constantFrom(...this.shape.words) }] : [];
    const word = fc.oneof(
      { weight: 5, arbitrary: place },
      { weight: 2, arbitrary: near },
      extreme,
      u32,
      ...words_of_shape,
    );
    const of_width = (width: number) => (width === 32 ? word : fc.integer({ min: 0, max: 2 ** width - 1 }));
    const register = (name: string, width: number) => {
      const usual = this.shape.usual_registers?.[name];
      const any = of_width(width);
      return usual === undefined ? any : fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, any);
    };
    return fc.record({
      words,
      loops: length.max > 1 ? fc.boolean() : fc.constant(false),
      registers: fc.tuple(...this.general.map(({ name, width }) => register(name, width))),
    });
  }

  /** Puts a case's code and state into the machine. */
  private set_up(set: number, { words, loops, registers }: Case): void {
    const { memory, isa } = this;
    const bytes = isa.instruction_sets[set].parcel / 8;
    const put = (at: number, word: number, size: number) => {
      if (size === 2) memory.write_16(at, word);
      else memory.write_32(at, word);
    };
    let at = CODE;
    memory.u8.fill(0, CODE + GUEST_BASE, CODE + GUEST_BASE + 256);
    for (const word of words) {
      put(at, word, bytes);
      at += bytes;
    }
    if (loops) put(at, this.shape.loop(set, words.length), bytes);
    for (const [n, word] of this.shape.trampoline(CODE | set).entries()) memory.write_32(TRAMPOLINE + n * 4, word);
    this.scratch.set(this.pristine);
    this.general.forEach(({ slot }, n) => {
      memory.u32[slot] = registers[n];
    });
    start_at(isa, this.state, memory.u32, TRAMPOLINE);
    this.log.clear();
    this.interpreter.executed = 0;
  }

  /** As bytes of the host. */
  private get scratch(): Uint8Array {
    return this.memory.u8.subarray(SCRATCH + GUEST_BASE, SCRATCH + GUEST_BASE + SCRATCH_SIZE);
  }

  private snapshot(places: Iterable<number>): Snapshot {
    const { memory, layout } = this;
    const cells: Record<string, number> = {};
    const { scratch } = this;
    if (Buffer.compare(scratch, this.pristine) !== 0)
      scratch.forEach((byte, n) => {
        if (byte !== this.pristine[n]) cells[hex(SCRATCH + n)] = byte;
      });
    for (const place of places)
      if (place < SCRATCH || place >= SCRATCH + SCRATCH_SIZE) cells[hex(place)] = memory.read_8(place);
    return {
      registers: Object.fromEntries(layout.named.map(({ name, slot }) => [name, hex(memory.u32[slot])])),
      memory: cells,
      executed: this.interpreter.executed,
    };
  }

  /** Runs for so many instructions, or until a fault, and tells whether there was one. */
  private interpret(limit: number): boolean {
    this.interpreter.handed_over = () => false;
    try {
      while (this.interpreter.executed < limit) this.interpreter.run(limit - this.interpreter.executed);
    } catch (error) {
      if (!(error instanceof GuestFault)) throw error;
      return true;
    }
    return false;
  }

  /** The same, telling whether there were jumps back other than by the instruction at `loop`. */
  private rehearse(limit: number, loop: number): boolean {
    let circles = false;
    try {
      this.interpreter.run_observed(limit, {
        after: ({ pc }) => {
          const to = this.memory.u32[PC];
          if (to <= pc && to >= CODE && pc !== loop + 4 * this.isa.delay_slots && pc < CODE + CODE_SIZE) circles = true;
        },
      });
    } catch (error) {
      if (!(error instanceof GuestFault)) throw error;
    }
    return circles;
  }

  /**
   * Compares compiled code with the interpreter. Undefined for a case that says nothing: its code overwrites itself, has loops
   * of its own, or uses addresses beyond the end of memory, perhaps by adding an offset: where nothing is at 0, compiled code need not
   * come back there (wrapped-addresses.test.ts). `compiled` is the number of its instructions that ran as compiled code; `more` are
   * interpreted after them before anything is compared.
   */
  compare(set: number, one: Case, more = 0): { compiled: number; expected: Snapshot; found: Snapshot } | undefined {
    if (++this.cases % 200 === 0) this.renew();
    const { interpreter, memory, log } = this;
    const instructions = one.words.length + (one.loops ? 1 : 0) + this.isa.delay_slots;
    const bytes = this.isa.instruction_sets[set].parcel / 8;
    const turns = one.loops ? 3 * instructions : instructions;
    // Where would the interpreter write, and does it go round in circles somewhere?
    this.forget();
    this.set_up(set, one);
    const circles = this.rehearse(1 + this.engine.slack + turns + more, CODE + one.words.length * bytes);
    const places = [...log.written];
    const clear = () => {
      for (const place of places) memory.write_8(place, 0);
    };
    const wraps = log.lowest < PAGE_SIZE && one.registers.some((value) => value >= GUEST_END);
    if (
      circles ||
      wraps ||
      log.highest >= GUEST_END ||
      places.some((place) => place >= CODE && place < TRAMPOLINE + 0x1000)
    ) {
      clear();
      return undefined;
    }
    // Compiled, with everything decoded before, so that a region may have all of it.
    clear();
    this.forget();
    this.set_up(set, one);
    for (let n = 0; n < instructions; n++) interpreter.lookup(CODE + n * bytes, set);
    const { entries, interpreted } = this.engine.statistics;
    interpreter.handed_over = () => this.engine.statistics.entries > entries;
    let faulted = false;
    try {
      this.engine.run(1 + this.engine.slack + turns);
    } catch (error) {
      if (error instanceof GuestFault) faulted = true;
      else if (!(error instanceof HandedOver)) throw error;
    }
    const compiled = interpreter.executed - (this.engine.statistics.interpreted - interpreted);
    if (!faulted) faulted = this.interpret(this.interpreter.executed + more);
    const found = this.snapshot(places);
    // And the reference, for as many instructions.
    clear();
    this.forget();
    this.set_up(set, one);
    // The faulting instruction does not count, but may have left its traces.
    this.interpret(found.executed + (faulted ? 1 : 0));
    const expected = this.snapshot(places);
    clear();
    return { compiled, expected, found };
  }

  /** The signal that a case's compiled code ends in, if it does. */
  faults(set: number, one: Case): string | undefined {
    this.forget();
    this.set_up(set, one);
    this.interpreter.handed_over = () => false;
    try {
      this.engine.run(100 + this.engine.slack);
    } catch (error) {
      if (error instanceof GuestFault) return error.signal;
      throw error;
    }
    return undefined;
  }

  private forget(): void {
    this.interpreter.forget(CODE, CODE + CODE_SIZE + 0x1000);
    this.engine.forget(CODE, CODE + CODE_SIZE + 0x1000);
  }
}
