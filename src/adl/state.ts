// Architectural state is declared, not coded: register files, flags and control registers, with names and widths.
// The interpreter's state class, dumps, the debugger and the JIT are all made from this one declaration.

/** Where an instruction stands while a special register is read. */
export interface Position {
  /** Address of the current instruction. */
  pc: number;
  /** Name of the instruction set it belongs to. */
  instruction_set: string;
}

/** A file of 32-bit registers, indexed as `s.rf[n]`. */
export interface RegisterFile {
  kind: 'registers';
  count: number;
  /** Names for dumps and disassembly, one a register. */
  names: readonly string[];
  /** Other names: `{ sp: 13 }`. */
  aliases: Readonly<Record<string, number>>;
  /**
   * Registers that read as a function of the instruction's place, whatever was written to them: ARM's r15, or a register
   * that is hardwired to zero. To jump, assign `s.next_pc`.
   */
  reads: Readonly<Record<number, (at: Position) => number>>;
}

/** A single 32-bit register, read and written as `s.NAME`. */
export interface Register {
  kind: 'register';
  /** Bits that hold a value; writes are trusted to keep to them. */
  width: number;
  title: string;
}

export type StateDeclaration = Readonly<Record<string, RegisterFile | Register>>;

/** Without a regular expression: V8 takes longer to compile one than ISAs have names. */
const words = (text: string): string[] => {
  const lines = ['\n', '\r', '\t'].reduce((all, space) => all.replaceAll(space, ' '), text);
  return lines.split(' ').filter((word) => word !== '');
};

/** Declares a register file. Without `names` registers are called r0, r1, … */
export function registers(
  count: number,
  options: {
    names?: string;
    aliases?: Record<string, number>;
    reads?: Record<number, (at: Position) => number>;
  } = {},
): RegisterFile {
  const names = options.names === undefined ? Array.from({ length: count }, (_, n) => `r${n}`) : words(options.names);
  return { kind: 'registers', count, names, aliases: options.aliases ?? {}, reads: options.reads ?? {} };
}

/** Declares a single register of `width` bits (at most 32). */
export function register(width: number, title = ''): Register {
  return { kind: 'register', width, title };
}

/** Declares a one-bit flag; it holds the number 0 or 1. */
export function flag(title = ''): Register {
  return { kind: 'register', width: 1, title };
}

/** Guest memory as semantics see it: addresses and values are u32, byte order is the guest's, unaligned accesses work. */
export interface Memory {
  read_8(address: number): number;
  read_16(address: number): number;
  read_32(address: number): number;
  /** Two words, the less significant first whatever the byte order. */
  read_64(address: number): [low: number, high: number];
  write_8(address: number, value: number): void;
  write_16(address: number, value: number): void;
  write_32(address: number, value: number): void;
  write_64(address: number, low: number, high: number): void;
  /** The guest's byte order: 1 if the first byte of a word is the most significant. */
  readonly big_endian: 0 | 1;
}

/** What a processor reports as a fault; Linux names the signals that it becomes. */
export type FaultSignal = 'SIGILL' | 'SIGTRAP' | 'SIGABRT' | 'SIGBUS' | 'SIGFPE' | 'SIGSEGV';

/** What every machine has besides its declared state. */
export interface MachineState {
  /** Address of the instruction that is being executed. */
  readonly pc: number;
  /** Where execution goes on; assign it to jump. Before that it is the address of the following instruction. */
  next_pc: number;
  /**
   * Where execution goes on after the instruction at `next_pc`, on machines with a delay slot: a branch assigns it.
   * Before that it is the address of the instruction that follows `next_pc`. Every branch assigns it, taken or not: the
   * instruction executed next is then `in_delay_slot`, unless `next_pc` is assigned afterwards.
   */
  delayed_pc: number;
  /** Is this instruction in the delay slot of the one executed before it? */
  readonly in_delay_slot: boolean;
  readonly mem: Memory;
  /** Calls the operating system; `immediate` is the operand of the trapping instruction. */
  syscall(immediate: number): void;
  /** Raises the undefined-instruction exception. */
  undefined_instruction(): never;
  /** Raises the breakpoint exception. */
  breakpoint(immediate: number): never;
  /** Raises the exception for an access to an address that is not a multiple of its size, where memory demands that. */
  unaligned_access(address: number): never;
  /** Raises any other exception; `message` tells the user what happened, `code` (si_code) a handler, if not the signal's first. */
  raise(signal: FaultSignal, message: string, code?: number): never;
  /** From now on instructions in [address, address + size) are fetched as memory holds them. */
  synchronize_instructions(address: number, size: number): void;
}

/** The type of `s` in `execute_NAME(s, inst)`: `type State = StateOf<typeof state>`. */
export type StateOf<D extends StateDeclaration> = {
  [K in keyof D]: D[K] extends RegisterFile ? { [n: number]: number } : number;
} & MachineState;
