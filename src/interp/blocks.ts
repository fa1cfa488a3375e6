// Instructions that follow one another, as one function: its text is a call of execute_NAME for each of them, with the
// decoded instruction as a constant. V8 puts the functions where they are called and computes beforehand what is known of
// the instruction, so that nothing about semantics is said, or read, here.

import type { MachineState } from '../adl/index.js';
import { NEXT_PC, PC } from '../machine/layout.js';
import type { Decoded } from './instructions.js';

/** Some instructions in a row. */
export interface Block {
  readonly instructions: readonly Decoded[];
  /**
   * Executes them until one leaves their sequence (State.leaves), and returns how many that were. When one raises an
   * exception, the slot of the pc says which.
   */
  execute(): number;
}

/** Arrivals at an instruction before a block is made. V8 takes some 10 ms for a block; it saves 100 ns each time. */
export const BLOCK_HEAT = 10_000;
/** Instructions in a block: what V8 can put into one function without taking long. */
const LONGEST = 12;

/** Makes a block of `first` and what has been executed behind it, up to where another block begins. */
export function make_block(
  first: Decoded,
  specials: readonly number[],
  state: MachineState,
  slots: Uint32Array,
): Block {
  const instructions = [first];
  for (let inst = first.next; inst && !inst.block && instructions.length < LONGEST; inst = inst.next)
    instructions.push(inst);
  const functions = [...new Set(instructions.map(({ execute }) => execute))];
  const calls = instructions.map(({ pc, next_pc, execute, special, more_specials }, n) => {
    const reads = specials.map((slot, k) => `slots[${slot}] = ${k === 0 ? special : more_specials[k - 1]};`).join(' ');
    return `slots[${PC}] = ${pc}; slots[${NEXT_PC}] = ${next_pc}; ${reads}
      f${functions.indexOf(execute)}(state, i${n});
      if (state.leaves !== 0) return ${n + 1};`;
  });
  const text = `
    const [${instructions.map((_, n) => `i${n}`).join(', ')}] = instructions;
    const [${functions.map((_, n) => `f${n}`).join(', ')}] = functions;
    const state = its_state, slots = its_slots;
    return function block() {
      state.leaves = 0;
      ${calls.join('\n      ')}
      return ${instructions.length};
    };`;
  const make = new Function('instructions', 'functions', 'its_state', 'its_slots', text);
  return { instructions, execute: make(instructions, functions, state, slots) };
}
