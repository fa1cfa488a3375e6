// First stage: pattern text → bits and fields, field table → pieces, rows → Table. Everything that can be wrong with a
// row by itself, or with the rows' widths, is found here; all complaints are collected before one IsaError is thrown.

import { type Diagnostic, IsaError } from '../adl/errors.js';
import { place } from './cube.js';
import type { DecoderOptions, EncodingRow, EncodingTuple, ParsedPattern, Piece, Row, Table } from './types.js';

const MAX_WIDTH = 64;
const EXPECTED = 'expected bits such as 01x, a field such as rn:4, or a one-bit field such as S';
/** A field's value is a u32. */
const MAX_FIELD_WIDTH = 32;
/** Names that every instruction has: those of Instruction in src/adl/encoding.ts, of Decoded and of the class in src/interp/generate.ts. */
const RESERVED = (
  'word size bits pc next_pc encoding set row execute special more_specials next jump jumped_to jumped_before heat block ' +
  'constructor'
).split(' ');
const reserved = (field: string) => `'${field}' is something that every instruction has; call the field something else`;

/** Parses one pattern. Throws an IsaError that points at the offending tokens; `source` and `name` only serve it. */
export function parse_pattern(text: string, source?: string, name?: string): ParsedPattern {
  const problems: Diagnostic[] = [];
  const row = name === undefined ? '' : `${name}: `;
  const complain = (message: string, from: number, to: number) =>
    problems.push({ message: row + message, source, text, span: [from, to] });
  const letters: string[] = [];
  const places: { field: string; at: number; width: number }[] = [];

  for (const { 0: token, index: at } of text.matchAll(/\S+/g)) {
    const field = /^([A-Za-z_]\w*)(?::(\d+))?$/.exec(token);
    if (/^[01x]+$/.test(token)) letters.push(...token);
    else if (/^X{2,}$/.test(token)) complain('write don’t-care bits with a small x', at, at + token.length);
    else if (field !== null) {
      const width = Number(field[2] ?? 1);
      if (width < 1 || width > MAX_FIELD_WIDTH)
        complain(
          `field '${field[1]}' is ${width} bits wide; a field has 1 to ${MAX_FIELD_WIDTH}`,
          at,
          at + token.length,
        );
      else if (RESERVED.includes(field[1])) complain(reserved(field[1]), at, at + token.length);
      else {
        places.push({ field: field[1], at: letters.length, width });
        for (let i = 0; i < width; i++) letters.push('x');
      }
    } else if (/^[01xX]/.test(token) && !token.includes(':')) {
      const bad = at + token.search(/[^01x]/);
      complain(`'${text[bad]}' is not a bit: bits are 0, 1 and x`, bad, bad + 1);
    } else complain(`cannot read '${token}': ${EXPECTED}`, at, at + token.length);
  }

  const width = letters.length;
  if (problems.length === 0) {
    if (width === 0) complain('the pattern is empty', 0, text.length);
    if (width > MAX_WIDTH)
      complain(`the pattern has ${width} bits; at most ${MAX_WIDTH} are supported`, 0, text.length);
  }
  const fields = new Map<string, Piece[]>();
  for (const { field, at, width: bits } of places) {
    const pieces = fields.get(field) ?? [];
    pieces.push({ high: width - 1 - at, low: width - at - bits });
    fields.set(field, pieces);
  }
  for (const [field, pieces] of fields) {
    const bits = total_width(pieces);
    if (bits > MAX_FIELD_WIDTH)
      complain(
        `the pieces of field '${field}' have ${bits} bits together; a field has at most ${MAX_FIELD_WIDTH}`,
        0,
        text.length,
      );
  }
  if (problems.length > 0) throw new IsaError(problems);

  const words = { mask: 0, value: 0, mask_high: 0, value_high: 0 };
  for (let bit = 0; bit < width; bit++) {
    const letter = letters[width - 1 - bit];
    if (letter === 'x') continue;
    const [fixed, one] = [1 << bit, letter === '1' ? 1 << bit : 0];
    if (bit < 32) {
      words.mask |= fixed;
      words.value |= one;
    } else {
      words.mask_high |= fixed;
      words.value_high |= one;
    }
  }
  return {
    width,
    mask: words.mask >>> 0,
    value: words.value >>> 0,
    mask_high: words.mask_high >>> 0,
    value_high: words.value_high >>> 0,
    fields,
  };
}

function total_width(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { high, low }) => sum + high - low + 1, 0);
}

/**
 * Parses a field table such as `{ rn: '19:16', S: '20', imm: '31:25 11:7' }`; several pieces are concatenated, most
 * significant first. `width` is that of the widest instruction. Throws an IsaError.
 */
