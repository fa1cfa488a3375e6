// The JIT as an engine for test vectors. A jump to the vector's code makes that hot, so that the first thing executed is
// compiled code.

import { make_instruction_factory } from '../../src/interp/instructions.js';
import { Interpreter } from '../../src/interp/interpreter.js';
import { JitEngine } from '../../src/jit/trace/engine.js';
import { JIT_DEFAULTS, type JitOptions } from '../../src/jit/trace/options.js';
import type { LoadedIsa } from '../../src/load-isa/index.js';
import { NEXT_PC, PC } from '../../src/machine/layout.js';
import { R, W, X } from '../../src/machine/memory.js';
import type { EngineFactory } from './vectors.js';

/** Where the jump stands: between what vectors use. */
const TRAMPOLINE = 0x0400_0000;

/** Where it may keep the address. */
const ADDRESS = 0x4000;

/** How to write a jump to an address there, and enter it: always the same code, since it is compiled once. */
export type Trampoline = (entry: number) => { words: readonly number[]; set: number };

/** `ldr pc, [pc, #-4]` and the address. */
export const arm_trampoline: Trampoline = (entry) => ({ words: [0xe51ff004, entry], set: 0 });

/** `lw k0, ADDRESS(zero)`, `jr k0` and a nop in its delay slot. No vector looks at k0. */
export const mips_trampoline: Trampoline = () => ({ words: [0x8c1a0000 | ADDRESS, 0x03400008, 0], set: 0 });

/** `done` is told what was compiled. */
export function jit(
  twins: LoadedIsa['twins'],
  trampoline: Trampoline,
  options: Partial<JitOptions> = {},
  done: (engine: JitEngine) => void = () => {},
): EngineFactory {
  return (isa, layout, memory, state) => {
    const interpreter = new Interpreter(isa, layout, memory, state, make_instruction_factory(isa, layout, 1));
    const engine = new JitEngine(isa, twins, layout, interpreter, {
      ...JIT_DEFAULTS,
      threshold: 1,
      compile_share: Infinity,
      ...options,
    });
    done(engine);
    memory.map(TRAMPOLINE, 16, R | X);
    memory.map(ADDRESS, 4, R | W);
    const set_slot = isa.selector === undefined ? undefined : layout.base.get(isa.selector);
    return {
      run(limit) {
        const entry = memory.u32[PC] | (set_slot === undefined ? 0 : memory.u32[set_slot]);
        const { words, set } = trampoline(entry);
        for (const [n, word] of words.entries()) memory.write_32(TRAMPOLINE + n * 4, word);
        memory.write_32(ADDRESS, entry);
        memory.u32[PC] = TRAMPOLINE;
        memory.u32[NEXT_PC] = TRAMPOLINE + 4;
        if (set_slot !== undefined) memory.u32[set_slot] = set;
        engine.run(limit + words.length);
      },
    };
  };
}
