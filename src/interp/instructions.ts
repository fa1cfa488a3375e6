// From an instruction word to a decoded instruction: one class for all instructions of an ISA, so that the run loop and the
// execute_ functions see a single object shape, with the fields of the tables extracted beforehand, but for those that few rows have.

import type { InstructionSet, Isa } from '../adl/index.js';
import { type Decoder, make_decoder, type Row } from '../decoder-gen/index.js';
import type { StateLayout } from '../machine/layout.js';
import type { Block } from './blocks.js';

/** A decoded instruction at an address. The ISA's fields are further properties, typed by its own `Instruction` type. */
export interface Decoded {
  readonly word: number;
  readonly size: number;
  readonly pc: number;
  /** Address of the following instruction in memory. */
  readonly next_pc: number;
  /** Index of its instruction set. */
  readonly set: number;
  /** Row of that set's table, -1 for an undefined instruction. */
  readonly row: number;
  readonly execute: (s: unknown, inst: Decoded) => void;
  /** Index of `execute` in InstructionFactory.handlers. */
  readonly handler: number;
  /** What the first special register reads here (StateLayout.specials); the others are in `more_specials`. */
  readonly special: number;
  readonly more_specials: readonly number[];
  /** The instructions from here on as one function, when they have been executed often. */
  block: Block | undefined;
  /** The instruction at next_pc, once it was executed. */
  next: Decoded | undefined;
  /** The instruction at `target`, once it was executed; if its heat is not positive, it may have been forgotten. */
  jump: Decoded | undefined;
  /** Control transfers to this instruction that remain until the JIT wants to know of it. */
  heat: number;
  /** For an instruction that jumped: where to, the last time (address | instruction set), and other places before. */
  target: number;
  more_targets: number[] | undefined;
}

/** Decodes words of one ISA. */
export interface InstructionFactory {
  /** The generated decoders with their tables, made when somebody asks for them. */
  readonly decoders: readonly Decoder[];
  /** Every function that instructions are executed by, once. */
  readonly handlers: readonly Decoded['execute'][];
  /** `fetch` reads one parcel of the set at an address. */
  decode(pc: number, set: number, fetch: (address: number) => number): Decoded;
}

/** What is generated for an ISA: its decoders and the class of its instructions. The build does it for built-in ISAs. */
export interface InstructionParts {
  /** Makes an instruction that no row matches. */
  undefined: Maker;
  sets: readonly {
    decode(word: number): number;
    /** Width of each row and of the widest, in bits. */
    widths: readonly number[];
    width: number;
    first: 'low' | 'high';
    /** Make an instruction of each row, with its fields. */
    make: readonly Maker[];
  }[];
}

/** What an instruction is made from besides its fields. */
const COMMON = ['word', 'size', 'pc', 'set', 'row', 'execute', 'handler', 'special', 'more_specials', 'heat'];
type Maker = (
  word: number,
  size: number,
  pc: number,
  set: number,
  row: number,
  execute: Decoded['execute'],
  handler: number,
  special: number,
  more_specials: readonly number[],
  heat: number,
) => Decoded;

const NONE: readonly number[] = [];

function undefined_instruction(s: unknown): void {
  (s as { undefined_instruction(): never }).undefined_instruction();
}

/** The value of a field of `word`, 0 where the row has no such field. */
function field_value(pieces: ReturnType<Row['fields']['get']> = []): string {
  let shift = pieces.reduce((sum, { high, low }) => sum + high - low + 1, 0);
  const terms = pieces.map(({ high, low }) => {
    const width = high - low + 1;
    shift -= width;
    const value = width === 32 ? 'word' : `((word >>> ${low}) & ${2 ** width - 1})`;
    return shift === 0 ? value : `(${value} << ${shift})`;
  });
  return terms.length > 1 ? `(${terms.join(' | ')}) >>> 0` : (terms[0] ?? '0');
}

const decoder_of = (set: InstructionSet): Decoder => make_decoder(set.encodings, set);

/**
 * Fields that fewer rows than one in so many have are extracted when they are read, not beforehand: decoding is mostly filling
 * in properties, and of ARM's 39 fields a pattern has six or so.
 */
const RARE = 20;

/** The text of a getter for a field that few rows have. */
function getter(name: string, decoders: readonly Decoder[]): string {
  const rows = decoders.flatMap(({ table }, set) =>
    table.rows.flatMap(({ fields, index }) =>
      fields.has(name) ? [{ value: field_value(fields.get(name)), test: `set === ${set} && row === ${index}` }] : [],
    ),
  );
  const values = new Map<string, string[]>();
  for (const { value, test } of rows) values.set(value, [...(values.get(value) ?? []), test]);
  const cases = [...values].map(([value, tests]) => `if (${tests.join(' || ')}) return ${value};`);
  return `get ${name}() { const { word, set, row } = this; ${cases.join(' ')} return 0; }`;
}

