// What is generated of an ISA's description for the interpreter, as text: decoders, the class of its instructions, that of its state,
// the run loop. For a built-in ISA the build writes it, so that V8's code cache has it; for others it is made when a run starts.

import type { InstructionSet, Isa } from '../adl/index.js';
import { type Decoder, make_decoder, type Row } from '../decoder-gen/index.js';
import type { GuestExit, GuestFault, hex } from '../machine/fault.js';
import { layout_state } from '../machine/layout.js';
import { generate_state, type StateClass } from '../machine/state.js';
import { encoding_of, SET_BITS, SET_MASK } from './encoding.js';
import type { InstructionParts } from './instructions.js';
import { generate_loop, type Loop } from './loop.js';

export interface Parts {
  instructions: InstructionParts;
  State: StateClass;
  /** That of runs with the JIT; undefined with delay slots, which have a loop of their own. */
  loop: Loop | undefined;
}

/** What is generated, as a function of what it knows of the simulator. */
export type MakeParts = (known: {
  GuestFault: typeof GuestFault;
  GuestExit: typeof GuestExit;
  hex: typeof hex;
}) => Parts;

/** The text of an ISA's MakeParts. */
export function generate_parts(isa: Isa): string {
  const layout = layout_state(isa);
  const made_by = (body: string) => `(() => {\n${body}})()`;
  return `({ GuestFault, GuestExit, hex }) => ({
  instructions: ${made_by(generate_instructions(isa))},
  State: ${made_by(generate_state(isa, layout))},
  loop: ${isa.delay_slots === 1 ? 'undefined' : made_by(generate_loop(isa, layout, false))},
})`;
}

/**
 * What an instruction is made from besides its fields, in this order; special registers beyond the first come last. `bits` is
 * the word as a signed number: in V8, a small integer, where half of all words would be objects each time they are read.
 */
const COMMON = ['bits', 'pc', 'next_pc', 'encoding', 'execute', 'heat', 'special'];

/** The value of a field of `bits`, 0 where the row has no such field. */
function field_value(pieces: ReturnType<Row['fields']['get']> = []): string {
  let shift = pieces.reduce((sum, { high, low }) => sum + high - low + 1, 0);
  const terms = pieces.map(({ high, low }) => {
    const width = high - low + 1;
    shift -= width;
    const shifted = low === 0 ? 'bits' : `(bits >>> ${low})`;
    const value = width === 32 ? '(bits >>> 0)' : `(${shifted} & ${2 ** width - 1})`;
    return shift === 0 ? value : `(${value} << ${shift})`;
  });
  return terms.length > 1 ? `(${terms.join(' | ')}) >>> 0` : (terms[0] ?? '0');
}

export const decoder_of = (set: InstructionSet): Decoder => make_decoder(set.encodings, set);

/**
 * Fields that fewer rows than one in so many have are extracted when they are read, not beforehand: decoding is mostly filling
 * in properties, and of ARM's 39 fields a pattern has six or so.
 */
const RARE = 20;

/** The text of a getter for a field that few rows have. */
function getter(name: string, decoders: readonly Decoder[]): string {
  const tests = new Map<string, string[]>();
  for (const [set, { table }] of decoders.entries())
    for (const { fields, index } of table.rows) {
      if (!fields.has(name)) continue;
      const value = field_value(fields.get(name));
      tests.set(value, [...(tests.get(value) ?? []), `encoding === ${encoding_of(set, index)}`]);
    }
  const cases = [...tests].map(([value, rows]) => `if (${rows.join(' || ')}) return ${value};`);
  return `get ${name}() { const { bits, encoding } = this; ${cases.join(' ')} return 0; }`;
}

/** The text of an ISA's InstructionParts, as a function body that returns them. */
export function generate_instructions(isa: Isa): string {
  const decoders = isa.instruction_sets.map(decoder_of);
  const rows = decoders.flatMap(({ table }) => table.rows);
  const names = [...new Set(rows.flatMap(({ fields }) => [...fields.keys()]))];
  const is_rare = (name: string) => rows.filter(({ fields }) => fields.has(name)).length * RARE < rows.length;
  const stored = names.filter((name) => !is_rare(name));
  const given = layout_state(isa).specials.length > 1 ? [...COMMON, 'more_specials'] : COMMON;
  const common = given.join(', ');
  // Rows with the same fields in the same places share what makes their instructions.
  const makers: string[] = [];
  const maker = (values: readonly string[]) => {
    const text = `(${common}) => new Instruction(${[common, ...values].join(', ')})`;
    if (!makers.includes(text)) makers.push(text);
    return `make_${makers.indexOf(text)}`;
  };
  const undefined_maker = maker(stored.map(() => '0'));
  const sets = decoders.map(
    ({ table, text }) => `{
  decode: (() => { ${text} return decode; })(),
  widths: [${table.rows.map(({ width }) => width).join(', ')}], width: ${table.width}, first: '${table.first}',
  make: [${table.rows.map(({ fields }) => maker(stored.map((name) => field_value(fields.get(name))))).join(', ')}],
}`,
  );
  // Properties are assigned once, so that V8 takes those of a constant instruction for constants (blocks.ts).
  return `class Instruction {
  constructor(${[common, ...stored.map((name) => `$${name}`)].join(', ')}) {
    ${given.map((name) => `this.${name} = ${name};`).join(' ')}
    this.next = undefined; this.jump = undefined; this.jumped_to = -1;
    this.jumped_before = undefined; this.block = undefined;
    ${stored.map((name) => `this.${name} = $${name};`).join(' ')}
  }
  get word() { return this.bits >>> 0; }
  get set() { return this.encoding & ${SET_MASK}; }
  get row() { return this.encoding >> ${SET_BITS}; }
  get size() { return (this.next_pc - this.pc) >>> 0; }
  ${names
    .filter(is_rare)
    .map((name) => getter(name, decoders))
    .join('\n  ')}
}
${makers.map((text, n) => `const make_${n} = ${text};`).join('\n')}
return { undefined: ${undefined_maker}, sets: [${sets.join(', ')}] };
`;
}
