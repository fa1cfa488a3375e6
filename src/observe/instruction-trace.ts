// --debug insts, rf, mem, regdump: an observer of the interpreter that writes a line for each instruction, in the manner
// of Pydgin:  count  pc  word  disassembly :: RD.RF[sp] = … :: WR.MEM4[…] = …
// To see what an execute_ function reads and writes, the state's registers and memory are replaced by ones that tell;
// attach() and detach() do so in mid-run, and nothing is slower before or after.

import type { Isa, MachineState, Memory } from '../adl/index.js';
import type { Decoded } from '../interp/instructions.js';
import type { Observer } from '../interp/interpreter.js';
import type { StateLayout } from '../machine/layout.js';
import { register_lines } from './registers.js';
import type { TraceFlag } from './trace-flags.js';

/** What a trace needs to know of the machine. */
export interface TraceSubject {
  isa: Isa;
  layout: StateLayout;
  /** The slots of `layout`. */
  slots: Uint32Array;
  state: MachineState;
  /** Instructions executed so far. */
  executed(): number;
  disassemble(inst: Decoded): string;
  /** Takes whole lines. */
  write(text: string): void;
}

const digits = (value: number, length = 8): string => (value >>> 0).toString(16).padStart(length, '0');

/** Columns of the disassembly, where accesses follow. */
const TEXT_WIDTH = 36;

export class InstructionTrace implements Observer {
  private readonly insts: boolean;
  private readonly rf: boolean;
  private readonly mem: boolean;
  private readonly regdump: boolean;
  private readonly originals = new Map<string, PropertyDescriptor | undefined>();
  private readonly before_values: Uint32Array;
  private current: Decoded | undefined;
  private count = 0;
  /** The instruction's own line is out; what follows belongs to it still. */
  private continued = false;
  private accesses: string[] = [];
  private written = new Set<number>();

  constructor(
    private readonly subject: TraceSubject,
    flags: ReadonlySet<TraceFlag>,
  ) {
    this.insts = flags.has('insts');
    this.rf = flags.has('rf');
    this.mem = flags.has('mem');
    this.regdump = flags.has('regdump');
    this.before_values = new Uint32Array(subject.slots.length);
  }

  /** Begins to watch registers and memory, as far as the flags ask for it. */
  attach(): void {
    const { isa, layout, state } = this.subject;
    if (this.rf)
      for (const [part, declared] of Object.entries(isa.state)) {
        const base = layout.base.get(part)!;
        const length = declared.kind === 'register' ? Math.ceil(declared.width / 4) : 8;
        const note = (n: number, name: string, write: boolean, value: number) => {
          if (write) this.written.add(base + n);
          this.accesses.push(`${write ? 'WR' : 'RD'}.${name} = ${digits(value, length)}`);
        };
        if (declared.kind === 'register') this.replace(part, watched_register(state, part, note));
        else
          this.replace(part, {
            value: watched_file(part, declared.names, this.subject.slots.subarray(base, base + declared.count), note),
          });
      }
    if (this.mem) {
      const note = (text: string) => this.accesses.push(text);
      this.replace('mem', { value: watched_memory(state.mem, note) });
    }
  }

  /** Leaves the machine as it was. */
  detach(): void {
    this.flush();
    const { state } = this.subject;
    for (const [name, original] of this.originals) {
      if (original) Object.defineProperty(state, name, original);
      else delete (state as unknown as Record<string, unknown>)[name];
    }
    this.originals.clear();
  }

  private replace(name: string, descriptor: PropertyDescriptor): void {
    const { state } = this.subject;
    this.originals.set(name, Object.getOwnPropertyDescriptor(state, name));
    Object.defineProperty(state, name, { configurable: true, enumerable: true, ...descriptor });
  }

  before(inst: Decoded): void {
    this.current = inst;
    this.count = this.subject.executed() + 1;
    this.continued = false;
    this.accesses.length = 0;
    this.written.clear();
    if (this.rf) this.before_values.set(this.subject.slots);
  }

