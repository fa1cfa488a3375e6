// What the JIT compiles is kept for the next run of the same program: in the user's folder for such things, or where `--jit-cache DIR`
// says. A file's name depends on all that compiled code depends on: this version of pydgin-ts, the ISA, the program, the JIT's
// parameters.

import { readdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { CacheFolder, may_be_made } from '../host/cache-folder.js';
import { decode_saved, encode_saved, type SavedCode } from '../jit/trace/saved.js';
import { package_file, package_version } from '../load-isa/index.js';
import type { LoadedMachine } from '../loaded-machine.js';
import { UsageError } from './errors.js';
import { write_error } from './terminal.js';
import { native_code } from './v8.js';

/** Changes when compiled code changes its meaning without anything else that is looked at here. */
const FORMAT = 4;

/** Bytes that the user's own folder may hold. */
const LIMIT = 256 << 20;

/** V8's code is written anew when there is so much more of it. */
const GROWN = 1.02;

/** Where compiled code is kept, and who can get there. */
export interface CacheRequest {
  /** As the user names it; undefined for the user's own folder. */
  folder?: string;
  /** Folders of the host that the guest may write to. */
  granted: readonly string[];
}

/**
 * Lets a simulator use what is there. Returns what writes it back after the run. Nobody hears of trouble with a folder that nobody
 * has named: it is then not used, nor if the guest can get there, who could put code of his own in it.
 */
export function use_jit_cache({ folder, granted }: CacheRequest, sim: LoadedMachine, elf: Uint8Array): () => void {
  const { jit } = sim;
  const path = folder ?? own_folder();
  if (!jit || path === undefined) return () => {};
  const named = folder !== undefined;
  if (!named && !may_be_made(path, granted)) return () => {};
  let cache: CacheFolder;
  try {
    cache = new CacheFolder(path, named ? undefined : 0o700);
  } catch (error) {
    if (!named) return () => {};
    throw new UsageError(`--jit-cache ${path}: cannot be made a folder (${(error as NodeJS.ErrnoException).code})`);
  }
  if (!named && !cache.is_private(granted)) return () => {};
  // WebAssembly reaches nothing but the guest's memory. V8's code is taken from the user's own folder only: who could write to another
  // one in an earlier run, nobody knows.
  if (!named) jit.earlier.native = native_code();
  const name = CacheFolder.name_of([...depends_on(sim, elf), `${process.version} ${process.arch}`]);
  const content = cache.read(name);
  const saved = content && decode_saved(content);
  jit.saves_code = true;
  if (saved) jit.use_saved(saved);
  return () => {
    try {
      const { regions, reused } = jit.statistics;
      if (regions === 0 && reused === 0) return;
      // Without what V8 has not taken.
      const before = saved ? native_bytes(saved) : 0;
      const now = jit.save();
      if (regions === 0 && native_bytes(now) <= before * GROWN) return cache.touch(name);
      cache.write(name, encode_saved(now));
      // A look at every file; not each time that one is replaced.
      if (!named && content === undefined) cache.trim(LIMIT);
    } catch (error) {
      if (!named) return;
      write_error(`pydgin-ts: --jit-cache ${path}: cannot be written (${(error as NodeJS.ErrnoException).code})\n`);
    }
  };
}

/** The user's folder for what programs can do without, by the XDG Base Directory Specification. */
function own_folder(): string | undefined {
  const { XDG_CACHE_HOME, HOME } = process.env;
  if (XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, 'pydgin-ts');
  return HOME && isAbsolute(HOME) ? join(HOME, '.cache/pydgin-ts') : undefined;
}

function native_bytes({ modules }: SavedCode): number {
  return modules.reduce((sum, { native }) => sum + native.length, 0);
}

/** All that compiled code depends on, but for what it was made from. */
export function depends_on(sim: LoadedMachine, elf: Uint8Array): (string | Uint8Array)[] {
  const { isa, digest } = sim.loaded;
  const parameters = [sim.jit?.parameters, sim.interpreter.code_map !== undefined];
  return [`${FORMAT} ${build()}`, JSON.stringify([isa.name, digest(), parameters]), elf];
}

/** Our version, and the names of the built files, most of which hold digests. */
function build(): string {
  return [package_version(), ...readdirSync(package_file('dist/bin')).sort()].join();
}
