// Writes ELF files for tests: any class, byte order and machine, with segments, sections and symbols as told, however
// wrong. Written from the gABI's tables alone; `readelf` agrees with it (src/loader/readelf.test.ts).

export interface SegmentToMake {
  /** p_type; 1, LOAD, by default. */
  type?: number;
  address: number;
  data: Uint8Array;
  memory_size?: number;
  flags?: number;
  align?: number;
}

export interface SymbolToMake {
  name: string;
  value: number;
  size?: number;
  type?: number;
  binding?: number;
  /** Section index; 1, the first segment's bytes, by default. */
  section?: number;
}

export interface ElfToMake {
  class?: 32 | 64;
  endianness?: 'little' | 'big';
  machine?: number;
  type?: number;
  entry?: number;
  flags?: number;
  segments?: SegmentToMake[];
  symbols?: SymbolToMake[];
  /** Leave out the section header table, as `strip --strip-section-headers` does. */
  no_sections?: boolean;
}

/** Places of things in the made file, for tests that damage them. */
export interface MadeElf {
  bytes: Uint8Array;
  program_headers: number;
  section_headers: number;
  symbols: number;
  strings: number;
}

export function make_elf(elf: ElfToMake): MadeElf {
  const wide = elf.class === 64;
  const little = elf.endianness !== 'big';
  const bytes: number[] = [];
  const number = (value: number, size: number) => {
    const digits = Array.from({ length: size }, (_, n) => Math.floor(value / 256 ** n) % 256);
    bytes.push(...(little ? digits : digits.reverse()));
  };
  const half = (value: number) => number(value, 2);
  const four = (value: number) => number(value, 4);
  const word = (value: number) => number(value, wide ? 8 : 4);
  const align = (to: number) => {
    while (bytes.length % to !== 0) bytes.push(0);
  };
  const sizes = wide ? { header: 64, program: 56, section: 64 } : { header: 52, program: 32, section: 40 };
  const segments = elf.segments ?? [];

  // Where things will be: headers, then the segments' bytes, strings, symbols, section headers.
  const data_offsets: number[] = [];
  let end = sizes.header + segments.length * sizes.program;
  for (const segment of segments) {
    end = Math.ceil(end / 16) * 16;
    data_offsets.push(end);
    end += segment.data.length;
  }
  const names = '\0.text\0.symtab\0.strtab\0.shstrtab\0';
  const symbols = elf.symbols ?? [];
  let strings = '\0';
  const name_offsets = symbols.map(({ name }) => {
    const at = strings.length;
    strings += `${name}\0`;
    return at;
  });
  const names_at = end;
  const strings_at = names_at + names.length;
  const symbols_at = Math.ceil((strings_at + strings.length) / 8) * 8;
  const symbol_size = wide ? 24 : 16;
  const sections_at = symbols_at + (symbols.length + 1) * symbol_size;

  bytes.push(0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, little ? 1 : 2, 1, ...new Array(9).fill(0));
  half(elf.type ?? 2);
  half(elf.machine ?? 40);
  four(1);
  word(elf.entry ?? segments[0]?.address ?? 0);
  word(segments.length > 0 ? sizes.header : 0);
  word(elf.no_sections ? 0 : sections_at);
  four(elf.flags ?? 0);
  half(sizes.header);
  half(segments.length > 0 ? sizes.program : 0);
  half(segments.length);
  half(elf.no_sections ? 0 : sizes.section);
  half(elf.no_sections ? 0 : 5);
  half(elf.no_sections ? 0 : 4);

  segments.forEach((segment, n) => {
    const flags = segment.flags ?? 5;
    four(segment.type ?? 1);
    if (wide) four(flags);
    word(data_offsets[n]);
    word(segment.address);
    word(segment.address);
    word(segment.data.length);
    word(segment.memory_size ?? segment.data.length);
    if (!wide) four(flags);
    word(segment.align ?? 4);
  });
  for (const segment of segments) {
    align(16);
    for (const byte of segment.data) bytes.push(byte);
  }
  const text = (characters: string) => {
    for (const character of characters) bytes.push(character.charCodeAt(0));
  };
  text(names);
  text(strings);
  align(8);

  const symbol = (
    name: number,
    { value, size = 0, type = 0, binding = 1, section = 1 }: Omit<SymbolToMake, 'name'>,
  ) => {
    four(name);
    if (!wide) {
      four(value);
      four(size);
    }
    bytes.push(binding * 16 + type, 0);
    half(section);
    if (wide) {
      word(value);
      word(size);
    }
  };
  symbol(0, { value: 0, binding: 0, section: 0 });
  for (const [n, one] of symbols.entries()) symbol(name_offsets[n], one);

  const locals = 1 + symbols.filter(({ binding }) => binding === 0).length;
  const section = (
    name: string,
    type: number,
    flags: number,
    address: number,
    at: number,
    size: number,
    link = 0,
    info = 0,
    entry = 0,
  ) => {
    four(name === '' ? 0 : names.indexOf(name));
    four(type);
    word(flags);
    word(address);
    word(at);
    word(size);
    four(link);
    four(info);
    word(1);
    word(entry);
  };
  if (!elf.no_sections) {
    section('', 0, 0, 0, 0, 0);
    section('.text', 1, 6, segments[0]?.address ?? 0, data_offsets[0] ?? 0, segments[0]?.data.length ?? 0);
    section('.symtab', 2, 0, 0, symbols_at, (symbols.length + 1) * symbol_size, 3, locals, symbol_size);
    section('.strtab', 3, 0, 0, strings_at, strings.length);
    section('.shstrtab', 3, 0, 0, names_at, names.length);
  }
  return {
    bytes: Uint8Array.from(bytes),
    program_headers: sizes.header,
    section_headers: sections_at,
    symbols: symbols_at,
    strings: strings_at,
  };
}
