// The JIT of `pydgin-ts run`: loaded with what belongs to it when a program turns out not to be short, so that short ones start sooner.

import { JitEngine } from '../jit/trace/engine.js';
import type { LoadedMachine } from '../loaded-machine.js';
import { type CacheRequest, use_jit_cache } from './jit-cache.js';
import { prepare_for_jit, prepare_for_module } from './v8.js';

export interface JitFiles {
  /** Folder for what is compiled, as text. */
  dump?: string;
  /** Compiled code of earlier and for later runs. */
  cache?: CacheRequest;
  /** What `pydgin-ts compile` has made. */
  precompiled?: string;
}

/** Gives a machine its JIT. Returns what is to be done after the run. */
export async function start_jit(sim: LoadedMachine, elf: Uint8Array, files: JitFiles): Promise<() => void> {
  sim.start_jit(JitEngine);
  if (sim.jit) sim.jit.before_compiling = prepare_for_module;
  let finish = () => {};
  if (files.dump) (await import('./dump.js')).dump_to(files.dump, sim);
  if (files.cache) finish = use_jit_cache(files.cache, sim, elf);
  if (files.precompiled) (await import('./precompiled.js')).use_precompiled(files.precompiled, sim, elf);
  // Now that all is loaded but the compiler: V8 takes code out of its caches only with the flags that they were made with.
  prepare_for_jit();
  return finish;
}
