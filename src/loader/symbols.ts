// The symbol table: names for addresses in messages and disassembly, addresses for names. In: .symtab and its string
// table, untrusted. Out: lookups over typed arrays; a name becomes a string only when someone asks for it.
// ARM's mapping symbols ($a, $t, $d: IHI 0044, 4.5.5) are not names and kept apart: they tell code from data.

import type { FieldReader } from './fields.js';
import { SHT_STRTAB, SHT_SYMTAB } from './machines.js';
import { type ElfSection, read_name, type Sections } from './sections.js';

/** Symbol types, ELF32_ST_TYPE. */
export const STT_NOTYPE = 0;
export const STT_OBJECT = 1;
export const STT_FUNC = 2;
export const STT_SECTION = 3;
export const STT_FILE = 4;
export const STT_TLS = 6;
export const STT_GNU_IFUNC = 10;

const SHN_LORESERVE = 0xff00;
const SHN_ABS = 0xfff1;
/** Longest name that is read; a longer one is taken for damage. */
const NAME_LIMIT = 4096;
/** Enclosing symbols looked at in one lookup: symbols of real programs nest two or three deep. */
const NESTING_LIMIT = 32;

export interface ElfSymbol {
  name: string;
  /** With bit 0 set for a Thumb function, as the file has it: what to jump to. */
  value: number;
  /** Where its bytes are: the value, for functions without bit 0. */
  address: number;
  size: number;
  /** STT_FUNC, STT_OBJECT, … */
  type: number;
  /** 0 local, 1 global, 2 weak */
  binding: number;
  /** Index of its section; 0xfff1 for a number that is no address (SHN_ABS). */
  section: number;
}

/** From this address on the bytes are ARM instructions, Thumb instructions or data. */
export interface MappingSymbol {
  address: number;
  kind: 'a' | 't' | 'd';
}

/** The defined symbols of a file. All methods take addresses as the program runs, that is moved by `bias`. */
export class Symbols {
  constructor(
    private readonly tables: SymbolTables,
    /** What is wrong with the table, if anything; the symbols that could be read are there. */
    readonly problem: string | undefined,
    /** Added to all addresses: where a position-independent program was loaded. */
    readonly bias = 0,
  ) {}

  /** Number of symbols, mapping symbols not counted. */
  get count(): number {
    return this.tables.count;
  }

  /** These symbols for a program that was loaded `bias` bytes above its addresses. */
  moved(bias: number): Symbols {
    return bias === 0 ? this : new Symbols(this.tables, this.problem, this.bias + bias);
  }

  /** The symbol of that name; a global one before a weak one before a local one. */
  find(name: string): ElfSymbol | undefined {
    const { tables } = this;
    const wanted = new TextEncoder().encode(name);
    if (wanted.length === 0 || wanted.includes(0)) return undefined;
    let best = -1;
    for (let n = 0; n < tables.count; n++)
      if ((best < 0 || rank_binding(tables.info[n]) < rank_binding(tables.info[best])) && tables.is_named(n, wanted))
        best = n;
    return best < 0 ? undefined : this.symbol(best);
  }