  after(): void {
    this.note_silent_writes();
    this.flush();
    if (this.regdump) {
      const { layout, slots, write } = this.subject;
      write(register_lines(layout, slots, '    ').join('\n') + '\n');
    }
  }

  /** System calls write registers without the state's knowledge. */
  private note_silent_writes(): void {
    if (!this.rf) return;
    const { layout, slots } = this.subject;
    for (const { name, slot, width } of layout.named)
      if (slots[slot] !== this.before_values[slot] && !this.written.has(slot) && name !== 'pc')
        this.accesses.push(`WR.${width === 32 ? `RF[${name}]` : name} = ${digits(slots[slot], Math.ceil(width / 4))}`);
  }

  /** Writes what is known of an instruction that did not come to its end: it faulted, or the program ended in it. */
  flush(): void {
    this.write_line();
    this.current = undefined;
  }

  /** Writes another line, such as a system call's, below the instruction that it belongs to. */
  line(text: string): void {
    this.write_line();
    this.subject.write(`${text}\n`);
    this.accesses.length = 0;
    this.continued = true;
  }

  private write_line(): void {
    const { current, accesses, continued } = this;
    const shows_instruction = this.insts && !continued;
    if (current === undefined || (!shows_instruction && accesses.length === 0)) return;
    const { disassemble, write } = this.subject;
    const word = digits(current.word, current.size * 2).padEnd(8);
    const text = shows_instruction ? `${word}  ${disassemble(current)}` : '';
    const line = `${String(this.count).padStart(8)}  ${digits(current.pc)}  ${text}`;
    write(accesses.length === 0 ? `${line}\n` : `${line.padEnd(30 + TEXT_WIDTH)} :: ${accesses.join(' :: ')}\n`);
  }
}

type Note = (n: number, name: string, write: boolean, value: number) => void;

function watched_register(state: MachineState, name: string, note: Note): PropertyDescriptor {
  // The class made for this state has an accessor for it; what is defined here hides that one.
  const hidden = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(state), name)!;
  return {
    get(): number {
      const value = hidden.get!.call(state) as number;
      note(0, name, false, value);
      return value;
    },
    set(value: number): void {
      hidden.set!.call(state, value);
      note(0, name, true, hidden.get!.call(state) as number);
    },
  };
}

function watched_file(file: string, names: readonly string[], values: Uint32Array, note: Note): Uint32Array {
  const title = file.toUpperCase();
  return new Proxy(values, {
    get(target, key) {
      const n = Number(key as string);
      const value = target[n];
      note(n, `${title}[${names[n]}]`, false, value);
      return value;
    },
    set(target, key, value: number) {
      const n = Number(key as string);
      target[n] = value;
      note(n, `${title}[${names[n]}]`, true, target[n]);
      return true;
    },
  });
}

function watched_memory(memory: Memory, note: (text: string) => void): Memory {
  const read = (size: number, address: number, value: number) => {
    note(`RD.MEM${size}[${digits(address)}] = ${digits(value, size * 2)}`);
    return value;
  };
  // A store that faults was none: it is told afterwards.
  const wrote = (size: number, address: number, value: number) =>
    note(`WR.MEM${size}[${digits(address)}] = ${digits(size === 4 ? value : value & (256 ** size - 1), size * 2)}`);
  const watched: Partial<Memory> = {
    read_8: (address) => read(1, address, memory.read_8(address)),
    read_16: (address) => read(2, address, memory.read_16(address)),
    read_32: (address) => read(4, address, memory.read_32(address)),
    write_8(address, value) {
      memory.write_8(address, value);
      wrote(1, address, value);
    },
    write_16(address, value) {
      memory.write_16(address, value);
      wrote(2, address, value);
    },
    write_32(address, value) {
      memory.write_32(address, value);
      wrote(4, address, value);
    },
  };
  return Object.assign(Object.create(memory) as Memory, watched);
}
