// The decoder generator: an encoding table goes in, a decoder comes out. No masks, no instruction types and no order are
// given by the author; the patterns alone decide. The pipeline: parse → check → tree → emit.

import { check } from './check.js';
import { emit_decoder } from './emit.js';
import { parse_rows } from './parse.js';
import { DecoderReport } from './report.js';
import { build_tree } from './tree.js';
import type { DecoderOptions, EncodingRow, EncodingTuple, Table, Tree } from './types.js';

/** Row index of a fetched word, or -1. See `emit_decoder` for how instructions of several widths lie in it. */
export type Decode = (word: number, word2?: number) => number;

/** A generated decoder. */
export interface Decoder {
  decode: Decode;
  /** Its source text, `function decode(word) { … }`. */
  text: string;
  report: DecoderReport;
  /** The parsed rows: widths, bits and fields by row index. */
  table: Table;
  tree: Tree;
}

/** An encoding table, as objects or as an ISA's tuples. */
export type Encodings = readonly (EncodingRow | EncodingTuple)[];

/** Generates a decoder's text. Throws one IsaError that lists all faults of the table. */
export function generate_decoder(encodings: Encodings, options?: DecoderOptions): Omit<Decoder, 'decode'> {
  const table = parse_rows(encodings, options);
  const order = check(table);
  const tree = build_tree(table, order);
  const text = emit_decoder(table, tree);
  return { text, table, tree, report: new DecoderReport(table, order, tree) };
}

/** Generates a decoder and compiles it. Throws one IsaError that lists all faults of the table. */
export function make_decoder(encodings: Encodings, options?: DecoderOptions): Decoder {
  const generated = generate_decoder(encodings, options);
  return { ...generated, decode: compile_decoder(generated.text) };
}

/** Turns a decoder's text into a function. */
export function compile_decoder(text: string): Decode {
  return new Function(`'use strict';\n${text}return decode;`)() as Decode;
}

export { check } from './check.js';
export { compile_syntax, make_disassembler, parse_syntax } from './disassembler.js';
export { emit_decoder } from './emit.js';
export { locate_rows } from './locate.js';
export { parse_fields, parse_pattern, parse_rows } from './parse.js';
export { type DecoderReport, describe_report, naive_average } from './report.js';
export { build_tree } from './tree.js';
export type {
  Cube,
  DecoderOptions,
  EncodingRow,
  EncodingTuple,
  ParsedPattern,
  Piece,
  Row,
  Specificity,
  Table,
  Tree,
} from './types.js';
