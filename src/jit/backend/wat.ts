// WebAssembly bytes → WebAssembly text, for people: expressions folded, locals that hold a state slot named after it, labels
// only where somebody jumps to. In: a module as this backend writes it. Out: text that other tools read, too.
// Opcodes are those of bytes.ts; text format: WebAssembly core specification, chapter 6.

import { GUEST_BASE } from '../../machine/memory.js';
import { I32, I64, op, VOID } from './bytes.js';

export interface WatOptions {
  /** Names of a function's parameters. */
  parameters: readonly string[];
  slot_name(slot: number): string;
}

/** A module as text, with a newline at its end. */
export function print_wat(bytes: Uint8Array, options: WatOptions): string {
  return new ModulePrinter(new Reader(bytes), options).text();
}

const TYPES: Record<number, string> = { [I32]: 'i32', [I64]: 'i64', 125: 'f32', 124: 'f64', 112: 'funcref' };
const EXTERNAL = ['func', 'table', 'memory', 'global'];
/** `i32_load8_u` → `i32.load8_u`, but `br_if` and `return_call` as they are. */
const NAMES = new Map<number, string>(
  Object.entries(op).map(([name, code]) => [code, name.replace(/^(i32|i64|f32|f64|local)_/, '$1.')]),
);
/** Conversions that saturate have two bytes: 0xfc and this. */
const SATURATING = ['i32', 'i64'].flatMap((to) =>
  ['f32', 'f64'].flatMap((from) => ['s', 'u'].map((sign) => `${to}.trunc_sat_${from}_${sign}`)),
);
const UNARY =
  /\.(eqz|clz|ctz|popcnt|wrap|extend|trunc|convert|promote|demote|reinterpret|neg|abs|sqrt|ceil|floor|nearest|load)/;
/** Longest line. */
const WIDTH = 116;

interface FunctionType {
  parameters: number[];
  results: number[];
}

/** An instruction with the expressions that are folded into it. */
interface Instruction {
  text: string;
  operands: Instruction[];
  /** The blocks inside it: one, or two of an `if` that has an `else`. */
  bodies?: Instruction[][];
  label?: Label;
}
interface Label {
  name: string;
  used: boolean;
}
interface Raw {
  name: string;
  numbers: number[];
  text: string;
}

class Reader {
  at = 0;
  constructor(readonly bytes: Uint8Array) {}
  get done(): boolean {
    return this.at >= this.bytes.length;
  }
  byte(): number {
    if (this.done) throw new RangeError('the module ends too early');
    return this.bytes[this.at++];
  }
  u32(): number {
    return Number(this.leb() & 0xffffffffn);
  }
  /** LEB128, signed or not. */
  leb(signed = false): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte & 0x80) continue;
      return signed && byte & 0x40 ? value - (1n << (shift + 7n)) : value;
    }
  }
  part(size = this.u32()): Reader {
    if (this.at + size > this.bytes.length) throw new RangeError('the module ends too early');
    this.at += size;
    return new Reader(this.bytes.subarray(this.at - size, this.at));
  }
  name(): string {
    return new TextDecoder().decode(this.part().bytes);
  }
  list<T>(each: (reader: Reader, n: number) => T): T[] {
    return Array.from({ length: this.u32() }, (_, n) => each(this, n));
  }
  /** The bytes of a float. */
  float(size: 4 | 8): number {
    const view = new DataView(this.part(size).bytes.slice().buffer);
    return size === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
  }
}

class ModulePrinter {
  private types: FunctionType[] = [];
  private readonly imports: string[] = [];
  /** Type of every function, imported ones first. */
  private readonly functions: number[] = [];
  private readonly names: string[] = [];
  private readonly exports: string[] = [];
  private bodies: Reader[] = [];

  constructor(
    reader: Reader,
    private readonly options: WatOptions,
  ) {
    reader.part(8);
    while (!reader.done) this.section(reader.byte(), reader.part());
  }

  private section(id: number, section: Reader): void {
    if (id === 1)
      this.types = section.list((r) => {
        r.byte();
        return { parameters: r.list(() => r.byte()), results: r.list(() => r.byte()) };
      });
    if (id === 2) section.list((r) => this.read_import(r));
    if (id === 3) this.functions.push(...section.list((r) => r.u32()));
    if (id === 7)
      section.list((r) => {
        const name = r.name();
        const kind = r.byte();
        const index = r.u32();
        if (kind === 0) this.names[index] ??= name;
        this.exports.push(`(export "${name}" (${EXTERNAL[kind]} ${kind === 0 ? this.function_name(index) : index}))`);
      });
    if (id === 10) this.bodies = section.list((r) => r.part());
  }