  /**
   * The symbol that an address belongs to, and how far it lies behind its beginning: the innermost one whose size covers
   * it, else the nearest label without a size before it in the same section.
   */
  at(address: number): { symbol: ElfSymbol; offset: number } | undefined {
    const { order, address: addresses, size, enclosing, end_of_label } = this.tables.by_address();
    const wanted = address - this.bias;
    let low = 0;
    let high = order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (addresses[order[middle]] <= wanted) low = middle + 1;
      else high = middle;
    }
    const nearest = low - 1;
    for (let place = nearest, n = 0; place >= 0 && n < NESTING_LIMIT; place = enclosing[place], n++)
      if (wanted < addresses[order[place]] + size[order[place]]) return this.with_offset(order[place], wanted);
    if (nearest >= 0 && size[order[nearest]] === 0 && wanted < end_of_label[nearest])
      return this.with_offset(order[nearest], wanted);
    return undefined;
  }

  /** `main+0x10`, `main` at its very beginning; undefined where no symbol covers the address. */
  name_at(address: number): string | undefined {
    const found = this.at(address);
    if (!found) return undefined;
    return found.offset === 0 ? found.symbol.name : `${found.symbol.name}+0x${found.offset.toString(16)}`;
  }

  /** All symbols in the file's order, mapping symbols and symbols of sections and source files left out. */
  *[Symbol.iterator](): Generator<ElfSymbol> {
    for (let n = 0; n < this.tables.count; n++) yield this.symbol(n);
  }

  /** ARM's mapping symbols by address. */
  mapping(): MappingSymbol[] {
    return this.tables.mapping.map(({ address, kind }) => ({ address: address + this.bias, kind }));
  }

  /** What the mapping symbols say an address holds; undefined before the first of them, or if there are none. */
  kind_at(address: number): MappingSymbol['kind'] | undefined {
    const { mapping } = this.tables;
    let low = 0;
    let high = mapping.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (mapping[middle].address <= address - this.bias) low = middle + 1;
      else high = middle;
    }
    return mapping[low - 1]?.kind;
  }

  private symbol(n: number): ElfSymbol {
    const { value, address, size, info, section } = this.tables;
    return {
      name: this.tables.name(n),
      value: value[n] + this.bias,
      address: address[n] + this.bias,
      size: size[n],
      type: info[n] & 15,
      binding: info[n] >>> 4,
      section: section[n],
    };
  }
  private with_offset(n: number, wanted: number): { symbol: ElfSymbol; offset: number } {
    return { symbol: this.symbol(n), offset: wanted - this.tables.address[n] };
  }
}

const rank_binding = (info: number): number => (info >>> 4 === 1 ? 0 : info >>> 4 === 2 ? 1 : 2);
const rank_type = (info: number): number =>
  (info & 15) === STT_FUNC || (info & 15) === STT_GNU_IFUNC ? 0 : (info & 15) === STT_OBJECT ? 1 : 2;

interface AddressOrder {
  /** Numbers of the symbols that have an address, by that address; of several with the same, the best name comes last. */
  order: Uint32Array;
  address: Float64Array;
  size: Float64Array;
  /** For each place in `order`: the place of the next symbol outwards that covers the beginning of this one, or -1. */
  enclosing: Int32Array;
  /** For each place in `order`: where its section ends, the last address that a label without a size can mean. */
  end_of_label: Float64Array;
}

/** The table's columns. Float64Array, because a 64-bit file's addresses do not fit 32 bits. */
class SymbolTables {
  count = 0;
  readonly name_offset: Uint32Array;
  readonly value: Float64Array;
  readonly address: Float64Array;
  readonly size: Float64Array;
  readonly info: Uint8Array;
  readonly section: Uint16Array;
  readonly mapping: MappingSymbol[] = [];
  private sorted: AddressOrder | undefined;

  constructor(
    capacity: number,
    private readonly bytes: Uint8Array,
    private readonly strings: ElfSection,
    private readonly sections: readonly ElfSection[],
  ) {
    this.name_offset = new Uint32Array(capacity);
    this.value = new Float64Array(capacity);
    this.address = new Float64Array(capacity);
    this.size = new Float64Array(capacity);
    this.info = new Uint8Array(capacity);
    this.section = new Uint16Array(capacity);
  }

  name(n: number): string {
    return read_name(this.bytes, this.strings, this.name_offset[n], NAME_LIMIT) ?? '?';
  }

  is_named(n: number, wanted: Uint8Array): boolean {
    const start = this.strings.offset + this.name_offset[n];
    if (this.name_offset[n] + wanted.length >= this.strings.size || this.bytes[start + wanted.length] !== 0)
      return false;
    for (let k = 0; k < wanted.length; k++) if (this.bytes[start + k] !== wanted[k]) return false;
    return true;
  }

  by_address(): AddressOrder {
    return (this.sorted ??= this.sort());
  }

