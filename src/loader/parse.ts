// ELF file → ElfImage: what it is and which segments it has. Every field is checked here before elfy reads the header and
// the program headers; sections and symbols are read by our own code and only when someone asks (sections.ts, symbols.ts).
// elfy 1.0.0 is used for nothing else: its section parsing can be made to take gigabytes, and its names lack machines.

import elfy, { type ElfyBuffer } from 'elfy';
import { ElfError } from './errors.js';
import { FieldReader } from './fields.js';
import { EM_ARM, EM_MIPS, type Endianness, machine_name, segment_type, TYPES } from './machines.js';
import { read_sections, type Sections } from './sections.js';
import { read_symbols, type Symbols } from './symbols.js';

export const PT_LOAD = 1;

/** One program header. Addresses and sizes are in bytes. */
export interface ElfSegment {
  /** Name without `PT_`: 'LOAD', 'TLS', 'INTERP', …; a 0x-number if it has none. */
  type: string;
  type_number: number;
  /** Where its bytes begin in the file. */
  offset: number;
  /** Where they belong in memory (p_vaddr). */
  address: number;
  file_size: number;
  /** At least file_size for LOAD; the rest is zero. */
  memory_size: number;
  /** 4 readable, 2 writable, 1 executable: as machine/memory.ts has the rights of a page. */
  flags: number;
  align: number;
}

/** A checked ELF file. All ranges of segments lie in the file, LOAD segments do not overlap in memory. */
export interface ElfImage {
  class: 32 | 64;
  endianness: Endianness;
  /** e_machine */
  machine: number;
  machine_name: string;
  /** e_type: 1 object, 2 executable, 3 shared or position-independent. */
  type: number;
  /** e_entry as it stands there; bit 0 means Thumb on ARM. */
  entry: number;
  /** e_flags */
  flags: number;
  segments: ElfSegment[];
  /** The program header table: place in the file, number and size of entries. */
  program_headers: { offset: number; count: number; size: number };
  /** Read at first use. Never throws: what is damaged is left out, and `problem` says so. */
  readonly sections: Sections;
  /** Read at first use. Never throws: what is damaged is left out, and `problem` says so. */
  readonly symbols: Symbols;
}

/** Sizes of header, program header and section header, by class. */
const SIZES = {
  32: { header: 52, program_header: 32, section_header: 40 },
  64: { header: 64, program_header: 56, section_header: 64 },
} as const;

/** Reads an ELF file of either class and endianness. An ElfError says what is wrong with it. */
export function parse_elf(bytes: Uint8Array): ElfImage {
  check_magic(bytes);
  const file_class = bytes[4] === 1 ? 32 : 64;
  const sizes = SIZES[file_class];
  if (bytes.length < sizes.header)
    throw new ElfError(
      `the file is cut off: it ends after ${bytes.length} bytes, within the ELF header; copy or build it again`,
      bytes.length,
    );
  const reader = new FieldReader(bytes, bytes[5] === 1, file_class === 64);
  check_header(reader, sizes);

  const parser = new elfy.Parser();
  const buffer = new Buffered(bytes);
  const header = parser.parseHeader(buffer);
  const type = reader.u16(16);
  const machine = reader.u16(18);
  if (header.phnum > 0) check_program_headers(reader, header.phoff, header.phnum);
  const segments = parser.parsePrograms(buffer, header).map((program, n): ElfSegment => {
    const at = header.phoff + n * sizes.program_header;
    const type_number = reader.u32(at);
    return {
      type: segment_type(type_number, machine),
      type_number,
      offset: program.offset,
      address: program.vaddr,
      file_size: program.filesz,
      memory_size: program.memsz,
      flags: reader.u32(at + (reader.wide ? 4 : 24)) & 7,
      align: program.align,
    };
  });
  check_overlaps(segments, bytes.length);

  let sections: Sections | undefined;
  let symbols: Symbols | undefined;
  return {
    class: file_class,
    endianness: reader.little ? 'little' : 'big',
    machine,
    machine_name: machine_name(machine),
    type,
    entry: header.entry,
    flags: header.flags,
    segments,
    program_headers: { offset: header.phoff, count: header.phnum, size: sizes.program_header },
    get sections() {
      return (sections ??= read_sections(reader, header.shoff, header.shnum, header.shstrndx, header.shentsize));
    },
    get symbols() {
      const halfword_entries = machine === EM_ARM || machine === EM_MIPS;
      return (symbols ??= read_symbols(reader, this.sections, halfword_entries, machine === EM_ARM));
    },
  };
}

