// Fourth stage: decision tree → the text of a JavaScript function that a reader can follow and V8 compiles to jump tables.
// Every leaf shows bit pattern, name and place of its row. The text depends on nothing: it can be compiled with
// `new Function` or be written to a module.

import { row_text } from './cube.js';
import type { Cube, Row, Table, Tree } from './types.js';

/**
 * Larger trees are cut into several functions: V8 compiles each whole once it is used, which takes half a millisecond for five hundred
 * lines, and never optimises those above about 60 kB of bytecode.
 */
const MAX_FUNCTION_LINES = 200;
/** Subtrees up to this size stand in place even then. */
const IN_PLACE_IF_LARGE = 6;

/**
 * The text of `function decode(word)`, or, for instructions wider than 32 bits, `function decode(word, word2)`. It returns
 * the index of the word's row, or -1 if the word is no instruction.
 *
 * The decoder is given as many bits as the widest row has, zeros where memory ends; the width of the row that it returns
 * tells how many of them are the instruction. If the first parcel holds the low bits (or there is but one parcel), the
 * instruction is in the low bits: bits 31..0 in `word`, bits 63..32 in `word2`. If the first parcel holds the high bits,
 * the instruction is at the top: of 16 bits, in a table of 16 and 32, in bits 31..16 of `word`. Beyond 32 bits, `word`
 * then has the 32 bits fetched first, `word2` the others.
 */
export function emit_decoder(table: Table, tree: Tree): string {
  return new Emitter(table).decoder(tree);
}

class Emitter {
  private readonly parameters: string;
  private readonly comments: string[];
  private readonly functions: string[] = [];
  private readonly named = new Map<Tree, string>();

  constructor(table: Table) {
    this.parameters = table.width > 32 ? 'word, word2' : 'word';
    const pad = Math.max(...table.rows.map((row) => row.name.length));
    this.comments = table.rows.map((row: Row) => {
      const place = row.source === undefined ? '' : `  ${row.source}`;
      // A source is the author's text: it must not end the comment.
      return `${row_text(row)}  ${row.name.padEnd(pad)}${place}`.replace(/[\r\n\u2028\u2029]/g, ' ').trimEnd();
    });
  }

  decoder(tree: Tree): string {
    const lines = this.body(tree, '  ');
    const main = `function decode(${this.parameters}) {\n${lines.join('\n')}\n}`;
    return [main, ...this.functions].join('\n\n') + '\n';
  }

  /** Statements that end in a return on every path. */
  private body(tree: Tree, indent: string): string[] {
    const lines = this.statements(tree, indent, Infinity);
    return lines.length > MAX_FUNCTION_LINES ? this.statements(tree, indent, IN_PLACE_IF_LARGE) : lines;
  }

  /** The same, subtrees of more than `most` lines being functions of their own. */
  private statements(tree: Tree, indent: string, most: number): string[] {
    switch (tree.kind) {
      case 'leaf':
        return [indent + this.leaf(tree.row)];
      case 'test':
        if (tree.target.kind === 'leaf' && tree.otherwise.kind === 'leaf' && tree.otherwise.row < 0)
          return [`${indent}${this.leaf(tree.target.row, comparison(tree.cube))}`];
        return [
          ...this.branch(comparison(tree.cube), tree.target, indent, most),
          ...this.statements(tree.otherwise, indent, most),
        ];
      case 'switch': {
        const { argument, low, width, cases, otherwise } = tree;
        const subject = bits_of(argument, low, width);
        if (cases.length === 1 && cases[0].values.length === 1) {
          const [{ values, target }] = cases;
          return [
            ...this.branch(`(${subject}) === ${hex(values[0], width)}`, target, indent, most),
            ...this.statements(otherwise, indent, most),
          ];
        }
        const lines = [`${indent}switch (${subject}) {`];
        for (const { values, target } of cases) {
          lines.push(...labels(values, width, `${indent}  `));
          const body = this.child(target, `${indent}    `, most);
          if (body.length === 1) lines.push(`${lines.pop()} ${body[0].trim()}`);
          else lines.push(...body);
        }
        lines.push(`${indent}  default:`);
        const body = this.child(otherwise, `${indent}    `, most);
        if (body.length === 1) lines.push(`${lines.pop()} ${body[0].trim()}`);
        else lines.push(...body);
        lines.push(`${indent}}`);
        return lines;
      }
    }
  }

  private branch(condition: string, target: Tree, indent: string, most: number): string[] {
    const body = this.child(target, `${indent}  `, most);
    if (body.length === 1) return [`${indent}if (${condition}) ${body[0].trim()}`];
    return [`${indent}if (${condition}) {`, ...body, `${indent}}`];
  }

  /** A subtree in place, or, where it is too large or deep to be read or compiled in place, as a function of its own. */
  private child(tree: Tree, indent: string, most: number): string[] {
    const known = this.named.get(tree);
    if (known !== undefined) return [`${indent}return ${known}(${this.parameters});`];
    if (tree.kind === 'leaf') return [indent + this.leaf(tree.row)];
    const lines = this.body(tree, indent);
    if (lines.length <= most && indent.length < 40) return lines;
    const name = `decode_${this.functions.length + 1}`;
    this.named.set(tree, name);
    const outdented = lines.map((line) => line.slice(indent.length - 2));
    this.functions.push(`function ${name}(${this.parameters}) {\n${outdented.join('\n')}\n}`);
    return [`${indent}return ${name}(${this.parameters});`];
  }

  /** Returns a row, where `condition` holds. */
  private leaf(row: number, condition?: string): string {
    if (row < 0) return 'return -1;';
    return `return ${condition === undefined ? row : `${condition} ? ${row} : -1`}; // ${this.comments[row]}`;
  }
}

/** An expression for bits `low + width - 1` down to `low`. */
function bits_of(argument: 0 | 1, low: number, width: number): string {
  const word = argument === 0 ? 'word' : 'word2';
  const shifted = low === 0 ? word : `${word} >>> ${low}`;
  if (low + width === 32) return low === 0 ? `${word} >>> 0` : `${shifted}`;
  return `${low === 0 ? word : `(${shifted})`} & ${hex(2 ** width - 1, width)}`;
}

/** An expression that is true for the words of a cube. */
function comparison(cube: Cube): string {
  const parts: string[] = [];
  for (const [word, mask, value] of [
    ['word', cube.m0 >>> 0, cube.v0 >>> 0],
    ['word2', cube.m1 >>> 0, cube.v1 >>> 0],
  ] as const) {
    if (mask === 0) continue;
    // `&` gives a signed number: V8 folds the `| 0` into the constant.
    const plain = (bits: number) => (bits < 10 ? String(bits) : `0x${bits.toString(16)}`);
    parts.push(`(${word} & ${plain(mask)}) === ${value >= 2 ** 31 ? `(${plain(value)} | 0)` : plain(value)}`);
  }
  return parts.join(' && ');
}

function hex(value: number, width: number): string {
  return width <= 3 ? String(value) : `0x${value.toString(16).padStart(Math.ceil(width / 4), '0')}`;
}

/** `case` labels, several to a line. */
function labels(values: readonly number[], width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = indent.trimEnd();
  for (const value of values) {
    const label = `case ${hex(value, width)}:`;
    if (line.length + label.length > 100) {
      lines.push(line);
      line = indent.trimEnd();
    }
    line += line === '' ? indent + label : ` ${label}`;
  }
  return [...lines, line];
}
