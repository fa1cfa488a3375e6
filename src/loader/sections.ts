// The section header table: for the disassembler, for finding symbols and for `info`. Nothing here is needed to run a
// program, so nothing here throws: a damaged table is cut short and `problem` says why.

import type { FieldReader } from './fields.js';
import { SHT_NOBITS } from './machines.js';

/** Flags of a section, sh_flags. */
export const SHF_WRITE = 1;
export const SHF_ALLOC = 2;
export const SHF_EXECINSTR = 4;

export interface ElfSection {
  name: string;
  /** sh_type */
  type: number;
  flags: number;
  /** Where it is in memory; 0 if it is not loaded. */
  address: number;
  offset: number;
  size: number;
  /** sh_link: for a symbol table the index of its string table. */
  link: number;
  entry_size: number;
}

/** All sections by index (0 is the empty one), and what was wrong with the table. */
export interface Sections {
  readonly list: readonly ElfSection[];
  readonly problem: string | undefined;
}

const NONE: readonly ElfSection[] = [];

/** Reads the section headers; the arguments are the fields of the ELF header. */
export function read_sections(
  reader: FieldReader,
  offset: number,
  count: number,
  names: number,
  entry_size: number,
): Sections {
  const { bytes, wide } = reader;
  const size = wide ? 64 : 40;
  if (offset === 0) return { list: NONE, problem: undefined };
  if (entry_size !== size) return { list: NONE, problem: `section header size ${entry_size} is not ${size}` };
  if (!(offset + size <= bytes.length))
    return { list: NONE, problem: 'the section headers lie beyond the end of the file' };
  // Numbers too large for the ELF header stand in the first section's header (gABI, Sections).
  if (count === 0) count = reader.word(offset + (wide ? 32 : 20));
  if (names === 0xffff) names = reader.u32(offset + (wide ? 40 : 24));
  if (!(offset + count * size <= bytes.length))
    return { list: NONE, problem: `${count} section headers go beyond the end of the file` };

  let problem: string | undefined;
  const name_offsets: number[] = [];
  const list: ElfSection[] = [];
  for (let n = 0; n < count; n++) {
    const at = offset + n * size;
    name_offsets.push(reader.u32(at));
    const section: ElfSection = wide
      ? {
          name: '',
          type: reader.u32(at + 4),
          flags: reader.u32(reader.little ? at + 8 : at + 12),
          address: reader.word(at + 16),
          offset: reader.word(at + 24),
          size: reader.word(at + 32),
          link: reader.u32(at + 40),
          entry_size: reader.word(at + 56),
        }
      : {
          name: '',
          type: reader.u32(at + 4),
          flags: reader.u32(at + 8),
          address: reader.u32(at + 12),
          offset: reader.u32(at + 16),
          size: reader.u32(at + 20),
          link: reader.u32(at + 24),
          entry_size: reader.u32(at + 36),
        };
    const in_file = section.type === 0 || section.type === SHT_NOBITS ? 0 : section.size;
    const sound = Number.isSafeInteger(section.address + section.size) && section.offset + in_file <= bytes.length;
    if (!sound) {
      problem ??= `section ${n} lies beyond the end of the file`;
      section.size = 0;
    }
    list.push(section);
  }
  const table = list[names];
  if (table === undefined || table.type === SHT_NOBITS) {
    if (names !== 0) problem ??= `section names are in section ${names}, which does not exist`;
  } else for (let n = 0; n < count; n++) list[n].name = read_name(bytes, table, name_offsets[n], 256) ?? '';
  return { list, problem };
}

/**
 * The zero-terminated name at an offset in a string table, made printable; undefined if it does not end within the table
 * or within `limit` bytes. The limit keeps a crafted table, one long string with many starts, from taking quadratic time.
 */
export function read_name(bytes: Uint8Array, table: ElfSection, offset: number, limit: number): string | undefined {
  if (offset >= table.size) return undefined;
  const start = table.offset + offset;
  const range = bytes.subarray(start, Math.min(start + limit, table.offset + table.size));
  const length = range.indexOf(0);
  return length < 0 ? undefined : printable(range.subarray(0, length));
}

let decoder: TextDecoder | undefined;

/** Text from an untrusted file: control characters could move a terminal's cursor, so they become question marks. */
export function printable(bytes: Uint8Array): string {
  return (decoder ??= new TextDecoder()).decode(bytes).replace(/[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g, '?');
}