  private sort(): AddressOrder {
    const { address, size, info, section, sections } = this;
    const has_address = (n: number) => section[n] < SHN_LORESERVE && (info[n] & 15) !== STT_TLS;
    const numbers: number[] = [];
    for (let n = 0; n < this.count; n++) if (has_address(n)) numbers.push(n);
    numbers.sort(
      (a, b) =>
        address[a] - address[b] ||
        size[b] - size[a] ||
        rank_type(info[b]) - rank_type(info[a]) ||
        rank_binding(info[b]) - rank_binding(info[a]) ||
        b - a,
    );
    const order = Uint32Array.from(numbers);
    // Labels of size 0 at the same place as a sized symbol are only other names for it.
    const enclosing = new Int32Array(order.length);
    const end_of_label = new Float64Array(order.length);
    const open: number[] = [];
    for (let place = 0; place < order.length; place++) {
      const n = order[place];
      while (
        open.length > 0 &&
        address[order[open[open.length - 1]]] + size[order[open[open.length - 1]]] <= address[n]
      )
        open.pop();
      enclosing[place] = open.length > 0 ? open[open.length - 1] : -1;
      if (size[n] > 0) open.push(place);
      const home = sections[section[n]];
      end_of_label[place] = home === undefined ? address[n] + 1 : Math.max(home.address + home.size, address[n] + 1);
    }
    return { order, address, size, enclosing, end_of_label };
  }
}

/**
 * Reads the symbol table of a file. Never throws.
 * `halfword_entries`: bit 0 of a function's value selects an instruction set and is not part of its address (ARM, MIPS).
 */
export function read_symbols(
  reader: FieldReader,
  sections: Sections,
  halfword_entries: boolean,
  has_mapping: boolean,
): Symbols {
  const { bytes, wide } = reader;
  const none = (problem?: string) =>
    new Symbols(new SymbolTables(0, bytes, EMPTY_SECTION, sections.list), problem ?? sections.problem);
  const table = sections.list.find((section) => section.type === SHT_SYMTAB);
  if (!table) return none();
  const strings = sections.list[table.link];
  if (strings?.type !== SHT_STRTAB)
    return none(`the symbol table's names are in section ${table.link}, no string table`);
  const size = wide ? 24 : 16;
  if (table.entry_size !== size) return none(`the symbol table's entry size ${table.entry_size} is not ${size}`);

  const entries = Math.floor(table.size / size);
  const tables = new SymbolTables(entries, bytes, strings, sections.list);
  let problem = sections.problem;
  for (let k = 1; k < entries; k++) {
    const at = table.offset + k * size;
    const name = reader.u32(at);
    const info = reader.u8(wide ? at + 4 : at + 12);
    const section = reader.u16(wide ? at + 6 : at + 14);
    const type = info & 15;
    if (name === 0 || section === 0 || type === STT_SECTION || type === STT_FILE) continue;
    const value = reader.word(wide ? at + 8 : at + 4);
    const length = reader.word(wide ? at + 16 : at + 8);
    if (name >= strings.size || !Number.isSafeInteger(value + length)) {
      problem ??= `symbol ${k} has a name beyond its string table or an impossible value`;
      continue;
    }
    const first = strings.offset + name;
    if (has_mapping && bytes[first] === 0x24 && type === STT_NOTYPE && is_mapping(bytes, first)) {
      tables.mapping.push({ address: value, kind: String.fromCharCode(bytes[first + 1]) as MappingSymbol['kind'] });
      continue;
    }
    const n = tables.count++;
    tables.name_offset[n] = name;
    tables.value[n] = value;
    const is_function = type === STT_FUNC || type === STT_GNU_IFUNC;
    tables.address[n] = halfword_entries && is_function && section !== SHN_ABS ? value - (value % 2) : value;
    tables.size[n] = length;
    tables.info[n] = info;
    tables.section[n] = section;
  }
  tables.mapping.sort((a, b) => a.address - b.address);
  return new Symbols(tables, problem);
}

const EMPTY_SECTION: ElfSection = {
  name: '',
  type: SHT_STRTAB,
  flags: 0,
  address: 0,
  offset: 0,
  size: 0,
  link: 0,
  entry_size: 0,
};

/** `$a`, `$t` or `$d`, alone or followed by a dot and anything. */
function is_mapping(bytes: Uint8Array, first: number): boolean {
  const kind = bytes[first + 1];
  const after = bytes[first + 2];
  return (kind === 0x61 || kind === 0x74 || kind === 0x64) && (after === 0 || after === 0x2e);
}
