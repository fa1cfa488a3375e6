// Runs fuzz cases in a user-mode qemu, thousands in one process: an ELF file is made, byte by byte, of a driver, the cases'
// code and the registers they start with. The driver loads a case's registers and jumps to its code; every case ends in a
// signal, and the handler writes out what the signal frame holds and which words of scratch memory have changed.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CODE,
  code_words,
  PADDING,
  SCRATCH,
  SCRATCH_SIZE,
  scratch_words,
  type Vector,
  type VectorFile,
  WINDOW,
  window_address,
} from './vectors.js';

/** A case before it has run. */
export type Case = Pick<Vector, 'name' | 'entry' | 'code' | 'before'>;

/** What the driver leaves in its output for one case; `registers` as in the signal frame. */
export interface RawOutcome {
  signal: number;
  fault_address: number;
  registers: number[];
  memory: [number, number][];
}

/** One ISA's side of the matter. */
export interface QemuTarget {
  command: readonly string[];
  elf_machine: number;
  elf_flags: number;
  big_endian?: boolean;
  /** The driver's instructions, for the given addresses. */
  driver(addresses: typeof ADDRESSES & { records_end: number; scratch_size: number }): number[];
  /** The words of a case's record, as the driver wants them. */
  record(one: Case): number[];
  /** Words that the driver writes for a case before the memory changes, without signal and fault address. */
  frame_words: number;
  /** Registers and pc in the vectors' form. */
  read_frame(frame: number[], one: Case): { pc: number; after: number[] };
}

const DRIVER = 0x3000_0000;
const DATA = 0x1000_0000;
/** Milliseconds; ten thousand cases take one second. */
const timeout = (cases: number) => 3000 + cases;

/** Where the driver finds things. */
export const ADDRESSES = {
  driver: DRIVER,
  scratch: SCRATCH,
  pristine: DATA + 0x1_0000,
  alternate_stack: DATA + 0x4000,
  /** The word before is the driver's own. */
  out: DATA + 0x2_0000,
  records: DATA + 0x10_0000,
};

/** Runs cases. Those that access memory outside of the scratch area are left out and the others move up. */
export function record_vectors(
  target: QemuTarget,
  file: Omit<VectorFile, 'vectors'>,
  cases: readonly Case[],
): VectorFile {
  let rest = cases;
  for (;;) {
    const good = run(target, file, rest);
    if (good.length === rest.length) return { ...file, vectors: good as Vector[] };
    rest = good.map((one, n) => ({ ...one, entry: window_address(n) + (one.entry % WINDOW) }));
  }
}

