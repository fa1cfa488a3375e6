// The encoding table → a disassembler. A row's syntax, such as 'adc{cond}{S} {rd}, {rn}, {shifter_operand}', is compiled
// once to a function. `{name}` is printed by the ISA's operand formatter of that name or, without one, as the field's
// decimal value; `{{` and `}}` are literal braces. A row without syntax prints its name and all its fields.

import { type Diagnostic, IsaError } from '../adl/errors.js';
import type { OperandFormatter } from '../adl/isa.js';
import type { Row } from './types.js';

const UNKNOWN_OPERAND = 'is neither a field of this encoding nor an operand formatter';

/** What every decoded instruction has; its fields are further properties. */
export interface DisassembledInstruction {
  readonly word: number;
  /** In bytes. */
  readonly size: number;
}

/** Where an instruction stands. `symbol` turns an address into text, `0x8000` or `0x8000 <main>`. */
export interface DisassemblyContext {
  readonly pc: number;
  symbol(address: number): string;
}

/** Prints an instruction of one row. */
export type InstructionFormatter = (inst: DisassembledInstruction, at: DisassemblyContext) => string;

/** A row, as far as its syntax is concerned. */
export type SyntaxRow = Pick<Row, 'name' | 'syntax' | 'source' | 'fields'>;

/** Part of a syntax: literal text, or what stands in braces with its columns, braces included. */
export type SyntaxPart = string | { operand: string; from: number; to: number };

/** Splits a syntax at its operands. Throws an IsaError that points at an unbalanced brace. */
export function parse_syntax(syntax: string, source?: string, name?: string): SyntaxPart[] {
  const problems: Diagnostic[] = [];
  const complain = (message: string, from: number, to: number) =>
    problems.push({
      message: `${name === undefined ? '' : `${name}: `}${message}`,
      source,
      text: syntax,
      span: [from, to],
    });
  const parts: SyntaxPart[] = [];
  let literal = '';
  for (let at = 0; at < syntax.length; ) {
    const [letter, next] = [syntax[at], syntax[at + 1]];
    if ((letter === '{' || letter === '}') && next === letter) {
      literal += letter;
      at += 2;
    } else if (letter === '}') {
      complain("this '}' closes nothing; write '}}' for the letter itself", at, at + 1);
      at++;
    } else if (letter === '{') {
      const operand = /^\{([^{}]*)\}/.exec(syntax.slice(at));
      if (operand === null) {
        complain("this '{' is never closed; write '{{' for the letter itself", at, at + 1);
        at++;
        continue;
      }
      const to = at + operand[0].length;
      if (!/^[A-Za-z_]\w*$/.test(operand[1])) complain(`'${operand[1]}' does not name an operand`, at, to);
      if (literal !== '') parts.push(literal);
      literal = '';
      parts.push({ operand: operand[1], from: at, to });
      at = to;
    } else {
      literal += letter;
      at++;
    }
  }
  if (literal !== '') parts.push(literal);
  if (problems.length > 0) throw new IsaError(problems);
  return parts;
}

/** Compiles one row's syntax. Throws an IsaError that points at operands that are neither formatters nor fields. */
export function compile_syntax(row: SyntaxRow, operands: Readonly<Record<string, unknown>> = {}): InstructionFormatter {
  const { name, source, fields, syntax = default_syntax(row) } = row;
  const problems: Diagnostic[] = [];
  const parts = parse_syntax(syntax, source, name).map((part) => {
    if (typeof part === 'string') return part;
    const { operand, from, to } = part;
    if (typeof own(operands, operand) === 'function')
      return operands[operand] as OperandFormatter<DisassembledInstruction>;
    if (!fields.has(operand)) {
      const guess = closest(operand, [...fields.keys(), ...Object.keys(operands)]);
      const message = `${name}: {${operand}} ${UNKNOWN_OPERAND}`;
      problems.push({
        message: message + (guess ? `; is {${guess}} meant?` : ''),
        source,
        text: syntax,
        span: [from, to],
      });
    }
    return (inst: DisassembledInstruction) => String((inst as unknown as Record<string, number>)[operand]);
  });
  if (problems.length > 0) throw new IsaError(problems);
  return (inst, at) => {
    let text = '';
    for (const part of parts) text += typeof part === 'string' ? part : part(inst, at);
    return text.trimEnd();
  };
}

/**
 * Compiles the syntax of all rows, by row index as `decode` returns it. An undecodable word, row -1, is printed as data.
 * Throws one IsaError with the faults of all rows.
 */
export function make_disassembler(
  rows: readonly SyntaxRow[],
  operands: Readonly<Record<string, unknown>> = {},
): (row: number, inst: DisassembledInstruction, at: DisassemblyContext) => string {
  const problems: Diagnostic[] = [];
  const formatters = rows.map((row) => {
    try {
      return compile_syntax(row, operands);
    } catch (error) {
      if (!(error instanceof IsaError)) throw error;
      problems.push(...error.diagnostics);
      return as_data;
    }
  });
  if (problems.length > 0) throw new IsaError(merge(problems));
  return (row, inst, at) => (formatters[row] ?? as_data)(inst, at);
}

/** A formatter that does not exist is missed in many rows: one complaint is enough. */
function merge(problems: readonly Diagnostic[]): Diagnostic[] {
  const same = new Map<string, Diagnostic[]>();
  for (const problem of problems) {
    const { message } = problem;
    const key = message.includes(UNKNOWN_OPERAND) ? message.slice(message.indexOf(': ')) : message;
    const others = same.get(key);
    if (others === undefined) same.set(key, [problem]);
    else others.push(problem);
  }
  return [...same.values()].map(([first, ...others]) => {
    const rows = others.length === 1 ? 'another row' : `${others.length} other rows`;
    return others.length === 0 ? first : { ...first, message: `${first.message}; likewise in ${rows}` };
  });
}

function as_data({ word, size }: DisassembledInstruction): string {
  const directive =
    ({ 1: '.byte', 2: '.short', 4: '.word', 8: '.quad' } as Record<number, string>)[size] ?? `.${size}byte`;
  return `${directive} 0x${(word >>> 0).toString(16).padStart(2 * Math.min(size, 4), '0')}`;
}

function default_syntax({ name, fields }: SyntaxRow): string {
  return `${name} ${[...fields.keys()].map((field) => `${field}={${field}}`).join(', ')}`;
}

/** `operands.constructor` is no formatter of the author's. */
function own(object: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The candidate that a misspelt name most resembles, if any does. */
function closest(name: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.min(3, Math.ceil(name.length / 2) + 1);
  for (const candidate of candidates) {
    const edits = edit_distance(name.toLowerCase(), candidate.toLowerCase());
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

function edit_distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}
