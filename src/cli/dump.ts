// `--jit dump=DIR`: two files for each module that the JIT compiles, NUMBER-ADDRESS-NAME.ir with the guest's instructions and
// what they mean, and .wat with the WebAssembly made of it.

import { accessSync, constants, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Disassembler, with_symbols } from '../disassembly.js';
import { make_folder } from '../host/folders.js';
import { module_text } from '../jit/trace/dump.js';
import type { LoadedMachine } from '../loaded-machine.js';
import { UsageError } from './errors.js';

/** Writes there, from now on, whatever a simulator's JIT compiles. */
export function dump_to(folder: string, sim: LoadedMachine): void {
  try {
    make_folder(folder);
  } catch (error) {
    throw new UsageError(`--jit dump=${folder}: cannot be made a folder (${(error as NodeJS.ErrnoException).code})`);
  }
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new UsageError(`--jit dump=${folder}: cannot be written (${(error as NodeJS.ErrnoException).code})`);
  }
  const { jit, layout, interpreter, program } = sim;
  if (!jit) return;
  const disassembler = new Disassembler(sim.loaded.isa, sim.factory);
  const symbol = with_symbols(program.symbols);
  const disassemble = (address: number, set: number) =>
    disassembler.text_or_name(interpreter.decode(address, set), symbol);
  let count = 0;
  jit.on_compiled = (regions, bytes) => {
    const { pc } = regions[0].blocks[0];
    const name = program.symbols
      .name_at(pc)
      ?.replace(/[^\w.+-]/g, '_')
      .slice(0, 60);
    const number = String(++count).padStart(4, '0');
    const base = join(folder, [number, pc.toString(16).padStart(8, '0'), ...(name ? [name] : [])].join('-'));
    const { ir, wat } = module_text(regions, bytes, layout, disassemble);
    try {
      writeFileSync(`${base}.ir`, ir);
      writeFileSync(`${base}.wat`, wat);
    } catch (error) {
      throw new UsageError(
        `--jit dump=${folder}: ${base} cannot be written (${(error as NodeJS.ErrnoException).code})`,
      );
    }
  };
}
