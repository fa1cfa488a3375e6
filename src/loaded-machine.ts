// The composition root: ISA + ELF + options → a machine with a program in it, ready to run. It interprets until it is given a JIT,
// so that whoever runs short programs need not load one; simulator.ts has it from the start.

import type { MachineState } from './adl/index.js';
import type { Host } from './host/types.js';
import { BLOCK_HEAT } from './interp/blocks.js';
import { type InstructionFactory, make_instruction_factory } from './interp/instructions.js';
import { Interpreter, type Observer } from './interp/interpreter.js';
import type { Optimiser } from './jit/backend/optimise.js';
import type { JitEngine } from './jit/trace/engine.js';
import { JIT_DEFAULTS, type JitOptions } from './jit/trace/options.js';
import type { LoadedIsa } from './load-isa/index.js';
import { build_stack, type ElfImage, type LoadedProgram, load_elf, parse_elf } from './loader/index.js';
import { CodeMap, watch_stores } from './machine/code-map.js';
import { GuestExit, GuestFault, hex } from './machine/fault.js';
import { layout_state, PC, type StateLayout } from './machine/layout.js';
import { type GuestMemory, make_memory, PAGE_BITS } from './machine/memory.js';
import { make_state, start_at } from './machine/state.js';
import { make_syscalls, type Syscalls } from './syscalls-newlib/index.js';

export interface MachineOptions {
  /** The guest's argv, argv[0] included. */
  argv: readonly string[];
  /** The guest's environment, NAME=value each. */
  env?: readonly string[];
  /** What the guest reaches of the outside world. */
  host: Host;
  /** Bytes of stack; the default is loader/address-space.ts's STACK_SIZE. */
  stack_size?: number;
  /** Fault on every access to memory that is not mapped, or not for that use. */
  memcheck?: boolean;
  /** Parameters of the JIT, or false for the interpreter alone. */
  jit?: Partial<JitOptions> | false;
  /** Without the JIT: how often an instruction is jumped to before the interpreter makes a block of what follows. */
  block_heat?: number;
  /**
   * Rewritten code is noticed when the guest announces it, as Linux demands on most machines, or always: then every store
   * looks for it.
   */
  smc?: 'announced' | 'all';
  /** Does the work of the JIT's second tier, if `jit.tiers` is 2: a Thread, for example. */
  optimiser?: Optimiser;
  /** 'newlib' makes programs of Debian's newlib work; 'qemu' treats them as qemu-user does, literally. */
  syscalls?: 'newlib' | 'qemu';
  /** Told a line for every system call. */
  trace_syscall?: (line: string) => void;
}

/** How a run or a part of it ended. */
export type Outcome =
  /** The guest has exited with this status, 128 + n after signal n. */
  | { kind: 'exit'; status: number }
  | { kind: 'fault'; fault: GuestFault }
  /** As many instructions as asked for were executed; the guest can go on. */
  | { kind: 'limit' };

/** Instructions between two looks at the stack pointer and the alarm clock. Shorter pieces cost the JIT a per cent and more. */
const PIECE = 0x80_0000;
/** So far below the stack its pointer is taken for one that has left it. */
const OVERFLOW = 0x6000_0000;

export class LoadedMachine {
  readonly layout: StateLayout;
  readonly memory: GuestMemory;
  /** The `s` of execute_ functions. */
  readonly state: MachineState;
  readonly image: ElfImage;
  readonly program: LoadedProgram;
  /** Decodes this ISA's instructions: what a Disassembler prints with. */
  readonly factory: InstructionFactory;
  readonly interpreter: Interpreter;
  private readonly environment: Syscalls;
  /** Instructions executed when the stack pointer is looked at next. */
  private next_check = PIECE;
  private readonly jit_options: JitOptions | undefined;
  /** The JIT, once it is started. */
  jit: JitEngine | undefined;

  /** Loads a program. An ElfError if the file is none for this ISA. */
  constructor(
    readonly loaded: LoadedIsa,
    elf: Uint8Array,
    readonly options: MachineOptions,
  ) {
    const { isa } = loaded;
    const { abi } = isa;
    this.layout = layout_state(isa);
    this.image = parse_elf(elf);
    this.memory = make_memory(abi.endianness, options.memcheck);
    this.program = load_elf(this.image, elf, this.memory, {
      elf_machine: abi.elf_machine,
      endianness: abi.endianness,
      refuses: abi.refuses,
      isa: isa.aliases[0] ?? isa.name,
      title: isa.title,
      stack_size: options.stack_size,
    });
    const stack = build_stack(this.memory, this.program, {
      argv: options.argv,
      env: options.env,
      hwcap: abi.hwcap,
      platform: abi.platform,
    });
    this.environment = make_syscalls({
      isa,
      layout: this.layout,
      memory: this.memory,
      host: options.host,
      program: this.program,
      argv: options.argv,
      syscalls: options.syscalls ?? 'newlib',
      trace: options.trace_syscall,
      on_code_write: (start, end) => this.code_written(start, end),
    });
    const environment = {
      syscall: this.environment.syscall,
      code_written: (start: number, end: number) => this.code_written(start, end),
    };
    const parts = loaded.make_parts?.({ GuestFault, GuestExit, hex });
    this.state = make_state(isa, this.layout, this.memory, environment, parts?.State);
    // The interpreter's own loads of instructions need no rights checked again.
    this.jit_options = options.jit === false || options.memcheck ? undefined : { ...JIT_DEFAULTS, ...options.jit };
    const heat = this.jit_options?.threshold ?? options.block_heat ?? BLOCK_HEAT;
    this.factory = make_instruction_factory(isa, this.layout, heat, parts?.instructions);
    this.interpreter = new Interpreter(isa, this.layout, this.memory, this.state, this.factory, parts?.loop);
    this.interpreter.has_jit = this.waits_for_jit;
    if (options.smc === 'all') {
      this.interpreter.code_map = new CodeMap(this.memory);
      watch_stores(this.memory, this.interpreter.code_map, (start, end) => this.code_written(start, end));
    }
    this.set_register(abi.stack_pointer, stack.stack_pointer);
    start_at(isa, this.state, this.memory.u32, this.program.entry);
  }

