// Instructions as text: an ISA's tables put to work outside of a running machine. In: an ISA, and words or a program's
// bytes. Out: decoded instructions and their assembly. Commands, traces and fault reports all print through this.

import type { Isa } from './adl/index.js';
import { make_disassembler, type Row } from './decoder-gen/index.js';
import { type Decoded, type InstructionFactory, make_instruction_factory } from './interp/instructions.js';
import { type ElfImage, type ElfSymbol, SHF_EXECINSTR, STT_FUNC, type Symbols } from './loader/index.js';
import { layout_state } from './machine/layout.js';

/** Turns an address into text, such as `0x8000 <main>`. */
export type AddressText = (address: number) => string;

const plain: AddressText = (address) => `0x${(address >>> 0).toString(16)}`;

/** An AddressText that knows symbols: `0x8010 <main+0x10>`, or objdump's `8010 <main+0x10>` with an empty prefix. */
export function with_symbols(symbols: Symbols, prefix = '0x'): AddressText {
  return (address) => {
    const name = symbols.name_at(address);
    return `${prefix}${(address >>> 0).toString(16)}${name === undefined ? '' : ` <${name}>`}`;
  };
}

/** Decodes and prints an ISA's instructions. */
export class Disassembler {
  private readonly printers: (ReturnType<typeof make_disassembler> | undefined)[] = [];

  constructor(
    readonly isa: Isa,
    readonly factory: InstructionFactory = make_instruction_factory(isa, layout_state(isa), 1),
  ) {}

  /** Index of an instruction set by its name; undefined if there is none. */
  find_set(name: string): number | undefined {
    const index = this.isa.instruction_sets.findIndex((set) => set.name === name);
    return index < 0 ? undefined : index;
  }

  /** Decodes a word on its own. Bits beyond the instruction that it turns out to be are dropped. */
  decode_word(word: number, set = 0, pc = 0): Decoded {
    const { parcel, first } = this.isa.instruction_sets[set];
    const width = this.factory.decoders[set].table.width;
    return this.factory.decode(pc, set, (address) => {
      if (width === parcel) return word >>> 0;
      const n = (address - pc) / (parcel / 8);
      const from_low = first === 'high' ? width / parcel - 1 - n : n;
      return (word >>> (from_low * parcel)) & (2 ** parcel - 1);
    });
  }

  /** Assembly, such as `add r0, r1, #2`; `.word 0x…` for what is no instruction. An IsaError for a faulty syntax. */
  text(inst: Decoded, symbol: AddressText = plain): string {
    const { operands } = this.isa.instruction_sets[inst.set];
    const print = (this.printers[inst.set] ??= make_disassembler(this.rows(inst.set), operands));
    return print(inst.row, inst, { pc: inst.pc, symbol });
  }

  /** The same for reports and traces: with an ISA whose syntax is faulty, the encoding's name. */
  text_or_name(inst: Decoded, symbol: AddressText = plain): string {
    try {
      return this.text(inst, symbol);
    } catch {
      return this.rows(inst.set)[inst.row]?.name ?? '?';
    }
  }

  /** The parsed encoding table of an instruction set. */
  rows(set: number): readonly Row[] {
    return this.factory.decoders[set].table.rows;
  }
}

/** A piece of a program that is to be disassembled. */
export interface CodeRange {
  /** Section name, or what it is called instead. */
  name: string;
  address: number;
  bytes: Uint8Array;
}

/** One line of a disassembly. */
export type CodeLine =
  | { kind: 'label'; address: number; name: string }
  | { kind: 'instruction'; address: number; inst: Decoded }
  | { kind: 'data'; address: number; size: 1 | 2 | 4; value: number };

