// What passes between the stages of the decoder generator: rows as the ISA's author wrote them, the parsed table with
// every row's bits as a cube, the order "is more specific than", and the decision tree.

/** A row of an encoding table. */
export interface EncodingRow {
  name: string;
  /** Most significant bit first: runs of `0 1 x`, fields `rn:4`, one-bit fields `S`; spaces only separate. */
  pattern: string;
  /** `file:line`, for messages and for the comments of the generated decoder. */
  source?: string;
  /** Assembly syntax, see disassembler.ts. */
  syntax?: string;
}

/** A row as an ISA's table has it: `[name, pattern]` or `[name, pattern, syntax]`. */
export type EncodingTuple = readonly [name: string, pattern: string, syntax?: string];

/** How an instruction set lies in memory. */
export interface DecoderOptions {
  /**
   * Bits fetched at a time. Rows are one or more parcels wide; a table of several widths needs it.
   * Without it all rows must have the same width.
   */
  parcel?: number;
  /** Of a word of several parcels, does the one fetched first hold the low bits (RISC-V) or the high ones (Thumb-2)? */
  first?: 'low' | 'high';
  /** Bit ranges by name that all rows share: `{ rn: '19:16', imm: '31:25 11:7' }`. A row's own field takes precedence. */
  fields?: Readonly<Record<string, string>>;
  /** `file:line` of each row, where rows are tuples. */
  sources?: readonly (string | undefined)[];
}

/** Bits `high` down to `low` of an instruction, numbered from 0 = least significant. */
export interface Piece {
  high: number;
  low: number;
}

/** A parsed pattern. `mask` tells the fixed bits, `value` their values; both u32. Bits 63..32 are in the `_high` pair. */
export interface ParsedPattern {
  width: number;
  mask: number;
  value: number;
  mask_high: number;
  value_high: number;
  /** A field's pieces, most significant first. */
  fields: Map<string, Piece[]>;
}

/**
 * A set of fetched words: those that agree with `v` in the bits of `m`. `m0`, `v0` concern the decoder's argument `word`,
 * `m1`, `v1` its argument `word2`. Numbers are int32 or u32, only their bits count; `v` has no bits outside `m`.
 */
export interface Cube {
  readonly m0: number;
  readonly v0: number;
  readonly m1: number;
  readonly v1: number;
}

/** A row ready for the generator: its pattern, its index in the table, and its cube in the fetched word. */
export interface Row extends ParsedPattern {
  index: number;
  name: string;
  text: string;
  source?: string;
  syntax?: string;
  cube: Cube;
}

/** A parsed encoding table. */
export interface Table {
  rows: Row[];
  /** Width of the widest row: the decoder is given that many bits. */
  width: number;
  first: 'low' | 'high';
}

/** For each row, the rows that are more specific: whose words are a proper subset of its words. */
export type Specificity = readonly (readonly number[])[];

/** The decision tree. Subtrees may be shared. */
export type Tree = Leaf | Switch | Test;

/** The word is row `row`, or, at -1, no instruction. */
export interface Leaf {
  readonly kind: 'leaf';
  readonly row: number;
}

/** Jumps on bits `low + width - 1` down to `low` of `word` (argument 0) or `word2` (argument 1). */
export interface Switch {
  readonly kind: 'switch';
  readonly argument: 0 | 1;
  readonly low: number;
  readonly width: number;
  readonly cases: readonly { readonly values: readonly number[]; readonly target: Tree }[];
  /** For all values that no case names. */
  readonly otherwise: Tree;
}

/** Compares all bits of a cube at once. */
export interface Test {
  readonly kind: 'test';
  readonly cube: Cube;
  readonly target: Tree;
  readonly otherwise: Tree;
}
