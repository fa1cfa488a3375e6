// The `s` of execute_NAME(s, inst): an object made from the state declaration. Register files are Uint32Arrays over the CPU
// part of guest memory; single registers are accessors, one class a declaration, so that V8 inlines them.
// `leaves` becomes 1 when the next instruction need not be the one that follows in memory, decoded as it was: after a jump, a
// change of instruction set, a system call, an announcement of new code (interp/blocks.ts).

import type { Isa, MachineState } from '../adl/index.js';
import { GuestFault, hex } from './fault.js';
import { DELAYED_FROM, DELAYED_PC, NEXT_PC, NOWHERE, PC, type StateLayout } from './layout.js';
import type { GuestMemory } from './memory.js';

/** What a machine does outside of its own state: the simulator provides it. */
export interface Environment {
  syscall(s: MachineState, immediate: number): void;
  /** The guest announces that it has written instructions in [start, end). */
  code_written?(start: number, end: number): void;
}

/** Bytes of the instruction in a delay slot, or 0. */
export function bytes_of_delay({ delay_slots, instruction_sets }: Isa): number {
  return (delay_slots * Math.min(...instruction_sets.map(({ parcel }) => parcel))) / 8;
}

/** Is the instruction at the pc, which has not been executed yet or has failed, in the delay slot of a branch? */
export function is_in_delay_slot(slots: Uint32Array, delay: number): boolean {
  if (delay === 0) return false;
  return slots[NEXT_PC] !== (slots[PC] + delay) >>> 0 || slots[DELAYED_FROM] === (slots[PC] - delay) >>> 0;
}

export type StateClass = new (mem: GuestMemory, slots: Uint32Array, environment: Environment) => MachineState;

/** The text of an ISA's StateClass, as the body of a function that returns it and knows `GuestFault` and `hex`. */
export function generate_state(isa: Isa, layout: StateLayout): string {
  const accessors = Object.entries(isa.state).map(([name, part]) => {
    const slot = layout.base.get(name)!;
    return part.kind === 'register'
      ? `get ${name}() { return this.slots[${slot}]; }
         set ${name}(value) { this.slots[${slot}] = value; ${name === isa.selector ? 'this.leaves = 1;' : ''} }`
      : '';
  });
  const files = Object.entries(isa.state).map(([name, part]) => {
    const slot = layout.base.get(name)!;
    return part.kind === 'registers' ? `this.${name} = slots.subarray(${slot}, ${slot + part.count});` : '';
  });
  const delay = bytes_of_delay(isa);
  return `
    return class State {
      constructor(mem, slots, environment) {
        this.mem = mem; this.slots = slots; this.environment = environment; this.leaves = 0; ${files.join(' ')}
      }
      get pc() { return this.slots[${PC}]; }
      get next_pc() { return this.slots[${NEXT_PC}]; }
      set next_pc(value) { this.slots[${NEXT_PC}] = value; this.leaves = 1; ${delay ? `this.slots[${DELAYED_FROM}] = ${NOWHERE};` : ''} }
      get delayed_pc() { return this.slots[${DELAYED_PC}]; }
      set delayed_pc(value) {
        this.slots[${DELAYED_PC}] = value;
        // A jump to its own delay slot: the second time, that is none.
        const pc = this.slots[${PC}];
        this.slots[${DELAYED_FROM}] = value === pc + ${delay} ? ${NOWHERE} : pc;
      }
      get in_delay_slot() { return this.slots[${DELAYED_FROM}] === ((this.slots[${PC}] - ${delay}) >>> 0); }
      ${accessors.join('\n      ')}
      syscall(immediate) { this.leaves = 1; this.environment.syscall(this, immediate); }
      undefined_instruction() { throw new GuestFault('SIGILL', 'undefined instruction'); }
      breakpoint(immediate) { throw new GuestFault('SIGTRAP', 'breakpoint ' + immediate); }
      unaligned_access(address) { throw new GuestFault('SIGBUS', 'unaligned access to ' + hex(address), address); }
      raise(signal, message, code) { throw new GuestFault(signal, message, undefined, code); }
      synchronize_instructions(address, size) { this.leaves = 1; this.environment.code_written?.(address, address + size); }
    }`;
}

/** Makes a machine's state, all zero. `State` is the class that the build generated, if it did. */
export function make_state(
  isa: Isa,
  layout: StateLayout,
  memory: GuestMemory,
  environment: Environment,
  State: StateClass = new Function('GuestFault', 'hex', generate_state(isa, layout))(GuestFault, hex),
): MachineState {
  return new State(memory, memory.u32.subarray(0, layout.end), environment);
}

/** Lets execution begin at `entry`, an address as the ABI's start() takes it. */
export function start_at(isa: Isa, state: MachineState, slots: Uint32Array, entry: number): void {
  isa.abi.start(state, entry);
  slots[PC] = slots[NEXT_PC];
  slots[NEXT_PC] = slots[DELAYED_PC];
  slots[DELAYED_FROM] = NOWHERE;
}