/** The text of an ISA's InstructionParts, as a function body that returns them. */
export function generate_instructions(isa: Isa): string {
  const decoders = isa.instruction_sets.map(decoder_of);
  const rows = decoders.flatMap(({ table }) => table.rows);
  const names = [...new Set(rows.flatMap(({ fields }) => [...fields.keys()]))];
  const is_rare = (name: string) => rows.filter(({ fields }) => fields.has(name)).length * RARE < rows.length;
  const stored = names.filter((name) => !is_rare(name));
  const common = COMMON.join(', ');
  const maker = (values: readonly string[]) => `(${common}) => new Instruction(${[common, ...values].join(', ')})`;
  const sets = decoders.map(
    ({ table, text }) => `{
  decode: (() => { ${text} return decode; })(),
  widths: [${table.rows.map(({ width }) => width).join(', ')}], width: ${table.width}, first: '${table.first}',
  make: [
${table.rows.map(({ fields }) => `    ${maker(stored.map((name) => field_value(fields.get(name))))},`).join('\n')}
  ],
}`,
  );
  // Properties are assigned once, so that V8 takes those of a constant instruction for constants (blocks.ts).
  return `class Instruction {
  constructor(${[common, ...stored.map((name) => `$${name}`)].join(', ')}) {
    ${COMMON.map((name) => `this.${name} = ${name};`).join(' ')}
    this.next_pc = (pc + size) >>> 0; this.next = undefined; this.jump = undefined; this.target = -1;
    this.more_targets = undefined; this.block = undefined;
    ${stored.map((name) => `this.${name} = $${name};`).join(' ')}
  }
  ${names
    .filter(is_rare)
    .map((name) => getter(name, decoders))
    .join('\n  ')}
}
return { undefined: ${maker(stored.map(() => '0'))}, sets: [${sets.join(', ')}] };
`;
}

/** Makes the decoder of an ISA. `parts` are those that the build generated, if it did. */
export function make_instruction_factory(
  isa: Isa,
  layout: StateLayout,
  heat: number,
  parts: InstructionParts = new Function(generate_instructions(isa))(),
): InstructionFactory {
  const handlers: Decoded['execute'][] = [undefined_instruction];
  const numbers = new Map<unknown, number>();
  const number_of = (execute: unknown) => {
    let number = numbers.get(execute);
    if (number === undefined) numbers.set(execute, (number = handlers.push(execute as Decoded['execute']) - 1));
    return number;
  };
  const sets = isa.instruction_sets.map(({ parcel, encodings, semantics }, n) => ({
    ...parts.sets[n],
    parcel,
    handler: encodings.map(([name]) => number_of(semantics[`execute_${name}`])),
  }));
  let decoders: Decoder[] | undefined;

  function decode(pc: number, set: number, fetch: (address: number) => number): Decoded {
    const { parcel, widths, width, handler, make } = sets[set];
    let word = fetch(pc);
    let row: number;
    if (width === parcel) row = sets[set].decode(word);
    else ({ word, row } = decode_parcels(sets[set], pc, fetch));
    const size = (row < 0 ? parcel : widths[row]) / 8;
    const n = row < 0 ? 0 : handler[row];
    const { specials } = layout;
    let special = 0;
    let more_specials = NONE;
    if (specials.length > 0) {
      const at = { pc, instruction_set: isa.instruction_sets[set].name };
      special = specials[0].read(at);
      if (specials.length > 1) more_specials = specials.slice(1).map(({ read }) => read(at));
    }
    const maker = row < 0 ? parts.undefined : make[row];
    return maker(word >>> 0, size, pc, set, row, handlers[n], n, special, more_specials, heat);
  }
  return {
    decode,
    handlers,
    get decoders() {
      return (decoders ??= isa.instruction_sets.map(decoder_of));
    },
  };
}

/** Instructions of one or two parcels, 32 bits at most: the second parcel is fetched only if no shorter row matches. */
function decode_parcels(
  { decode, widths, first, parcel }: InstructionParts['sets'][number] & { parcel: number },
  pc: number,
  fetch: (address: number) => number,
): { word: number; row: number } {
  const low_first = first === 'low';
  const one = fetch(pc);
  const short = decode((low_first ? one : one << (32 - parcel)) >>> 0);
  if (short >= 0 && widths[short] === parcel) return { word: one, row: short };
  const two = fetch(pc + parcel / 8);
  const word = (low_first ? (two << parcel) | one : (one << parcel) | two) >>> 0;
  return { word, row: decode(word) };
}