function check_magic(bytes: Uint8Array): void {
  if (bytes.length === 0) throw new ElfError('the file is empty; build the program again');
  const magic = [0x7f, 0x45, 0x4c, 0x46];
  if (!magic.every((byte, n) => bytes[n] === byte))
    throw new ElfError(`not an ELF file: ${guess(bytes)}; give a program built by a cross compiler`, 0);
  if (bytes.length < 16)
    throw new ElfError(
      `the file is cut off: it ends after ${bytes.length} bytes, within the ELF identification; copy or build it again`,
      bytes.length,
    );
  if (bytes[4] !== 1 && bytes[4] !== 2)
    throw new ElfError(`class ${bytes[4]} is neither 1 (32 bit) nor 2 (64 bit); is the file damaged?`, 4);
  if (bytes[5] !== 1 && bytes[5] !== 2)
    throw new ElfError(`data encoding ${bytes[5]} is neither 1 (little) nor 2 (big-endian); is the file damaged?`, 5);
  if (bytes[6] !== 1) throw new ElfError(`ELF identification version ${bytes[6]} is not 1; is the file damaged?`, 6);
}

/** What a file is that is no ELF file, from its first bytes. */
function guess(bytes: Uint8Array): string {
  const start = String.fromCharCode(...bytes.subarray(0, 8));
  if (start.startsWith('#!')) return 'it is a script';
  if (start.startsWith('MZ')) return 'it is a Windows program';
  if (start.startsWith('!<arch>')) return 'it is a static library';
  if (start.startsWith('\x1f\x8b')) return 'it is compressed by gzip';
  if (start.startsWith('\xfd7zXZ')) return 'it is compressed by xz';
  if (start.startsWith('PK\x03\x04')) return 'it is a zip archive';
  if (start.startsWith('\0asm')) return 'it is a WebAssembly module';
  if (start.startsWith('\xcf\xfa\xed\xfe') || start.startsWith('\xca\xfe\xba\xbe'))
    return 'it is a Mach-O or Java file';
  const head = bytes.subarray(0, 512);
  const is_text = head.every((byte) => (byte >= 0x20 && byte !== 0x7f) || (byte >= 8 && byte <= 13));
  if (is_text) return 'it is a text file';
  return `it begins with ${[...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}`;
}

function check_header(reader: FieldReader, sizes: (typeof SIZES)[32 | 64]): void {
  const { bytes, wide } = reader;
  const type = reader.u16(16);
  if (TYPES[type] === undefined) throw new ElfError(`file type ${type} is unknown; is the file damaged?`, 16);
  if (reader.u16(18) === 0) throw new ElfError('the file names no machine (e_machine is 0); is it damaged?', 18);
  if (reader.u32(20) !== 1) throw new ElfError(`ELF version ${reader.u32(20)} is not 1; is the file damaged?`, 20);
  reader.exact_word(24, 'the entry point');
  const programs_field = wide ? 32 : 28;
  const program_headers = reader.exact_word(programs_field, 'the place of the program headers');
  // A wrong place of the section headers stops nobody from running the program; sections.ts reports it.
  const counts = wide ? 52 : 40;
  const header_size = reader.u16(counts);
  const entry_size = reader.u16(counts + 2);
  const count = reader.u16(counts + 4);
  if (header_size !== sizes.header)
    throw new ElfError(`ELF header size ${header_size} is not ${sizes.header}; is the file damaged?`, counts);
  if (count === 0) return;
  if (count === 0xffff)
    throw new ElfError('65535 or more program headers are not supported; link it as an ordinary program', counts + 4);
  if (entry_size !== sizes.program_header)
    throw new ElfError(
      `program header size ${entry_size} is not ${sizes.program_header}; is the file damaged?`,
      counts + 2,
    );
  if (program_headers === 0)
    throw new ElfError(`there are ${count} program headers at no place; is the file damaged?`, programs_field);
  if (program_headers + count * entry_size > bytes.length)
    throw new ElfError(
      `the ${count} program headers at 0x${program_headers.toString(16)} go beyond the file's end at ` +
        `0x${bytes.length.toString(16)}; is it cut off?`,
      programs_field,
    );
}

