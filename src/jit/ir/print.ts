// The IR as text: a region's blocks with the guest instructions they were made from, their statements, what their registers
// become, and how they end. The same region gives the same text in every run.
//
// A register's name stands for its value at the block's start, with a prime for that at its end: all changes happen together.
// `%t1` is the result of a load or of a decision, `%v1` an expression that is used more than once. Changes that nobody
// needs are not computed; a line behind the others names them.

import type { StateChange, Statement } from './block.js';
import { DataFlow, type Region, type RegionBlock, type Target, type Transfer } from './region.js';
import { is_back_edge, shape } from './shape.js';
import type { Value } from './value.js';

export interface PrintOptions {
  /** State slots of the machine, and their names. */
  slots: number;
  slot_name(slot: number): string;
  /** The assembly of a guest instruction, to be printed before the block that it is part of. */
  disassemble?(address: number, set: number): string;
}

/** A region as text, with a newline at its end. */
export function print_region(region: Region, options: PrintOptions): string {
  const form = shape(region);
  const instructions = region.blocks.reduce((sum, { count }) => sum + count, 0);
  const title = `region ${hex(region.key)}: ${counted(region.blocks.length, 'block')}, ${counted(instructions, 'instruction')}\n`;
  const flow = new DataFlow(region, form.order, (from, to) => is_back_edge(form, from, to), options.slots);
  const texts = region.blocks.flatMap((_, n) =>
    form.place[n] < 0 ? [] : [new BlockPrinter(region, n, flow, options).text()],
  );
  return [title, ...texts].join('\n');
}

class BlockPrinter {
  private readonly lines: string[] = [];
  private readonly block: RegionBlock;
  private readonly uses = new Map<Value, number>();
  private readonly names = new Map<Value, string>();
  /** Which of the names have been defined where the text stands. */
  private defined = new Set<Value>();

  constructor(
    region: Region,
    private readonly n: number,
    private readonly flow: DataFlow,
    private readonly options: PrintOptions,
  ) {
    this.block = region.blocks[n];
  }

  text(): string {
    const { block, options } = this;
    const needed = this.flow.needed(this.n, block.transfer);
    const changes = block.changes.filter(({ slot }) => needed.has(slot));
    const dead = block.changes.filter(({ slot }) => !needed.has(slot));
    const inlined = block.inlined ? ', inlined' : '';
    this.line(0, `b${this.n} ${hex(block.pc)}: ${counted(block.count, 'instruction')}${inlined}`);
    if (options.disassemble)
      for (const address of block.starts) this.line(2, `; ${hex(address)}  ${options.disassemble(address, block.set)}`);

    this.count_statements(block.statements);
    for (const { value } of changes) this.count(value);
    this.count_transfer(block.transfer);
    for (const statement of block.statements) this.statement(1, statement);
    for (const change of changes) this.line(1, this.change(1, change));
    if (dead.length > 0) this.line(1, `dead: ${dead.map(({ slot }) => options.slot_name(slot)).join(' ')}`);
    this.transfer(1, block.transfer);
    return `${this.lines.join('\n')}\n`;
  }

  private line(depth: number, text: string): void {
    this.lines.push('  '.repeat(depth) + text);
  }

  private change(depth: number, { slot, value }: StateChange): string {
    return `${this.options.slot_name(slot)}' = ${this.value(depth, value)}`;
  }

  private statement(depth: number, s: Statement): void {
    switch (s.kind) {
      case 'load':
        return this.line(depth, `${this.leaf(s.result)} = load_${8 * s.size}(${this.value(depth, s.address)})`);
      case 'store': {
        const address = this.value(depth, s.address);
        return this.line(depth, `store_${8 * s.size}(${address}, ${this.value(depth, s.value)})`);
      }
      case 'code_map':
        return this.line(depth, `${this.leaf(s.result)} = code_map(${this.value(depth, s.index)})`);
      case 'skip_if':
        return this.line(depth, `${s.count} instructions less if ${this.value(depth, s.condition)}`);
      case 'leave': {
        const changes = s.state.map((change) => this.change(depth, change));
        const having = changes.length > 0 ? `, with ${changes.join(', ')}` : '';
        return this.line(depth, `the interpreter goes on at ${hex(s.pc)}${having}`);
      }
      case 'if': {
        const arms = (['yes', 'no'] as const).filter((arm) => s[arm].length > 0 || s.phis.length > 0);
        this.line(depth, `${arms[0] === 'no' ? 'unless' : 'if'} ${this.value(depth, s.condition)}`);
        for (const arm of arms) {
          if (arm === 'no' && arms.length === 2) this.line(depth, 'else');
          const outside = this.defined;
          this.defined = new Set(outside);
          for (const inner of s[arm]) this.statement(depth + 1, inner);
          if (!s[`${arm}_ends`])
            for (const phi of s.phis)
              this.line(depth + 1, `${this.leaf(phi.result)} = ${this.value(depth + 1, phi[arm])}`);
          this.defined = outside;
        }
      }
    }
  }

