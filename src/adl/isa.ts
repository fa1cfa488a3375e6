// defineIsa(): one object that holds a whole instruction-set architecture, and the types that check it.
// It is data and plain functions only; everything else (decoder, interpreter, JIT, disassembler) is made from it.

import type { EncodingRow, FieldNames, FieldTable, Instruction, RowNames } from './encoding.js';
import { type Diagnostic, IsaError } from './errors.js';
import type { MachineState, StateDeclaration, StateOf } from './state.js';

/** Formats one operand of a disassembled instruction. */
export type OperandFormatter<I> = (inst: I, at: { pc: number; symbol(address: number): string }) => string;

/** One instruction set of an ISA: an encoding table and an `execute_NAME` function for each name in it. */
export interface InstructionSet {
  readonly name: string;
  /** Bits fetched at a time: the unit of alignment. Encodings are one or more such parcels long. */
  readonly parcel: 8 | 16 | 32;
  /** Of an encoding of several parcels: does the first one in memory hold its low or its high bits? Default low. */
  readonly first?: 'low' | 'high';
  readonly encodings: readonly EncodingRow[];
  readonly fields?: FieldTable;
  readonly semantics: Readonly<Record<string, unknown>>;
  readonly operands?: Readonly<Record<string, unknown>>;
  /** Where each row stands, as `file:line`; found by whoever loads the description. */
  readonly sources?: readonly (string | undefined)[];
}

/** Describes one instruction set; checks at compile time that every row has its `execute_` function. */
export function instruction_set<
  const Rows extends readonly EncodingRow[],
  const Fields extends FieldTable = Record<never, string>,
>(set: {
  name: string;
  parcel: 8 | 16 | 32;
  first?: 'low' | 'high';
  encodings: Rows;
  fields?: Fields;
  /** The module of `execute_NAME` functions, whole: `import * as semantics`. */
  semantics: { [N in RowNames<Rows> as `execute_${N}`]: (s: never, inst: NoInfer<Instruction<Rows, Fields>>) => void };
  operands?: Record<string, OperandFormatter<NoInfer<Instruction<Rows, Fields>>>>;
}): InstructionSet {
  return set as unknown as InstructionSet;
}

/** How a trapping instruction asks for a system call. */
export interface SyscallRequest {
  /** Which table of numbers applies, such as `linux-arm-oabi`. */
  convention: string;
  /** The call's number in that table. */
  number: number;
}

/** The calling and loading conventions that programs of this ISA follow. Registers are given by name. */
export interface Abi<State> {
  /** `e_machine` of its ELF files. */
  elf_machine: number;
  endianness: 'little' | 'big';
  /** What in a file's `e_flags` this ISA does not run, in words; undefined if there is nothing. */
  refuses?(flags: number): string | undefined;
  stack_pointer: string;
  /** AT_HWCAP: processor features promised to C libraries; default none. */
  hwcap?: number;
  /** AT_PLATFORM, such as 'v5l'. */
  platform?: string;
  /** Registers that carry a system call's arguments, in order. */
  arguments: readonly string[];
  /** Register that takes its result. */
  result: string;
  /** Sets the state for a jump to `entry`, a program's or a function's address as symbols give it. */
  start(s: State, entry: number): void;
  /** Reads from state and immediate which call is wanted. */
  syscall(s: State, immediate: number): SyscallRequest;
}

/** A whole ISA, ready to be simulated. */
export interface Isa {
  readonly name: string;
  readonly title: string;
  readonly aliases: readonly string[];
  readonly state: StateDeclaration;
  readonly instruction_sets: readonly InstructionSet[];
  /** The register whose value selects among several instruction sets, by index. */
  readonly selector?: string;
  /** Instructions executed between a branch and its target: 1 on MIPS. */
  readonly delay_slots: 0 | 1;
  readonly abi: Abi<MachineState>;
}

/** Names of what every machine has (MachineState), and of what the simulator keeps beside it. */
const TAKEN =
  'pc next_pc delayed_pc in_delay_slot mem syscall undefined_instruction breakpoint unaligned_access raise ' +
  'synchronize_instructions slots environment leaves constructor';

/** Puts an ISA together and checks what types cannot. */
export function defineIsa<const D extends StateDeclaration>(isa: {
  name: string;
  title: string;
  aliases?: readonly string[];
  state: D;
  instruction_sets: readonly InstructionSet[];
  selector?: keyof D & string;
  delay_slots?: 0 | 1;
  abi: Abi<StateOf<D>>;
}): Isa {
  const problems: (string | Diagnostic)[] = [];
  const taken = TAKEN.split(' ');
  if (isa.instruction_sets.length === 0) problems.push('an ISA needs at least one instruction set');
  if (isa.instruction_sets.length > 1 && isa.selector === undefined)
    problems.push('several instruction sets need a `selector`, the state register that chooses among them');
  if (isa.selector !== undefined && isa.state[isa.selector]?.kind !== 'register')
    problems.push(`selector ${isa.selector} is not a declared register`);
  /** Where each register's name is from. */
  const parts = new Map<string, string>();
  for (const [name, part] of Object.entries(isa.state)) {
    const names = part.kind === 'register' ? [name] : part.names;
    let twice: string | undefined;
    for (const register of names) {
      if (parts.has(register)) twice ??= register;
      else parts.set(register, name);
    }
    if (twice !== undefined)
      problems.push(
        `state ${name}: there is a register ${twice} already, in ${parts.get(twice)}; give it another name`,
      );
    if (taken.includes(name)) problems.push(`state ${name}: every machine has one, choose another name`);
    if (part.kind === 'registers' && part.names.length !== part.count)
      problems.push(`state ${name}: ${part.count} registers but ${part.names.length} names`);
    if (part.kind === 'register' && !(part.width >= 1 && part.width <= 32))
      problems.push(`state ${name}: width ${part.width} is not 1 … 32`);
  }
  for (const set of isa.instruction_sets) {
    const lacking = set.encodings.filter((row) => typeof set.semantics[`execute_${row[0]}`] !== 'function');
    for (const [name, pattern] of new Map(lacking.map((row) => [row[0], row[1]])))
      problems.push({
        message: `instruction set ${set.name}: no function execute_${name} for the encoding '${name}'`,
        text: pattern,
      });
  }
  if (problems.length > 0)
    throw new IsaError(
      problems.map((problem) => {
        const diagnostic = typeof problem === 'string' ? { message: problem } : problem;
        return { ...diagnostic, message: `ISA ${isa.name}: ${diagnostic.message}` };
      }),
    );
  return { aliases: [], delay_slots: 0, ...isa, abi: isa.abi as unknown as Abi<MachineState> };
}

export type { EncodingRow, FieldNames, FieldTable, Instruction, RowNames };