function run(target: QemuTarget, file: Omit<VectorFile, 'vectors'>, cases: readonly Case[]): (Case | Vector)[] {
  const directory = mkdtempSync(join(tmpdir(), 'fuzz-'));
  try {
    const path = join(directory, 'cases.elf');
    writeFileSync(path, make_elf(target, file, cases), { mode: 0o755 });
    const [command, ...options] = target.command;
    const run = spawnSync(command, [...options, path], { maxBuffer: 1 << 30, timeout: timeout(cases.length) });
    const ended = run.status ?? run.signal;
    if (run.error && ended === null) throw run.error;
    const outcomes = read_outcomes(target, run.stdout);
    if (ended === 0 && outcomes.length !== cases.length)
      throw new Error(`${cases.length} cases, but ${outcomes.length} outcomes`);
    if (ended !== 0 && outcomes.length === 0) throw new Error(`${command} ended with ${ended}: ${run.stderr}`);
    // A case that never ends, or that qemu does not survive, is left out too.
    if (ended !== 0) return [...cases.slice(0, outcomes.length), ...cases.slice(outcomes.length + 1)];
    return outcomes.flatMap((outcome, n) => {
      const end = target.read_frame(outcome.registers, cases[n]);
      return went_astray(outcome, end.pc, cases.length)
        ? []
        : [{ ...cases[n], ...end, signal: outcome.signal, memory: outcome.memory }];
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Did it access data outside of the scratch area, or execute anything but its own code before the signal? */
function went_astray({ signal, fault_address }: RawOutcome, pc: number, windows: number): boolean {
  const in_scratch = fault_address >= SCRATCH && fault_address < SCRATCH + SCRATCH_SIZE;
  // A bus error there is an unaligned access.
  if (pc >= CODE && pc < window_address(windows) + PADDING) return signal === 11 || (signal === 7 && !in_scratch);
  // qemu has put its own things around 0x40000000.
  const unmapped = pc < SCRATCH || (pc >= SCRATCH + SCRATCH_SIZE && pc < 0x3ff0_0000) || pc >= 0x4100_0000;
  return !((signal === 11 || signal === 7) && fault_address === pc && unmapped);
}

/** Complete records only: of a run that was cut short, what it had written before. */
function read_outcomes(target: QemuTarget, bytes: Uint8Array): RawOutcome[] {
  const words = new Uint32Array(in_order(target, bytes.slice(0, bytes.length & ~3)).buffer);
  const outcomes: RawOutcome[] = [];
  let at = 0;
  for (;;) {
    const [signal, fault_address] = words.subarray(at, (at += 2));
    if (![4, 5, 7, 8, 11].includes(signal)) return outcomes;
    const registers = [...words.subarray(at, (at += target.frame_words))];
    const memory: [number, number][] = [];
    for (; words[at] !== 0; at += 2) {
      if (at >= words.length) return outcomes;
      memory.push([SCRATCH_SIZE - words[at], words[at + 1]]);
    }
    at++;
    outcomes.push({ signal, fault_address, registers, memory });
  }
}

/** Turns the bytes of each word round if the target is big-endian. */
function in_order({ big_endian = false }: QemuTarget, bytes: Uint8Array): Uint8Array {
  if (big_endian) for (let n = 0; n < bytes.length; n += 4) bytes.subarray(n, n + 4).reverse();
  return bytes;
}

function make_elf(target: QemuTarget, file: Omit<VectorFile, 'vectors'>, cases: readonly Case[]): Uint8Array {
  const records = cases.flatMap((one) => target.record(one));
  const records_end = ADDRESSES.records + records.length * 4;
  const scratch = scratch_words(file.seed);
  const code = cases.map((one) => one.code);
  const segments: { address: number; words: ArrayLike<number>; size?: number; rights: number }[] = [
    { address: DRIVER, words: target.driver({ ...ADDRESSES, records_end, scratch_size: SCRATCH_SIZE }), rights: 5 },
    { address: CODE, words: code_words(file, code), rights: 5 },
    { address: DATA, words: [], size: 0x1_0000, rights: 6 },
    { address: ADDRESSES.pristine, words: scratch, rights: 6 },
    { address: ADDRESSES.out - 0x1000, words: [], size: 0x2_0000, rights: 6 },
    { address: ADDRESSES.records, words: records, rights: 6 },
    { address: SCRATCH, words: scratch, rights: 6 },
  ];
  const PAGE = 4096;
  const halves = (first: number, second: number) =>
    target.big_endian ? (first << 16) | second : first | (second << 16);
  const header = target.big_endian ? [0x7f454c46, 0x01020100] : [0x464c457f, 0x00010101];
  header.push(0, 0, halves(2, target.elf_machine), 1, DRIVER, 52, 0, target.elf_flags);
  header.push(halves(52, 32), halves(segments.length, 0), 0);
  const image: number[] = [...header];
  let offset = PAGE;
  for (const { address, words, size, rights } of segments) {
    image.push(1, offset, address, address, words.length * 4, size ?? words.length * 4, rights, PAGE);
    offset += Math.ceil((words.length * 4) / PAGE) * PAGE;
  }
  const bytes = new Uint32Array(offset / 4);
  bytes.set(image);
  offset = PAGE;
  for (const { words } of segments) {
    bytes.set(words, offset / 4);
    offset += Math.ceil((words.length * 4) / PAGE) * PAGE;
  }
  return in_order(target, new Uint8Array(bytes.buffer));
}
