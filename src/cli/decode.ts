// `pydgin-ts decode`: what an instruction word means, by the ISA's own tables.

import { Disassembler } from '../disassembly.js';
import { load_isa } from '../load-isa/index.js';
import { find_set } from './disasm.js';
import { UsageError } from './errors.js';
import { write_out } from './terminal.js';

export interface DecodeOptions {
  set?: string;
  pc?: number;
}

/** Status 1 if one of the words is no instruction. */
export async function decode(isa_name: string, words: readonly number[], options: DecodeOptions): Promise<number> {
  const { isa } = await load_isa(isa_name);
  const disassembler = new Disassembler(isa);
  const set = options.set === undefined ? 0 : find_set(disassembler, options.set);
  const texts = words.map((word) => explain(disassembler, word, set, options.pc ?? 0));
  write_out(texts.map(({ text }) => text).join('\n'));
  return texts.every(({ known }) => known) ? 0 : 1;
}

function explain(disassembler: Disassembler, word: number, set: number, pc: number): { text: string; known: boolean } {
  const { isa } = disassembler;
  const { name: set_name } = isa.instruction_sets[set];
  const decoder = disassembler.factory.decoders[set];
  if (word >= 2 ** decoder.table.width)
    throw new UsageError(
      `${hex(word, 8)} has more than the ${decoder.table.width} bits of an instruction of ${set_name}`,
    );
  const inst = disassembler.decode_word(word, set, pc);
  const row = disassembler.rows(set)[inst.row];
  const facts: [string, string][] = [['word', hex(inst.word, inst.size * 2)]];
  if (row === undefined) {
    facts.push(['assembly', `no instruction of ${set_name}`]);
    const others = isa.instruction_sets.flatMap(({ name }, other) =>
      other !== set && word < 2 ** disassembler.factory.decoders[other].table.width
        ? [{ name, inst: disassembler.decode_word(word, other, pc) }]
        : [],
    );
    for (const other of others)
      if (other.inst.row >= 0) facts.push(['elsewhere', `--set ${other.name}: ${disassembler.text(other.inst)}`]);
    return { text: lines(facts), known: false };
  }
  const bits = inst.word.toString(2).padStart(row.width, '0');
  facts.push(
    ['assembly', disassembler.text(inst)],
    ['encoding', `${row.name}, row ${row.index} of ${set_name}${row.source === undefined ? '' : ` (${row.source})`}`],
    ['pattern', row.text],
    ['bits', bits.replace(/(?<=.)(?=(?:.{4})+$)/g, ' ')],
  );
  const width = [...row.fields.keys()].reduce((longest, name) => Math.max(longest, name.length), 0);
  for (const [n, [name, pieces]] of [...row.fields].entries()) {
    const value = (inst as unknown as Record<string, number>)[name];
    const size = pieces.reduce((sum, { high, low }) => sum + high - low + 1, 0);
    const where = pieces.map(({ high, low }) => (high === low ? `${high}` : `${high}:${low}`)).join(' ');
    const binary = value.toString(2).padStart(size, '0');
    const decimal = size > 3 && value > 9 ? `  0x${value.toString(16)}` : '';
    facts.push([n === 0 ? 'fields' : '', `${name.padEnd(width)}  ${where.padEnd(8)} ${binary}  ${value}${decimal}`]);
  }
  return { text: lines(facts), known: true };
}

const lines = (facts: readonly [string, string][]): string =>
  facts.map(([name, value]) => `${name.padEnd(10)}${value}\n`).join('');
const hex = (value: number, digits: number): string => '0x' + (value >>> 0).toString(16).padStart(digits, '0');