export function parse_fields(table: Readonly<Record<string, string>>, width: number): Map<string, Piece[]> {
  const problems: Diagnostic[] = [];
  const fields = new Map<string, Piece[]>();
  for (const [field, ranges] of Object.entries(table)) {
    const text = `${field}: '${ranges}'`;
    const complain = (message: string, from: number, to: number) =>
      problems.push({ message: `field table: ${message}`, text, span: [from, to] });
    if (!/^[A-Za-z_]\w*$/.test(field)) complain(`'${field}' is not a name`, 0, field.length);
    if (RESERVED.includes(field)) complain(reserved(field), 0, field.length);
    const pieces: Piece[] = [];
    let taken = 0n;
    for (const { 0: token, index } of ranges.matchAll(/\S+/g)) {
      const [from, to] = [index + field.length + 3, index + field.length + 3 + token.length];
      const range = /^(\d+)(?::(\d+))?$/.exec(token);
      if (range === null) {
        complain(`cannot read '${token}': expected a range such as 19:16 or a bit such as 20`, from, to);
        continue;
      }
      const [high, low] = [Number(range[1]), Number(range[2] ?? range[1])];
      if (high < low) complain(`write the higher bit first: ${low}:${high}`, from, to);
      else if (high >= width) complain(`there is no bit ${high}: the widest pattern has ${width} bits`, from, to);
      else {
        const bits = ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);
        if ((taken & bits) !== 0n) complain(`'${token}' repeats a bit of this field`, from, to);
        taken |= bits;
        pieces.push({ high, low });
      }
    }
    if (ranges.trim() === '') complain('no bits given', 0, text.length);
    if (total_width(pieces) > MAX_FIELD_WIDTH)
      complain(`${total_width(pieces)} bits; a field has at most ${MAX_FIELD_WIDTH}`, 0, text.length);
    fields.set(field, pieces);
  }
  if (problems.length > 0) throw new IsaError(problems);
  return fields;
}

/** Parses a whole encoding table. Throws one IsaError with all that is wrong. */
export function parse_rows(table: readonly (EncodingRow | EncodingTuple)[], options: DecoderOptions = {}): Table {
  const encodings = table.map((row, index): EncodingRow => {
    if ('pattern' in row) return row;
    const [name, pattern, syntax] = row;
    return { name, pattern, syntax, source: options.sources?.[index] };
  });
  const problems: Diagnostic[] = [];
  const attempt = <T>(action: () => T): T | undefined => {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof IsaError)) throw error;
      problems.push(...error.diagnostics);
      return undefined;
    }
  };

  const { parcel, first = 'low' } = options;
  if (encodings.length === 0) problems.push({ message: 'the encoding table is empty' });
  if (parcel !== undefined && !(Number.isInteger(parcel) && parcel >= 1 && parcel <= MAX_WIDTH))
    problems.push({ message: `parcel: ${parcel} is not a width of 1 to ${MAX_WIDTH} bits` });
  if (first !== 'low' && first !== 'high') problems.push({ message: `first: '${first}' is neither 'low' nor 'high'` });

  const parsed: { encoding: EncodingRow; pattern: ParsedPattern }[] = [];
  for (const encoding of encodings) {
    const { name, pattern: text, source } = encoding;
    if (!/^\w+$/.test(name))
      problems.push({
        message: `'${name}' cannot name an instruction: execute_${name} is not an identifier`,
        source,
        text,
      });
    const pattern = attempt(() => parse_pattern(text, source, name));
    if (pattern !== undefined) parsed.push({ encoding, pattern });
  }
  problems.push(...check_widths(parsed, parcel));

  const width = Math.max(0, ...parsed.map(({ pattern }) => pattern.width));
  const shared = attempt(() => parse_fields(options.fields ?? {}, width || MAX_WIDTH));
  if (problems.length > 0) throw new IsaError(problems);

  const rows = parsed.map(({ encoding, pattern }, index): Row => {
    const mask = place(pattern.width, pattern.mask, pattern.mask_high, { width, first });
    const value = place(pattern.width, pattern.value, pattern.value_high, { width, first });
    const fields = new Map(pattern.fields);
    for (const [field, pieces] of shared!)
      if (!fields.has(field) && pieces.every(({ high }) => high < pattern.width)) fields.set(field, pieces);
    return {
      ...pattern,
      fields,
      index,
      name: encoding.name,
      text: encoding.pattern,
      source: encoding.source,
      syntax: encoding.syntax,
      cube: { m0: mask.word, v0: value.word, m1: mask.word2, v1: value.word2 },
    };
  });
  return { rows, width, first };
}

/** A miscounted pattern is the commonest slip, so the odd ones out are named rather than all rows. */
function check_widths(parsed: { encoding: EncodingRow; pattern: ParsedPattern }[], parcel?: number): Diagnostic[] {
  const count = new Map<number, number>();
  for (const { pattern } of parsed) count.set(pattern.width, (count.get(pattern.width) ?? 0) + 1);
  const usual = [...count].reduce((a, b) => (b[1] > a[1] ? b : a), [0, 0])[0];
  const problems: Diagnostic[] = [];
  for (const { encoding, pattern } of parsed) {
    const { name, pattern: text, source } = encoding;
    const span: [number, number] = [0, text.length];
    if (parcel !== undefined && pattern.width % parcel > 0) {
      const message = `${name}: ${pattern.width} bits are not a whole number of ${parcel}-bit parcels`;
      problems.push({ message, source, text, span });
    } else if (parcel === undefined && pattern.width !== usual) {
      const message =
        `${name}: ${pattern.width} bits where most rows have ${usual}; count them,` +
        ' or give `parcel` if instructions really differ in width';
      problems.push({ message, source, text, span });
    }
  }
  return problems;
}