function check_program_headers(reader: FieldReader, offset: number, count: number): void {
  const { wide, bytes } = reader;
  const fields = wide
    ? { offset: 8, address: 16, physical: 24, file_size: 32, memory_size: 40, align: 48, size: 56 }
    : { offset: 4, address: 8, physical: 12, file_size: 16, memory_size: 20, align: 28, size: 32 };
  const limit = wide ? Number.MAX_SAFE_INTEGER : 2 ** 32;
  for (let n = 0; n < count; n++) {
    const at = offset + n * fields.size;
    const type = reader.u32(at);
    if (type === 0) continue;
    const word = (field: keyof typeof fields) =>
      reader.exact_word(at + fields[field], `program header ${n}: ${field.replace('_', ' ')}`);
    const begin = word('offset');
    const file_size = word('file_size');
    const address = word('address');
    const memory_size = word('memory_size');
    word('physical');
    const align = word('align');
    // GNU_STACK and its like describe no bytes; whatever stands in their other fields is of no consequence.
    if (file_size > 0 && begin + file_size > bytes.length)
      throw new ElfError(
        `program header ${n}: its ${file_size} bytes at 0x${begin.toString(16)} go beyond the file's end at ` +
          `0x${bytes.length.toString(16)}; is it cut off?`,
        at + fields.offset,
      );
    if (type !== PT_LOAD) continue;
    if (file_size > memory_size)
      throw new ElfError(
        `program header ${n}: ${file_size} bytes of the file do not fit its ${memory_size} bytes of memory; ` +
          'is the file damaged?',
        at + fields.file_size,
      );
    if (address + memory_size > limit)
      throw new ElfError(
        `program header ${n}: ${memory_size} bytes at 0x${address.toString(16)} leave the address space; ` +
          'is the file damaged?',
        at + fields.memory_size,
      );
    if (align !== 0 && 2 ** Math.round(Math.log2(align)) !== align)
      throw new ElfError(
        `program header ${n}: alignment ${align} is no power of 2; is the file damaged?`,
        at + fields.align,
      );
  }
}

function check_overlaps(segments: readonly ElfSegment[], length: number): void {
  const loads = segments.filter((segment) => segment.type_number === PT_LOAD && segment.memory_size > 0);
  const in_order = loads.toSorted((a, b) => a.address - b.address);
  for (let n = 1; n < in_order.length; n++) {
    const [low, high] = [in_order[n - 1], in_order[n]];
    if (low.address + low.memory_size > high.address)
      throw new ElfError(
        `the segments at 0x${low.address.toString(16)} (${low.memory_size} bytes) and ` +
          `0x${high.address.toString(16)} overlap in memory; check the linker script`,
        high.offset,
      );
  }
  // Otherwise thousands of headers for the same bytes could fill the guest's memory from a small file.
  const total = loads.reduce((sum, segment) => sum + segment.file_size, 0);
  if (total > 2 * length)
    throw new ElfError(`the segments take ${total} bytes from a file of ${length}; is it damaged?`);
}

/** Bytes as elfy wants them, where a Buffer would tie us to one host. */
class Buffered implements ElfyBuffer {
  readonly [index: number]: number;
  readonly length: number;
  readonly 4: number;
  readonly 5: number;
  readonly 6: number;
  readonly 7: number;
  private readonly view: DataView;
  constructor(private readonly bytes: Uint8Array) {
    this.length = bytes.length;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this[4] = bytes[4];
    this[5] = bytes[5];
    this[6] = bytes[6];
    this[7] = bytes[7];
  }
  readUInt16LE(offset: number): number {
    return this.view.getUint16(offset, true);
  }
  readUInt16BE(offset: number): number {
    return this.view.getUint16(offset, false);
  }
  readUInt32LE(offset: number): number {
    return this.view.getUint32(offset, true);
  }
  readUInt32BE(offset: number): number {
    return this.view.getUint32(offset, false);
  }
  slice(start: number, end: number): Buffered {
    return new Buffered(this.bytes.subarray(start, end));
  }
}
