// Test vectors for instructions: registers and code before, and what an independent simulator had after them. They replay
// on any engine of ours (run_vectors), and are text, one line a vector, so that `zcat` and `grep` can look at them.
// A vector's code stands in a window of its own; all around it lies a word that is undefined in every instruction set, so
// that each vector ends in a signal, wherever it jumped. Loads and stores go to the scratch memory, which is filled with
// `scratch_words` before each vector.

import { gunzipSync, gzipSync } from 'node:zlib';
import type { Isa, MachineState } from '../../src/adl/index.js';
import { GuestFault, SIGNALS } from '../../src/machine/fault.js';
import { layout_state, PC, type StateLayout } from '../../src/machine/layout.js';
import { GUEST_BASE, type GuestMemory, make_memory, R, W, X } from '../../src/machine/memory.js';
import { type Environment, make_state, start_at } from '../../src/machine/state.js';
import { Random } from './random.js';

export const CODE = 0x0010_0000;
export const WINDOW = 64;
/** Undefined instructions before the first window and after the last: what pc-relative loads of 12 bits can reach. */
export const PADDING = 8192;
export const SCRATCH = 0x2000_0000;
export const SCRATCH_SIZE = 0x4000;
/** A vector that loops does so at most some dozen times. */
const LIMIT = 5000;

export interface Vector {
  /** What it is about: instruction set and instruction. */
  name: string;
  /** Where it starts: an address in its window, as the ABI's start() takes it. */
  entry: number;
  /** Words from the beginning of its window. */
  code: number[];
  /** In the order of the file's `registers`. */
  before: number[];
  /** The signal that ends it. */
  signal: number;
  /** Where it ended. */
  pc: number;
  after: number[];
  /** Words of scratch memory that changed: [offset, value]. */
  memory: [number, number][];
}

export interface VectorFile {
  /** What made it: simulator, generator, seed. */
  made_by: string;
  seed: number;
  /** The word around the windows. */
  undefined_word: number;
  /** Names of registers and flags, without the program counter. */
  registers: string[];
  vectors: Vector[];
}

/** An engine under test: it executes from the state's pc until a GuestFault, or at most `limit` instructions. */
export interface Engine {
  run(limit: number): void;
}

/** Registers of the file that an ISA has in parts, by name: how to read and write them. */
export type Composed = Readonly<
  Record<string, { read(s: MachineState): number; write(s: MachineState, value: number): void }>
>;

export type EngineFactory = (isa: Isa, layout: StateLayout, memory: GuestMemory, state: MachineState) => Engine;

/** What scratch memory holds beforehand: a quarter of the words points to code, so that loads into pc lead somewhere. */
export function scratch_words(seed: number): Uint32Array {
  const random = new Random(seed ^ 0x5c7a7c4);
  return Uint32Array.from({ length: SCRATCH_SIZE / 4 }, () =>
    random.chance(0.25) ? random_code_address(random) : random.word(),
  );
}

export function window_address(n: number): number {
  return CODE + PADDING + n * WINDOW;
}

/** An address before the first window, where all is undefined, and odd every second time: of Thumb code. */
export function random_code_address(random: Random): number {
  const address = CODE + random.below(PADDING / 4) * 4;
  return random.chance(0.5) ? address : address + random.below(2) * 2 + 1;
}

/** All code at CODE: padding, windows, padding. */
export function code_words(
  file: Pick<VectorFile, 'undefined_word'>,
  code: readonly (readonly number[])[],
): Uint32Array {
  const words = new Uint32Array((2 * PADDING + code.length * WINDOW) / 4).fill(file.undefined_word);
  for (const [n, window] of code.entries()) words.set(window, (PADDING + n * WINDOW) / 4);
  return words;
}

const hex = (value: number) => value.toString(16);

/** gzip-compressed text. */
export function write_vectors(file: VectorFile): Uint8Array {
  const { vectors, ...header } = file;
  const lines = vectors.map((v) => {
    const changes = file.registers.flatMap((name, n) =>
      v.after[n] === v.before[n] ? [] : `${name}=${hex(v.after[n])}`,
    );
    const memory = v.memory.map(([offset, value]) => `${hex(offset)}:${hex(value)}`);
    const end = [v.signal, hex(v.pc), ...changes, ...memory].join(' ');
    return [v.name, hex(v.entry), v.code.map(hex).join(' '), v.before.map(hex).join(' '), end].join(' | ');
  });
  return gzipSync([JSON.stringify(header), ...lines, ''].join('\n'), { level: 9 });
}

