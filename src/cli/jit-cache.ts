// `--jit-cache DIR`: what the JIT compiles is kept there for the next run of the same program. A file's name depends on all
// that compiled code depends on: this version of pydgin-ts, the ISA, the program, the JIT's parameters.

import { readdirSync } from 'node:fs';
import { CacheFolder } from '../host/cache-folder.js';
import { decode_saved, encode_saved } from '../jit/trace/saved.js';
import { package_file, package_version } from '../load-isa/index.js';
import type { LoadedMachine } from '../loaded-machine.js';
import { UsageError } from './errors.js';
import { write_error } from './terminal.js';

/** Changes when compiled code changes its meaning without anything else that is looked at here. */
const FORMAT = 4;

/** Lets a simulator use what is there. Returns what writes it back after the run. */
export function use_jit_cache(folder: string, sim: LoadedMachine, elf: Uint8Array): () => void {
  let cache: CacheFolder;
  try {
    cache = new CacheFolder(folder);
  } catch (error) {
    throw new UsageError(`--jit-cache ${folder}: cannot be made a folder (${(error as NodeJS.ErrnoException).code})`);
  }
  const { jit } = sim;
  if (!jit) return () => {};
  const name = CacheFolder.name_of(depends_on(sim, elf));
  const content = cache.read(name);
  const saved = content && decode_saved(content);
  jit.saves_code = true;
  if (saved) jit.use_saved(saved);
  return () => {
    if (jit.statistics.regions === 0) return;
    try {
      cache.write(name, encode_saved(jit.save()));
    } catch (error) {
      write_error(`pydgin-ts: --jit-cache ${folder}: cannot be written (${(error as NodeJS.ErrnoException).code})\n`);
    }
  };
}

/** All that compiled code depends on, but for what it was made from. */
export function depends_on(sim: LoadedMachine, elf: Uint8Array): (string | Uint8Array)[] {
  const { isa, twins } = sim.loaded;
  const parameters = [sim.jit?.parameters, sim.interpreter.code_map !== undefined];
  return [`${FORMAT} ${build()}`, String(twins()), JSON.stringify([isa, parameters]), elf];
}

/** Our version, and the names of the built files, most of which hold digests. */
function build(): string {
  return [package_version(), ...readdirSync(package_file('dist/bin')).sort()].join();
}