  private read_import(r: Reader): void {
    const [module, name] = [r.name(), r.name()];
    const kind = r.byte();
    const limits = () => {
      const flags = r.byte();
      return [r.u32(), ...(flags & 1 ? [r.u32()] : []), ...(flags & 2 ? ['shared'] : [])].join(' ');
    };
    let what = '';
    if (kind === 0) {
      const type = r.u32();
      this.names[this.functions.length] = name;
      this.functions.push(type);
      what = `(func $${name} (type ${type}))`;
    } else if (kind === 1) {
      const element = TYPES[r.byte()];
      what = `(table ${limits()} ${element})`;
    } else if (kind === 2) what = `(memory ${limits()})`;
    else {
      const type = TYPES[r.byte()];
      what = `(global ${r.byte() ? `(mut ${type})` : type})`;
    }
    this.imports.push(`(import "${module}" "${name}" ${what})`);
  }

  private function_name(index: number): string {
    return `$${this.names[index] ?? `f${index}`}`;
  }

  text(): string {
    const types = this.types.map(
      ({ parameters, results }, n) => `(type (;${n};) (func${signature(parameters, results)}))`,
    );
    const first = this.functions.length - this.bodies.length;
    const functions = this.bodies.flatMap((body, n) => {
      const type = this.functions[first + n];
      const printer = new FunctionPrinter(body, this.types[type], this.options, {
        name: (index) => this.function_name(index),
        type: (index) => this.types[this.functions[index]],
        types: this.types,
      });
      return ['', ...printer.lines(`(func ${this.function_name(first + n)} (type ${type})`)];
    });
    const lines = [...types, ...this.imports, ...this.exports, ...functions];
    return ['(module', ...lines.map((line) => (line === '' ? '' : `  ${line}`)), ')', ''].join('\n');
  }
}

function signature(parameters: readonly number[], results: readonly number[]): string {
  const part = (what: string, types: readonly number[]) =>
    types.length > 0 ? ` (${what} ${types.map((type) => TYPES[type]).join(' ')})` : '';
  return part('param', parameters) + part('result', results);
}

interface Functions {
  name(index: number): string;
  type(index: number): FunctionType;
  types: readonly FunctionType[];
}

class FunctionPrinter {
  private readonly local_types: number[];
  private readonly code: Raw[];
  private readonly local_names: string[];
  private next = 0;
  private readonly labels: Label[] = [];
  private label_count = 0;

  constructor(
    reader: Reader,
    private readonly type: FunctionType,
    private readonly options: WatOptions,
    private readonly functions: Functions,
  ) {
    this.local_types = [...type.parameters];
    for (const [count, local] of reader.list((r) => [r.u32(), r.byte()]))
      this.local_types.push(...Array(count).fill(local));
    this.code = [];
    while (!reader.done) this.code.push(read_instruction(reader));
    this.local_names = this.name_locals();
  }

  /** Parameters as told; what is loaded from a slot or stored there has that slot's name. */
  private name_locals(): string[] {
    const { code } = this;
    const names = this.type.parameters.map((_, n) => this.options.parameters[n] ?? `p${n}`);
    const taken = new Set(names);
    const give = (local: number, slot: number) => {
      if (names[local] !== undefined) return;
      let name = this.options.slot_name(slot);
      while (taken.has(name)) name += '_';
      taken.add(name);
      names[local] = name;
    };
    const in_state = ({ name, numbers }: Raw, what: string) => name.includes(what) && numbers[1] < GUEST_BASE;
    for (let n = 0; n + 2 < code.length; n++) {
      const [base, second, third] = [code[n], code[n + 1], code[n + 2]];
      if (base.name !== 'i32.const' || base.numbers[0] !== 0) continue;
      if (in_state(second, '.load') && third.name === 'local.set') give(third.numbers[0], second.numbers[1] / 4);
      if (second.name === 'local.get' && in_state(third, '.store')) give(second.numbers[0], third.numbers[1] / 4);
    }
    return this.local_types.map((_, n) => names[n] ?? `${n}`);
  }