/** Where a program has code: its executable sections or, without section headers, its executable segments. */
export function code_ranges(image: ElfImage, elf: Uint8Array): CodeRange[] {
  const NOBITS = 8;
  const sections = image.sections.list.filter(
    ({ flags, type, size, offset }) =>
      (flags & SHF_EXECINSTR) !== 0 && type !== NOBITS && size > 0 && offset + size <= elf.length,
  );
  if (sections.length > 0)
    return sections.map(({ name, address, offset, size }) => ({
      name,
      address,
      bytes: elf.subarray(offset, offset + size),
    }));
  return image.segments
    .filter(({ type, flags, file_size }) => type === 'LOAD' && (flags & 1) !== 0 && file_size > 0)
    .map(({ address, offset, file_size }, n) => ({
      name: `segment ${n}`,
      address,
      bytes: elf.subarray(offset, offset + file_size),
    }));
}

/**
 * Walks code from its first byte to its last. Which instruction set, and what is data, mapping symbols say; without them
 * bit 0 of function symbols and of the entry point does, and else `default_set`.
 */
export function* disassemble(
  range: CodeRange,
  image: ElfImage,
  disassembler: Disassembler,
  default_set?: number,
): Generator<CodeLine> {
  const { isa } = disassembler;
  const { symbols } = image;
  const { address: start, bytes } = range;
  const end = start + bytes.length;
  const little = isa.abi.endianness === 'little';
  const thumb = disassembler.find_set('thumb');
  const read = (address: number, size: number): number => {
    let value = 0;
    for (let n = 0; n < size; n++) {
      const byte = bytes[address - start + (little ? size - 1 - n : n)];
      value = value * 256 + byte;
    }
    return value;
  };
  const SHN_ABS = 0xfff1;
  const labels = new Map<number, ElfSymbol>();
  for (const symbol of symbols)
    if (symbol.section !== SHN_ABS && symbol.address >= start && symbol.address < end)
      labels.set(symbol.address, symbol);
  const mapped = symbols.mapping().length > 0;
  let set = default_set ?? (thumb !== undefined && (image.entry & 1) === 1 && symbols.count === 0 ? thumb : 0);
  for (let at = start; at < end; ) {
    let label = labels.get(at);
    if (label !== undefined) {
      // Of several names for an address the one that messages use.
      const best = symbols.at(at);
      if (best?.offset === 0) label = best.symbol;
      yield { kind: 'label', address: at, name: label.name };
    }
    const kind = symbols.kind_at(at);
    if (mapped && kind !== undefined && default_set === undefined)
      set = kind === 't' && thumb !== undefined ? thumb : 0;
    else if (label !== undefined && thumb !== undefined && default_set === undefined && label.type === STT_FUNC)
      set = label.value & 1 ? thumb : 0;
    const parcel = isa.instruction_sets[set].parcel / 8;
    const limit = next_boundary(image, at, end);
    if (kind !== 'd' && at % parcel === 0 && at + parcel <= limit) {
      const inst = decode_within(disassembler, at, set, limit, parcel, read);
      if (inst !== undefined) {
        yield { kind: 'instruction', address: at, inst };
        at += inst.size;
        continue;
      }
    }
    const size = at % 4 === 0 && at + 4 <= limit ? 4 : at % 2 === 0 && at + 2 <= limit ? 2 : 1;
    yield { kind: 'data', address: at, size, value: read(at, size) };
    at += size;
  }
}

/** The instruction at an address; undefined if it does not end before `limit`. */
function decode_within(
  { factory }: Disassembler,
  at: number,
  set: number,
  limit: number,
  parcel: number,
  read: (address: number, size: number) => number,
): Decoded | undefined {
  let complete = true;
  const inst = factory.decode(at, set, (address) => {
    if (address + parcel <= limit) return read(address, parcel);
    complete = false;
    return 0;
  });
  return complete ? inst : undefined;
}

/** Data stops at the next symbol, within the next few bytes: that is all a line can span. */
function next_boundary({ symbols }: ElfImage, at: number, end: number): number {
  const here = symbols.kind_at(at);
  for (let next = at + 1; next < at + 4 && next < end; next++) if (symbols.kind_at(next) !== here) return next;
  return Math.min(end, at + 8);
}