  private transfer(depth: number, t: Transfer): void {
    switch (t.kind) {
      case 'goto':
        return this.line(depth, `goto ${target(t.to)}`);
      case 'leave':
        return this.line(depth, `the interpreter goes on at ${hex(t.key)}`);
      case 'branch':
      case 'split':
        this.line(depth, t.kind === 'branch' ? `if ${this.value(depth, t.condition)}` : 'as decided last');
        this.transfer(depth + 1, t.yes);
        this.line(depth, 'else');
        return this.transfer(depth + 1, t.no);
      case 'indirect':
        return this.line(depth, `goto ${this.value(depth, t.key)}${likely(t.seen)}`);
      case 'table':
        this.line(depth, `goto ${this.value(depth, t.key)}, by the table at index ${this.value(depth, t.index)}:`);
        return t.targets.forEach((to, n) => this.line(depth + 1, `${n}: ${target(to)}`));
      case 'call':
        return this.line(depth, `call ${this.value(depth, t.key)}${likely(t.seen)}, then ${target(t.back)}`);
      case 'entries':
        return this.line(depth, `enter${likely(t.to)}`);
    }
  }

  /** A value's text. What it shares with others is defined on lines before. */
  private value(depth: number, v: Value): string {
    if (is_leaf(v)) return this.leaf(v);
    const shared = this.uses.get(v)! > 1;
    if (shared && this.defined.has(v)) return this.names.get(v)!;
    const operands = [v.a, v.b, v.c].flatMap((operand) => (operand ? [this.value(depth, operand)] : []));
    const text = `${v.op === 'wrap' ? (v.lo < 0 ? 'wrap_s32' : 'wrap_u32') : v.op}(${operands.join(', ')})`;
    if (!shared) return text;
    let name = this.names.get(v);
    if (name === undefined) this.names.set(v, (name = `%v${this.names.size}`));
    this.line(depth, `${name} = ${text}`);
    this.defined.add(v);
    return name;
  }
  private leaf(v: Value): string {
    if (v.op === 'const') return number(v.k);
    return v.op === 'reg' ? this.options.slot_name(v.k) : `%t${v.k}`;
  }

  private count(v: Value | undefined): void {
    if (v === undefined || is_leaf(v)) return;
    const uses = this.uses.get(v) ?? 0;
    this.uses.set(v, uses + 1);
    if (uses > 0) return;
    for (const operand of [v.a, v.b, v.c]) this.count(operand);
  }
  private count_statements(statements: readonly Statement[]): void {
    for (const s of statements) {
      if (s.kind === 'load' || s.kind === 'store') this.count(s.address);
      if (s.kind === 'store') this.count(s.value);
      if (s.kind === 'code_map') this.count(s.index);
      if (s.kind === 'leave') for (const { value } of s.state) this.count(value);
      if (s.kind !== 'if') continue;
      this.count(s.condition);
      this.count_statements(s.yes);
      this.count_statements(s.no);
      for (const phi of s.phis) {
        this.count(phi.yes);
        this.count(phi.no);
      }
    }
  }
  private count_transfer(t: Transfer): void {
    if (t.kind === 'branch') this.count(t.condition);
    if (t.kind === 'branch' || t.kind === 'split') {
      this.count_transfer(t.yes);
      this.count_transfer(t.no);
    }
    if (t.kind === 'indirect' || t.kind === 'call' || t.kind === 'table') this.count(t.key);
    if (t.kind === 'table') this.count(t.index);
  }
}

const is_leaf = ({ op }: Value): boolean => op === 'const' || op === 'reg' || op === 'temp';

const hex = (n: number): string => `0x${n.toString(16)}`;
const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** Small numbers in decimal, larger ones as they look in registers and addresses. */
function number(k: number): string {
  if (!Number.isInteger(k) || Math.abs(k) < 1024) return Object.is(k, -0) ? '-0' : String(k);
  return k < 0 ? `-${hex(-k)}` : hex(k);
}

function target({ key, block }: Target): string {
  return block < 0 ? `${hex(key)} outside` : `b${block}`;
}

function likely(seen: readonly Target[]): string {
  return seen.length === 0 ? '' : ` (${seen.map((to) => `${hex(to.key)}: ${target(to)}`).join(', ')})`;
}
