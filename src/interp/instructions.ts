// From an instruction word to a decoded instruction: one class for all instructions of an ISA, so that the run loop and the
// execute_ functions see a single object shape, with the fields of the tables extracted beforehand, but for those that few rows have
// (generate.ts).

import type { Isa } from '../adl/index.js';
import type { Decoder } from '../decoder-gen/index.js';
import type { StateLayout } from '../machine/layout.js';
import type { Block } from './blocks.js';
import { encoding_of } from './encoding.js';
import { decoder_of, generate_instructions } from './generate.js';

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
  /** What the first special register reads here (StateLayout.specials); others, if there are any, are in `more_specials`. */
  readonly special: number;
  readonly more_specials: readonly number[];
  /** The instructions from here on as one function, when they have been executed often. */
  block: Block | undefined;
  /** The instruction at next_pc, once it was executed. */
  next: Decoded | undefined;
  /** The instruction at `jumped_to`, once it was executed; if its heat is not positive, it may have been forgotten. */
  jump: Decoded | undefined;
  /**
   * Control transfers to this instruction that remain until the JIT wants to know of it. 0 when it has been forgotten, and then for good:
   * whoever keeps an instruction while others are executed must not give it heat again without looking.
   */
  heat: number;
  /** For an instruction that jumped: where to, the last time (address | instruction set), and other places before. */
  jumped_to: number;
  jumped_before: number[] | undefined;
}

/** Decodes words of one ISA. */
export interface InstructionFactory {
  /** The generated decoders with their tables, made when somebody asks for them. */
  readonly decoders: readonly Decoder[];
  /** `fetch` reads one parcel of the set at an address; 32 bits may be signed or unsigned. */
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

type Maker = (
  bits: number,
  pc: number,
  next_pc: number,
  encoding: number,
  execute: Decoded['execute'],
  heat: number,
  special: number,
  more_specials: readonly number[],
) => Decoded;

type SpecialRead = StateLayout['specials'][number]['read'];

const NONE: readonly number[] = [];

function undefined_instruction(s: unknown): void {
  (s as { undefined_instruction(): never }).undefined_instruction();
}

/** The values of special registers; not where it is called, since a closure there would cost every decoding an object. */
function read_all(specials: readonly SpecialRead[], here: Parameters<SpecialRead>[0]): number[] {
  return specials.map((read) => read(here));
}

/** Makes the decoder of an ISA. `parts` are those that the build generated, if it did. */
export function make_instruction_factory(
  isa: Isa,
  layout: StateLayout,
  heat: number,
  parts: InstructionParts = new Function(generate_instructions(isa))(),
): InstructionFactory {
  const sets = isa.instruction_sets.map(({ name, parcel, encodings, semantics }, n) => ({
    ...parts.sets[n],
    name,
    parcel,
    sizes: parts.sets[n].widths.map((width) => width / 8),
    execute: encodings.map((row) => semantics[`execute_${row[0]}`] as Decoded['execute']),
  }));
  const [first_special, ...other_specials] = layout.specials.map(({ read }) => read);
  /** Where an instruction is, for the special registers: one object, since decoding is most of what short programs wait for. */
  const here = { pc: 0, instruction_set: '' };
  let decoders: Decoder[] | undefined;

  function decode(pc: number, set: number, fetch: (address: number) => number): Decoded {
    const { width, parcel, decode } = sets[set];
    if (width === parcel) {
      const word = fetch(pc);
      return instruction(pc, set, word, decode(word));
    }
    const { word, row } = decode_parcels(sets[set], pc, fetch);
    return instruction(pc, set, word, row);
  }
  // Apart from decode(): V8 optimises a function when it has executed so many bytes of it, and together they reach that in hello world.
  function instruction(pc: number, set: number, word: number, row: number): Decoded {
    const { name, parcel, sizes, execute, make } = sets[set];
    here.pc = pc;
    here.instruction_set = name;
    const special = first_special === undefined ? 0 : first_special(here);
    const more_specials = other_specials.length === 0 ? NONE : read_all(other_specials, here);
    // There is no row -1.
    const next_pc = (pc + (sizes[row] ?? parcel / 8)) >>> 0;
    const executed_by = execute[row] ?? undefined_instruction;
    return (make[row] ?? parts.undefined)(
      word | 0,
      pc,
      next_pc,
      encoding_of(set, row),
      executed_by,
      heat,
      special,
      more_specials,
    );
  }
  return {
    decode,
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
