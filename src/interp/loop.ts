// The run loop of an ISA without delay slots, as text made for it: the slots and the number of special registers are
// constants. Semantics are not looked at. Without the JIT, what gets hot becomes a block; with it, the JIT takes over. The
// loop itself stays so small that V8 compiles it quickly: a switch with direct calls of the execute_ functions, in this place,
// was compiled anew for some hundred milliseconds whenever an instruction occurred first.

import type { Isa } from '../adl/index.js';
import { GuestExit, GuestFault } from '../machine/fault.js';
import { NEXT_PC, PC, type StateLayout, selector_slot } from '../machine/layout.js';
import type { Interpreter } from './interpreter.js';

/** Executes at most `limit` instructions, as Interpreter.run() says. */
export type Loop = (interpreter: Interpreter, state: unknown, slots: Uint32Array, limit: number) => void;

/** Makes the loop, with or without blocks. */
export function make_loop(isa: Isa, layout: StateLayout, blocks: boolean): Loop {
  return new Function('GuestFault', 'GuestExit', generate_loop(isa, layout, blocks))(GuestFault, GuestExit);
}

/** Its text, as the body of a function that returns it and knows `GuestFault` and `GuestExit`. */
export function generate_loop(isa: Isa, layout: StateLayout, blocks: boolean): string {
  const [first, ...more] = layout.specials.map(({ slot }) => slot);
  const selector = selector_slot(isa, layout);
  const set_specials = [
    first === undefined ? '' : `slots[${first}] = inst.special;`,
    ...more.map((slot, n) => `slots[${slot}] = inst.more_specials[${n}];`),
  ].join(' ');
  const sequential = `pc === inst.next_pc${selector < 0 ? '' : ` && slots[${selector}] === set`}`;
  const execute_block = `
          const block = inst.block;
          if (block !== undefined && block.instructions.length <= remaining) {
            running = block;
            const count = block.execute();
            running = undefined;
            remaining -= count;
            inst = block.instructions[count - 1];
            pc = slots[${NEXT_PC}];
            slots[${PC}] = pc;
            if (${sequential}) {
              inst = next_of(inst);
              if (--inst.heat <= 0) interpreter.heated(inst);
              continue;
            }
          } else`;
  return `
    return function loop(interpreter, state, slots, limit) {
      let remaining = limit;
      let pc = slots[${PC}];
      let set = ${selector < 0 ? 0 : `slots[${selector}]`};
      let running;
      const next_of = (inst) => inst.next ?? (inst.next = interpreter.lookup(inst.next_pc, set));
      try {
        let inst = interpreter.lookup(pc, set);
        while (remaining > 0) {${blocks ? execute_block : ''} {
            ${set_specials}
            slots[${NEXT_PC}] = inst.next_pc;
            inst.execute(state, inst);
            remaining--;
            pc = slots[${NEXT_PC}];
            slots[${PC}] = pc;
            if (${sequential}) {
              const next = inst.next;
              inst = next !== undefined ? next : next_of(inst);
              continue;
            }
          }
          ${selector < 0 ? '' : `set = slots[${selector}];`}
          const target = pc | set;
          const before = inst;
          if (target !== before.jumped_to) {
            interpreter.note_target(before, target);
            inst = before.jump = interpreter.lookup(pc, set);
          } else inst = before.jump !== undefined ? before.jump : (before.jump = interpreter.lookup(pc, set));
          if (--inst.heat <= 0) {
            const live = interpreter.lookup(pc, set);
            if (live !== inst) {
              inst = before.jump = live;
              inst.heat--;
            }
            if (inst.heat <= 0 && interpreter.heated(inst)) break;
          }
        }
      } catch (error) {
        if (running !== undefined) remaining -= running.instructions.findIndex(({ pc }) => pc === slots[${PC}]);
        if (error instanceof GuestFault) error.pc = slots[${PC}];
        else if (error instanceof GuestExit) remaining--;
        throw error;
      } finally {
        interpreter.executed += limit - remaining;
      }
    };`;
}
