// ElfImage → the text of `pydgin-ts info`: what a program is, what it needs and how to run it.

import { is_dynamically_linked } from './load.js';
import { built_in_isa, describe_flags, ET_DYN, ET_EXEC, section_type, TYPES } from './machines.js';
import { type ElfImage, PT_LOAD } from './parse.js';
import { SHF_ALLOC, SHF_EXECINSTR, SHF_WRITE } from './sections.js';
import { STT_FUNC, STT_OBJECT } from './symbols.js';

/** Several lines, the last one ended too. Names from the file are printable. */
export function describe_elf(image: ElfImage): string {
  const { segments, sections, symbols } = image;
  const isa = built_in_isa(image.class === 64, image.machine, image.endianness);
  const loads = segments.filter((segment) => segment.type_number === PT_LOAD);
  const dynamic = is_dynamically_linked(image);
  const is_library = image.type === ET_DYN && image.entry === 0;
  const runnable = loads.length > 0 && (image.type === ET_EXEC || image.type === ET_DYN) && !is_library;
  const linkage = dynamic ? 'dynamically linked' : 'statically linked';
  const type = is_library ? 'shared library' : runnable ? `${TYPES[image.type]}, ${linkage}` : TYPES[image.type];
  const entry_name = image.entry === 0 ? undefined : symbols.name_at(image.entry - (image.entry % 2));
  const facts: [string, string][] = [
    ['format', `ELF${image.class}, ${image.endianness}-endian`],
    ['machine', [`${image.machine_name} (${image.machine})`, ...describe_flags(image.machine, image.flags)].join(', ')],
    ['type', type],
    ['entry', hex(image.entry) + (entry_name === undefined ? '' : ` ${entry_name}`)],
    ['memory', `${loads.reduce((sum, segment) => sum + segment.memory_size, 0)} bytes in ${loads.length} segments`],
    ['run with', run_advice(isa, runnable, dynamic)],
  ];
  const out = facts.map(([what, value]) => `${what.padEnd(10)}${value}`);

  if (segments.length > 0) {
    const rows = segments.map((segment) => [
      segment.type,
      hex(segment.offset),
      hex(segment.address),
      String(segment.file_size),
      String(segment.memory_size),
      rights(segment.flags),
      hex(segment.align, 1),
    ]);
    out.push('', 'segments', ...table(['type', 'offset', 'address', 'in file', 'in memory', 'flags', 'align'], rows));
  }
  const named = sections.list.slice(1);
  if (named.length > 0) {
    const rows = named.map((section) => [
      section.name,
      section_type(section.type, image.machine),
      hex(section.address),
      hex(section.offset),
      String(section.size),
      (section.flags & SHF_ALLOC ? 'a' : '-') +
        (section.flags & SHF_WRITE ? 'w' : '-') +
        (section.flags & SHF_EXECINSTR ? 'x' : '-'),
    ]);
    out.push('', 'sections', ...table(['name', 'type', 'address', 'offset', 'size', 'flags'], rows));
  }
  out.push('', symbol_summary(image));
  const problem = symbols.problem ?? sections.problem;
  if (problem !== undefined) out.push(`damaged: ${problem}; the program can run, names are missing`);
  return out.join('\n') + '\n';
}

function run_advice(isa: string | undefined, runnable: boolean, dynamic: boolean): string {
  if (!runnable) return 'nothing: it is no program';
  if (dynamic) return 'nothing yet: link it with -static';
  return isa === undefined ? 'a description of your own: pydgin-ts run ./my-isa.ts FILE' : `pydgin-ts run ${isa} FILE`;
}

function symbol_summary({ symbols }: ElfImage): string {
  if (symbols.count === 0) return 'symbols   none (stripped): messages and disassembly show addresses only';
  let functions = 0;
  let objects = 0;
  for (const { type } of symbols) {
    if (type === STT_FUNC) functions++;
    if (type === STT_OBJECT) objects++;
  }
  return `symbols   ${symbols.count}: functions ${functions}, objects ${objects}`;
}

const hex = (value: number, digits = 8): string => '0x' + value.toString(16).padStart(digits, '0');
const rights = (flags: number): string => (flags & 4 ? 'r' : '-') + (flags & 2 ? 'w' : '-') + (flags & 1 ? 'x' : '-');

/** Columns as wide as their widest cell; decimal numbers to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, n) => rows.reduce((widest, row) => Math.max(widest, row[n].length), title.length));
  const numeric = head.map((_, n) => rows.every((row) => /^\d+$/.test(row[n])));
  return [head, ...rows].map(
    (row) =>
      '  ' +
      row
        .map((cell, n) => (numeric[n] ? cell.padStart(widths[n]) : cell.padEnd(widths[n])))
        .join('  ')
        .trimEnd(),
  );
}
