// `pydgin-ts disasm`: a program's code in the layout of objdump -d.

import {
  type AddressText,
  type CodeRange,
  code_ranges,
  Disassembler,
  disassemble,
  with_symbols,
} from '../disassembly.js';
import { load_isa } from '../load-isa/index.js';
import { check_runnable, type ElfImage, parse_elf } from '../loader/index.js';
import { UsageError } from './errors.js';
import { about_file, read_program } from './files.js';
import { BufferedOutput, write_out } from './terminal.js';

export interface DisasmOptions {
  symbol?: string[];
  section?: string[];
  start?: number;
  stop?: number;
  set?: string;
}

export async function disasm(isa_name: string, path: string, options: DisasmOptions): Promise<number> {
  const elf = read_program(path);
  const { isa } = await load_isa(isa_name);
  const image = about_file(path, () => {
    const parsed = parse_elf(elf);
    const { elf_machine, endianness } = isa.abi;
    // What cannot run (object files, libraries) can be read still; another machine's code cannot.
    if (parsed.machine !== elf_machine || parsed.endianness !== endianness || parsed.class !== 32)
      check_runnable(parsed, { elf_machine, endianness, isa: isa_name });
    return parsed;
  });
  const disassembler = new Disassembler(isa);
  const set = options.set === undefined ? undefined : find_set(disassembler, options.set);
  const ranges = select(image, code_ranges(image, elf), options);
  const symbol = with_symbols(image.symbols, '');
  const out = new BufferedOutput(write_out);
  out.write(`${path}: ${isa.title}\n`);
  let section = '';
  for (const range of ranges) {
    if (range.name !== section) out.write(`\nDisassembly of section ${range.name}:\n`);
    section = range.name;
    print(range, image, disassembler, set, symbol, out);
  }
  out.flush();
  return 0;
}

function print(
  range: CodeRange,
  image: ElfImage,
  disassembler: Disassembler,
  set: number | undefined,
  symbol: AddressText,
  out: BufferedOutput,
): void {
  let labelled = false;
  for (const line of disassemble(range, image, disassembler, set)) {
    if (line.kind === 'label') {
      out.write(`\n${hex(line.address, 8)} <${line.name}>:\n`);
      labelled = true;
      continue;
    }
    if (!labelled) out.write('\n');
    labelled = true;
    const address = line.address.toString(16).padStart(8);
    if (line.kind === 'data') {
      const directive = { 1: '.byte', 2: '.short', 4: '.word' }[line.size];
      out.write(
        `${address}:\t${hex(line.value, line.size * 2).padEnd(9)}\t${directive}\t0x${hex(line.value, line.size * 2)}\n`,
      );
    } else out.write(`${address}:\t${raw(line.inst).padEnd(9)}\t${in_columns(disassembler.text(line.inst, symbol))}\n`);
  }
}

/** The bytes of an instruction, in units as it is fetched. */
function raw({ word, size }: { word: number; size: number }): string {
  return hex(word, size * 2);
}

/** A tab between mnemonic and operands. */
const in_columns = (text: string): string => text.replace(' ', '\t');

const hex = (value: number, digits: number): string => (value >>> 0).toString(16).padStart(digits, '0');

function find_set(disassembler: Disassembler, name: string): number {
  const set = disassembler.find_set(name);
  if (set !== undefined) return set;
  const names = disassembler.isa.instruction_sets.map((known) => known.name).join(', ');
  throw new UsageError(`--set ${name}: ${disassembler.isa.name} has no such instruction set; it has ${names}`);
}

export { find_set };

/** Cuts the ranges down to what was asked for. */
function select(image: ElfImage, ranges: CodeRange[], options: DisasmOptions): CodeRange[] {
  const { symbol: names, section: sections, start = 0, stop = 2 ** 32 } = options;
  if (start >= stop) throw new UsageError('--start must be less than --stop');
  let chosen = ranges;
  if (sections) {
    for (const name of sections)
      if (!ranges.some((range) => range.name === name))
        throw new UsageError(
          `--section ${name}: there is no such code; there is ${ranges.map((r) => r.name).join(', ')}`,
        );
    chosen = ranges.filter((range) => sections.includes(range.name));
  }
  const windows = names ? names.map((name) => extent(image, name)) : [[start, stop] as const];
  return windows.flatMap(([from, to]) =>
    chosen.flatMap((range) => {
      const first = Math.max(from, start, range.address);
      const last = Math.min(to, stop, range.address + range.bytes.length);
      if (first >= last) return [];
      return [{ ...range, address: first, bytes: range.bytes.subarray(first - range.address, last - range.address) }];
    }),
  );
}

/** Where a symbol begins and ends; one without a size ends where the next begins. */
function extent(image: ElfImage, name: string): readonly [number, number] {
  const found = image.symbols.find(name);
  if (found === undefined) {
    const lower = name.toLowerCase();
    const similar = [...new Set([...image.symbols].map((symbol) => symbol.name))]
      .filter((other) => other.toLowerCase().includes(lower))
      .slice(0, 5);
    throw new UsageError(
      `--symbol ${name}: the program has no such symbol${similar.length > 0 ? `; is one of these meant: ${similar.join(', ')}?` : ''}`,
    );
  }
  if (found.size > 0) return [found.address, found.address + found.size];
  let end = 2 ** 32;
  for (const { address } of image.symbols) if (address > found.address && address < end) end = address;
  return [found.address, end];
}
