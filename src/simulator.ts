// A machine with a program in it and the JIT from the start: what the public API (index.ts) and `pydgin-ts compile` use.

import { JitEngine } from './jit/trace/engine.js';
import { key_of } from './jit/trace/keys.js';
import type { SavedCode } from './jit/trace/saved.js';
import type { LoadedIsa } from './load-isa/index.js';
import { LoadedMachine, type MachineOptions } from './loaded-machine.js';
import { STT_FUNC } from './loader/index.js';
import { GUEST_END } from './machine/memory.js';
import { start_at } from './machine/state.js';

export { JIT_DEFAULTS } from './jit/trace/options.js';
export type { MachineOptions as SimulatorOptions, Outcome } from './loaded-machine.js';

export class Simulator extends LoadedMachine {
  /** Loads a program. An ElfError if the file is none for this ISA. */
  constructor(loaded: LoadedIsa, elf: Uint8Array, options: MachineOptions) {
    super(loaded, elf, options);
    this.start_jit(JitEngine);
  }

  /** Compiles the code that can be found without running it: from the entry and from functions that have a name. */
  compile_ahead(): SavedCode {
    const { isa } = this.loaded;
    const { program, state, memory, interpreter } = this;
    if (!this.jit) throw new Error('there is no JIT to compile with');
    const functions = [...program.symbols].filter(({ type, section }) => type === STT_FUNC && section !== 0);
    // As at the start of a program: bit 0 of an address may select the instruction set.
    const keys = [program.entry, ...functions.map(({ value }) => value)].map((address) => {
      start_at(isa, state, memory.u32, address);
      return key_of(this.pc, interpreter.current_set());
    });
    start_at(isa, state, memory.u32, program.entry);
    const saved = this.jit.compile_ahead(keys);
    // What was decoded for it has not run.
    interpreter.forget(0, GUEST_END);
    return saved;
  }
}
