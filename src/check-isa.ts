// Examines a whole ISA: every encoding is decoded, printed, executed and compiled with random operands. In: a loaded ISA.
// Out: a report per instruction set, with the decoder's figures, what is wrong, and what the JIT cannot compile.

import { type DecoderReport, make_disassembler, type Row } from './decoder-gen/index.js';
import { Disassembler } from './disassembly.js';
import { type Decoded, make_instruction_factory } from './interp/instructions.js';
import { Frontend } from './jit/frontend/index.js';
import type { LoadedIsa } from './load-isa/index.js';
import { GuestExit, GuestFault } from './machine/fault.js';
import { layout_state, NEXT_PC, PC } from './machine/layout.js';
import { make_memory } from './machine/memory.js';
import { make_state } from './machine/state.js';

const nothing = (): undefined => undefined;

export interface SetReport {
  name: string;
  decoder: DecoderReport;
  /** Words that were tried. */
  words: number;
  /** Encodings that the disassembler prints by name and fields only. */
  without_syntax: string[];
  /** Instructions that the JIT leaves to the interpreter, for `count` of the `of` words tried. */
  fallbacks: { name: string; reason: string; count: number; of: number }[];
  problems: string[];
}

export interface IsaReport {
  name: string;
  title: string;
  sets: SetReport[];
}

/** Words tried of each encoding. */
const WORDS_PER_ROW = 24;

/** Where the instructions are thought to be, and what is mapped for them to access. */
const CODE = 0x8000;

/** Faults of the tables themselves raise an IsaError, as they do when a program is run. */
export function check_isa(loaded: LoadedIsa): IsaReport {
  const { isa } = loaded;
  const layout = layout_state(isa);
  const factory = make_instruction_factory(isa, layout, 1);
  const disassembler = new Disassembler(isa, factory);
  const frontend = new Frontend(isa, loaded.twins(), layout, () => undefined);
  const memory = make_memory(isa.abi.endianness);
  const slots = memory.u32.subarray(0, layout.end);
  const state = make_state(isa, layout, memory, { syscall() {} });
  const random = generator();

  /** Notes an exception once for each instruction and text. */
  function attempt(what: string, problems: Set<string>, name: string, action: () => unknown): void {
    try {
      action();
    } catch (error) {
      const [frame] = loaded.places?.trace(error) ?? [];
      const place = frame ? ` (${frame.path}:${frame.line}:${frame.column})` : '';
      const { message } = error as Error;
      if (![...problems].some((problem) => problem.startsWith(`${name} `) && problem.includes(message)))
        problems.add(`${what}: ${message}${place}`);
    }
  }

  function execute(inst: Decoded): void {
    for (const { slot, width } of layout.named) slots[slot] = random() >>> (32 - width);
    if (isa.selector !== undefined) slots[layout.base.get(isa.selector)!] = inst.set;
    slots[PC] = inst.pc;
    slots[NEXT_PC] = inst.next_pc;
    layout.specials.forEach(({ slot }, n) => {
      slots[slot] = n === 0 ? inst.special : inst.more_specials[n - 1];
    });
    try {
      inst.execute(state, inst);
    } catch (error) {
      if (!(error instanceof GuestFault) && !(error instanceof GuestExit)) throw error;
    }
  }

  const sets = isa.instruction_sets.map((set, index): SetReport => {
    const decoder = factory.decoders[index];
    const { rows } = decoder.table;
    const problems = new Set<string>();
    let words = 0;
    const tried = new Map<string, number>();
    frontend.fallbacks.clear();
    let printable = true;
    try {
      make_disassembler(rows, set.operands);
    } catch (error) {
      printable = false;
      problems.add((error as Error).message);
    }
    for (const row of rows)
      for (let n = 0; n < WORDS_PER_ROW; n++) {
        const word = instance(row, n, random);
        const expected = most_specific(rows, word, row.width);
        const inst = disassembler.decode_word(word, index, CODE);
        words++;
        const title = `${row.name} ${hex(word, row.width)}`;
        if (expected !== undefined && inst.row !== expected)
          problems.add(`${title}: decoded as ${rows[inst.row]?.name ?? 'nothing'}, not as ${rows[expected].name}`);
        // A more specific encoding may have taken the word.
        if (inst.row !== row.index) continue;
        tried.set(row.name, (tried.get(row.name) ?? 0) + 1);
        if (printable) attempt(`${title} cannot be printed`, problems, row.name, () => disassembler.text(inst));
        attempt(`${title}: execute_${row.name} failed`, problems, row.name, () => execute(inst));
        attempt(`${title}: the JIT failed`, problems, row.name, () => frontend.block(inst, nothing, nothing, nothing));
      }
    return {
      name: set.name,
      decoder: decoder.report,
      words,
      without_syntax: [...new Set(rows.filter(({ syntax }) => syntax === undefined).map(({ name }) => name))],
      fallbacks: [...frontend.fallbacks.values()].map((fallback) => ({
        ...fallback,
        of: tried.get(fallback.name) ?? 0,
      })),
      problems: [...problems],
    };
  });
  return { name: isa.name, title: isa.title, sets };
}

/** A word of an encoding: its other bits all zero, all one, and then random. */
function instance({ mask, value, width }: Row, n: number, random: () => number): number {
  const all = width >= 32 ? 0xffffffff : 2 ** width - 1;
  const bits = n === 0 ? 0 : n === 1 ? all : random() & all;
  return ((value & mask) | (bits & ~mask & all)) >>> 0;
}

/** The slow way to decode: of all rows that match, the one that fixes most bits. Undefined among several widths. */
function most_specific(rows: readonly Row[], word: number, width: number): number | undefined {
  if (rows.some((row) => row.width !== width)) return undefined;
  let best: Row | undefined;
  const fixed = (row: Row) => row.mask.toString(2).replaceAll('0', '').length;
  for (const row of rows)
    if (((word ^ row.value) & row.mask) === 0 && (best === undefined || fixed(row) > fixed(best))) best = row;
  return best?.index;
}

/** xorshift32: the same words every time. */
function generator(): () => number {
  let x = 0x9e3779b9;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
}

const hex = (value: number, width: number): string => '0x' + value.toString(16).padStart(width / 4, '0');