  /** Instructions executed so far. */
  get executed(): number {
    return this.interpreter.executed;
  }
  get pc(): number {
    return this.memory.u32[PC];
  }

  /** Value of a register by name or alias, `pc` and flags included. */
  register(name: string): number {
    return this.memory.u32[this.slot(name)];
  }
  set_register(name: string, value: number): void {
    this.memory.u32[this.slot(name)] = value;
  }
  private slot(name: string): number {
    const slot = this.layout.find(name);
    if (slot === undefined) throw new RangeError(`${this.loaded.isa.name} has no register ${name}`);
    return slot;
  }

  /** Is there to be a JIT, and is it not there yet? */
  get waits_for_jit(): boolean {
    return this.jit_options !== undefined && this.jit === undefined;
  }

  /** From here on, what gets hot is compiled. Without effect if the options want no JIT. */
  start_jit(Engine: typeof JitEngine): void {
    const { loaded, layout, interpreter, options, jit_options } = this;
    if (jit_options === undefined) return;
    this.jit = new Engine(loaded.isa, loaded.twins, layout, interpreter, jit_options);
    if (jit_options.tiers === 2) this.jit.optimiser = options.optimiser;
  }

  /** Executes `limit` instructions, or fewer if the program ends. */
  run(limit = Number.MAX_SAFE_INTEGER): Outcome {
    const { jit, interpreter } = this;
    // The interpreter alone stops, too, where the JIT would want to know: at hot instructions.
    return this.run_pieces(limit, (count, last) => (jit ? jit.run(count, last) : interpreter.run(count)));
  }

  /** The same, but ends early, with `hot`, where a JIT would begin to compile. */
  run_until_hot(limit: number): Outcome | { kind: 'hot' } {
    const { interpreter } = this;
    interpreter.hot = undefined;
    const hot = () => interpreter.hot;
    const run = (count: number) => interpreter.run(count);
    const outcome = this.run_pieces(limit, run, () => hot() !== undefined);
    const inst = hot();
    if (!inst || outcome.kind !== 'limit') return outcome;
    // The JIT shall hear of it.
    inst.heat = 1;
    return { kind: 'hot' };
  }

  /** The same in the interpreter, with an observer told of every instruction. */
  run_observed(limit: number, observer: Observer): Outcome {
    return this.run_pieces(limit, (count) => this.interpreter.run_observed(count, observer));
  }

  /**
   * Between the pieces, and after a fault, the program's handlers of signals have their turn. The last piece has to be executed to
   * its end.
   */
  private run_pieces(limit: number, run: (count: number, last: boolean) => void, is_enough = () => false): Outcome {
    const end = this.executed + limit;
    return this.outcome(() => {
      while (this.executed < end && !is_enough()) {
        const left = end - this.executed;
        let fault: GuestFault | undefined;
        try {
          run(Math.min(left, PIECE), left <= PIECE);
          this.check_stack();
        } catch (error) {
          if (!(error instanceof GuestFault)) throw error;
          fault = error;
        }
        if (!this.environment.interrupt(this.state, fault) && fault) throw fault;
      }
    });
  }

  private outcome(run: () => void): Outcome {
    try {
      run();
      return { kind: 'limit' };
    } catch (error) {
      if (error instanceof GuestExit) return { kind: 'exit', status: error.status };
      if (error instanceof GuestFault) return { kind: 'fault', fault: error };
      throw error;
    }
  }

  /** Where accesses are not checked, an overflow of the stack shows here, some time later. */
  private check_stack(): void {
    if (this.executed < this.next_check) return;
    this.next_check = this.executed + PIECE;
    const { start } = this.program.address_space.stack;
    const pointer = this.register(this.loaded.isa.abi.stack_pointer);
    if (pointer >= start || pointer < start - OVERFLOW || this.memory.pages[pointer >>> PAGE_BITS] !== 0) return;
    const where = `the stack pointer is ${hex(pointer)}, the stack begins at ${hex(start)}`;
    const fault = new GuestFault('SIGSEGV', `stack overflow: ${where}; --memcheck finds the first access`, pointer);
    fault.pc = this.pc;
    throw fault;
  }

  /** The guest, or a system call on its behalf, has written instructions there. */
  private code_written(start: number, end: number): void {
    this.interpreter.forget(start, end);
    this.interpreter.code_map?.forget(start, end);
    this.jit?.forget(start, end);
  }
}