  lines(head: string): string[] {
    const { parameters, results } = this.type;
    const named = (n: number) => `$${this.local_names[n]} ${TYPES[this.local_types[n]]}`;
    const title =
      head +
      parameters.map((_, n) => ` (param ${named(n)})`).join('') +
      (results.length > 0 ? ` (result ${results.map((type) => TYPES[type]).join(' ')})` : '');
    const locals = this.local_types.map((_, n) => n).slice(parameters.length);
    const declared: string[] = [];
    for (const n of locals) {
      const text = `(local ${named(n)})`;
      const last = declared.length - 1;
      if (last >= 0 && declared[last].length + text.length < WIDTH - 6) declared[last] += ` ${text}`;
      else declared.push(text);
    }
    const body = this.block().flatMap((instruction) => layout(instruction, 1));
    return [title, ...declared.map((line) => `  ${line}`), ...body, ')'];
  }

  /** Instructions up to `end` or `else`, folded. */
  private block(): Instruction[] {
    const done: Instruction[] = [];
    /** Expressions whose value is on the stack. */
    let pending: Instruction[] = [];
    const flush = (but: number) => {
      done.push(...pending.slice(0, pending.length - but));
      pending = pending.slice(pending.length - but);
    };
    for (;;) {
      const raw = this.code[this.next++];
      if (raw.name === 'end' || raw.name === 'else') {
        if (raw.name === 'else') this.next--;
        flush(0);
        return done;
      }
      const { operands: count, results } = this.effect(raw);
      const taken = Math.min(count, pending.length);
      if (results !== 1 || raw.name === 'block' || raw.name === 'loop' || raw.name === 'if') flush(taken);
      const operands = pending.splice(pending.length - taken, taken);
      const instruction = this.instruction(raw, operands);
      if (results === 1 && !instruction.bodies) pending.push(instruction);
      else done.push(instruction);
    }
  }

  private instruction({ name, numbers, text }: Raw, operands: Instruction[]): Instruction {
    if (name === 'block' || name === 'loop' || name === 'if') {
      const label: Label = { name: `$${name}${this.label_count++}`, used: false };
      this.labels.push(label);
      const bodies = [this.block()];
      if (this.code[this.next]?.name === 'else') {
        this.next++;
        bodies.push(this.block());
      }
      this.labels.pop();
      return { text: name + this.block_type(numbers[0]), operands, bodies, label };
    }
    return { text: this.text_of(name, numbers, text), operands };
  }

  private text_of(name: string, numbers: readonly number[], text: string): string {
    if (name.startsWith('local.')) return `${name} $${this.local_names[numbers[0]]}`;
    if (name === 'br' || name === 'br_if') return `${name} ${this.label(numbers[0])}`;
    if (name === 'br_table') return `${name} ${numbers.map((depth) => this.label(depth)).join(' ')}`;
    if (name === 'call' || name === 'return_call') return `${name} ${this.functions.name(numbers[0])}`;
    return text;
  }
  private label(depth: number): string {
    const label = this.labels[this.labels.length - 1 - depth];
    if (label === undefined) return String(depth);
    label.used = true;
    return label.name;
  }

  private block_type(type: number): string {
    if (type === VOID) return '';
    return TYPES[type] ? ` (result ${TYPES[type]})` : ` (type ${type})`;
  }

  /** Values that an instruction takes and leaves. */
  private effect({ name, numbers }: Raw): { operands: number; results: number } {
    const { type, types } = this.functions;
    const of = (called: FunctionType, more: number, returns: boolean) => ({
      operands: called.parameters.length + more,
      results: returns ? called.results.length : 0,
    });
    switch (name) {
      case 'unreachable':
      case 'br':
      case 'block':
      case 'loop':
        return { operands: 0, results: 0 };
      case 'if':
      case 'br_if':
      case 'br_table':
      case 'drop':
      case 'local.set':
        return { operands: 1, results: 0 };
      case 'local.get':
        return { operands: 0, results: 1 };
      case 'local.tee':
        return { operands: 1, results: 1 };
      case 'select':
        return { operands: 3, results: 1 };
      case 'return':
        return { operands: this.type.results.length, results: 0 };
      case 'call':
      case 'return_call':
        return of(type(numbers[0]), 0, name === 'call');
      case 'call_indirect':
      case 'return_call_indirect':
        return of(types[numbers[0]], 1, name === 'call_indirect');
    }
    if (name.endsWith('.const')) return { operands: 0, results: 1 };
    if (name.includes('.store')) return { operands: 2, results: 0 };
    return { operands: UNARY.test(name) ? 1 : 2, results: 1 };
  }
}