export function read_vectors(bytes: Uint8Array): VectorFile {
  const [header, ...lines] = gunzipSync(bytes).toString().trim().split('\n');
  const file = { ...JSON.parse(header), vectors: [] } as VectorFile;
  const numbers = (text: string) => text.split(' ').map((word) => Number.parseInt(word, 16));
  for (const line of lines) {
    const [name, entry, code, before, end] = line.split(' | ');
    const [signal, pc, ...changes] = end.split(' ');
    const vector: Vector = {
      ...{ name, entry: Number.parseInt(entry, 16), code: numbers(code), before: numbers(before) },
      ...{ signal: Number(signal), pc: Number.parseInt(pc, 16), after: numbers(before), memory: [] },
    };
    for (const change of changes) {
      const [key, value] = change.split(/[=:]/);
      if (change.includes('=')) vector.after[file.registers.indexOf(key)] = Number.parseInt(value, 16);
      else vector.memory.push([Number.parseInt(key, 16), Number.parseInt(value, 16)]);
    }
    file.vectors.push(vector);
  }
  return file;
}

/**
 * Runs all vectors, or those `wanted` by their index, on an engine. Returns a line about each that ended otherwise than
 * expected.
 */
export function run_vectors(
  file: VectorFile,
  isa: Isa,
  environment: Environment & { composed?: Composed },
  make_engine: EngineFactory,
  wanted: (index: number) => boolean = () => true,
): string[] {
  const layout = layout_state(isa);
  const memory = make_memory(isa.abi.endianness);
  const state = make_state(isa, layout, memory, environment);
  const engine = make_engine(isa, layout, memory, state);
  const slots = memory.u32;
  const place = (address: number, words: Uint32Array, rights: number) => {
    memory.map(address, words.length * 4, rights);
    // Words are in the host's order whatever the guest's.
    const view = memory.u32.subarray((address + GUEST_BASE) / 4, (address + GUEST_BASE) / 4 + words.length);
    view.set(words);
    return view;
  };
  const code = file.vectors.map((vector) => vector.code);
  place(CODE, code_words(file, code), R | X);
  const pristine = scratch_words(file.seed);
  const scratch = place(SCRATCH, pristine, R | W);
  const registers = file.registers.map((name) => {
    const parts = environment.composed?.[name];
    const slot = layout.find(name)!;
    return parts
      ? { read: () => parts.read(state), write: (value: number) => parts.write(state, value) }
      : {
          read: () => slots[slot],
          write: (value: number) => {
            slots[slot] = value;
          },
        };
  });

  const mismatches: string[] = [];
  for (const [index, vector] of file.vectors.entries()) {
    if (!wanted(index)) continue;
    start_at(isa, state, slots, vector.entry);
    for (const [n, register] of registers.entries()) register.write(vector.before[n]);
    const differences: string[] = [];
    const compare = (what: string, ours: number, theirs: number) => {
      if (ours !== theirs) differences.push(`${what} ${hex(ours)}, not ${hex(theirs)}`);
    };
    let signal = 0;
    try {
      engine.run(LIMIT);
      differences.push(`did not stop within ${LIMIT} instructions`);
    } catch (error) {
      if (!(error instanceof GuestFault)) throw error;
      signal = SIGNALS[error.signal];
    }
    // Of a jump to where nothing is mapped, and not aligned either, both are true.
    const wild_jump = (n: number) => n === SIGNALS.SIGBUS || n === SIGNALS.SIGSEGV;
    if (!(wild_jump(signal) && wild_jump(vector.signal))) compare('signal', signal, vector.signal);
    compare('pc', slots[PC], vector.pc);
    for (const [n, { read }] of registers.entries()) compare(file.registers[n], read(), vector.after[n]);
    const changed = new Map(vector.memory);
    for (let n = 0; n < scratch.length; n++) {
      if (scratch[n] === pristine[n] && !changed.has(n * 4)) continue;
      compare(`memory+${hex(n * 4)}`, scratch[n], changed.get(n * 4) ?? pristine[n]);
      scratch[n] = pristine[n];
    }
    if (differences.length > 0)
      mismatches.push(
        `${vector.name} at ${hex(vector.entry)}: ${differences.join(', ')}; code ${vector.code.map(hex).join(' ')},` +
          ` before ${file.registers.map((name, n) => `${name}=${hex(vector.before[n])}`).join(' ')}`,
      );
  }
  return mismatches;
}