/** Log2 of the bytes that a load or store moves: its natural alignment. */
function natural_alignment(name: string): number {
  const bits = /(?:load|store)(\d+)/.exec(name)?.[1] ?? name.slice(1, 3);
  return Math.log2(Number(bits) / 8);
}

function read_instruction(r: Reader): Raw {
  const at = r.at;
  const code = r.byte();
  if (code === 0xfc) {
    const name = SATURATING[r.u32()];
    if (name !== undefined) return { name, numbers: [], text: name };
  }
  const name = NAMES.get(code);
  if (name === undefined) throw new RangeError(`opcode 0x${code.toString(16)} at ${at} of a function is unknown`);
  const raw = (numbers: number[], text = [name, ...numbers].join(' ')): Raw => ({ name, numbers, text });
  switch (name) {
    case 'block':
    case 'loop':
    case 'if':
      // A value type, or the index of a function type.
      return raw([r.bytes[r.at] < 0x40 ? r.u32() : r.byte()]);
    case 'br_table':
      return raw([...r.list(() => r.u32()), r.u32()]);
    case 'br':
    case 'br_if':
    case 'call':
    case 'return_call':
    case 'local.get':
    case 'local.set':
    case 'local.tee':
      return raw([r.u32()]);
    case 'call_indirect':
    case 'return_call_indirect': {
      const type = r.u32();
      return raw([type, r.u32()], `${name} (type ${type})`);
    }
    case 'i32.const': {
      const value = Number(r.leb(true));
      return raw([value], `${name} ${integer(value)}`);
    }
    case 'i64.const': {
      const value = r.leb(true);
      return raw([], `${name} ${value}`);
    }
    case 'f32.const':
    case 'f64.const': {
      const value = r.float(name === 'f32.const' ? 4 : 8);
      const text = Number.isNaN(value) ? 'nan' : Object.is(value, -0) ? '-0' : `${value}`.replace('Infinity', 'inf');
      return raw([], `${name} ${text}`);
    }
  }
  if (!/\.(load|store)/.test(name)) return raw([], name);
  const align = r.u32();
  const offset = r.u32();
  const shown = align === natural_alignment(name) ? '' : ` align=${2 ** align}`;
  return raw([align, offset], `${name}${offset === 0 ? '' : ` offset=${offset}`}${shown}`);
}

/** Small numbers in decimal, larger ones as they look in registers and addresses. */
function integer(value: number): string {
  if (Math.abs(value) < 1024) return String(value);
  return `${value < 0 ? '-' : ''}0x${Math.abs(value).toString(16)}`;
}

/** The lines of an instruction. */
function layout(instruction: Instruction, depth: number): string[] {
  const indent = '  '.repeat(depth);
  const { bodies, operands } = instruction;
  const whole = flat(instruction);
  if (!bodies && indent.length + whole.length <= WIDTH) return [indent + whole];
  const label = instruction.label?.used ? ` ${instruction.label.name}` : '';
  const head = bodies ? instruction.text.replace(/^\w+/, (name) => name + label) : instruction.text;
  const short = [head, ...operands.map(flat)].join(' ');
  const fits = indent.length + short.length < WIDTH;
  const lines = fits
    ? [`${indent}(${short}`]
    : [`${indent}(${head}`, ...operands.flatMap((operand) => layout(operand, depth + 1))];
  const list = (body: Instruction[], at: number) => body.flatMap((inner) => layout(inner, at));
  if (bodies && instruction.text.startsWith('if'))
    bodies.forEach((body, n) => {
      lines.push(`${indent}  (${n === 0 ? 'then' : 'else'}`, ...list(body, depth + 2), `${indent}  )`);
    });
  else if (bodies) lines.push(...list(bodies[0], depth + 1));
  if (bodies) return [...lines, `${indent})`];
  lines[lines.length - 1] += ')';
  return lines;
}

function flat({ text, operands }: Instruction): string {
  return operands.length === 0 ? `(${text})` : `(${text} ${operands.map(flat).join(' ')})`;
}
