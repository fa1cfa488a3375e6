// `pydgin-ts compile` and `run --precompiled`: a program's code as one WebAssembly module. Where the guest's code was that it
// was made from, and what else has to be the same, stands in a custom section of it, behind a digest of the rest.

import { readFileSync, writeFileSync } from 'node:fs';
import { CacheFolder } from '../host/cache-folder.js';
import { node_host } from '../host/node.js';
import { JIT_DEFAULTS } from '../jit/trace/options.js';
import { decode_saved, encode_saved, type SavedCode } from '../jit/trace/saved.js';
import { load_isa } from '../load-isa/index.js';
import type { LoadedMachine } from '../loaded-machine.js';
import { Simulator } from '../simulator.js';
import { UsageError } from './errors.js';
import { about_file, read_program } from './files.js';
import { depends_on } from './jit-cache.js';
import { OTHER_DEFAULTS } from './jit-settings.js';
import { write_error } from './terminal.js';
import type { JitRequest, Settings } from './values.js';

const SECTION = 'pydgin-ts';
const NAME_BYTES = 64;

export interface CompileOptions {
  output: string;
  jit(defaults: Settings): JitRequest;
}

/** Returns the exit status. */
export async function compile(isa_name: string, path: string, options: CompileOptions): Promise<number> {
  const elf = read_program(path);
  const loaded = await load_isa(isa_name);
  const { smc, dump, ...jit } = options.jit({ ...JIT_DEFAULTS, ...OTHER_DEFAULTS }).settings as typeof OTHER_DEFAULTS;
  const sim = about_file(
    path,
    () =>
      new Simulator(loaded, elf, {
        argv: [path],
        host: node_host({ directories: [] }),
        jit,
        smc: smc as 'announced' | 'all',
      }),
  );
  if (dump) (await import('./dump.js')).dump_to(dump, sim);
  const saved = sim.compile_ahead();
  const [{ wasm, functions }] = saved.modules;
  const size = functions.reduce((sum, each) => sum + each.size, 0);
  try {
    writeFileSync(options.output, with_section(wasm, CacheFolder.name_of(depends_on(sim, elf)), saved));
  } catch (error) {
    throw new UsageError(`--output ${options.output}: cannot be written (${(error as NodeJS.ErrnoException).code})`);
  }
  write_error(`${options.output}: ${functions.length} regions of ${size} instructions, ${wasm.length} bytes\n`);
  return 0;
}

/** Lets a simulator use a file that compile() has made. */
export function use_precompiled(path: string, sim: LoadedMachine, elf: Uint8Array): void {
  let file: Uint8Array;
  try {
    file = readFileSync(path);
  } catch (error) {
    throw new UsageError(`--precompiled ${path}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  const saved = read_section(file);
  if (saved === undefined)
    throw new UsageError(`--precompiled ${path}: no file that 'pydgin-ts compile' has made, or damaged`);
  if (saved.name !== CacheFolder.name_of(depends_on(sim, elf)))
    throw new UsageError(
      `--precompiled ${path}: was made of another program, for another ISA, with other --jit settings or by another ` +
        'version; compile it again',
    );
  sim.jit?.use_saved(saved.code);
}

/** The module with a section that tells where it comes from. */
function with_section(wasm: Uint8Array, name: string, { modules, constants }: SavedCode): Uint8Array {
  const code = encode_saved({ modules: modules.map((module) => ({ ...module, wasm: new Uint8Array(0) })), constants });
  const digest = CacheFolder.name_of([wasm, name, code]);
  const content = Buffer.concat([string(SECTION), Buffer.from(digest), Buffer.from(name), code]);
  return Buffer.concat([wasm, Buffer.of(0), leb(content.length), content]);
}

function read_section(file: Uint8Array): { name: string; code: SavedCode } | undefined {
  let section: Uint8Array;
  try {
    const [content] = WebAssembly.Module.customSections(new WebAssembly.Module(file as BufferSource), SECTION);
    if (content === undefined) return undefined;
    section = new Uint8Array(content);
  } catch {
    return undefined;
  }
  const text = (start: number) => Buffer.from(section.subarray(start, start + NAME_BYTES)).toString('latin1');
  const name = text(NAME_BYTES);
  const content = section.subarray(2 * NAME_BYTES);
  const header = string(SECTION).length + section.length;
  const wasm = file.subarray(0, file.length - header - leb(header).length - 1);
  if (text(0) !== CacheFolder.name_of([wasm, name, content])) return undefined;
  const code = decode_saved(content);
  return code && { name, code: { ...code, modules: code.modules.map((module) => ({ ...module, wasm })) } };
}

function string(text: string): Buffer {
  return Buffer.concat([leb(text.length), Buffer.from(text)]);
}
/** Unsigned LEB128. */
function leb(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.of(...bytes, rest);
    bytes.push((rest & 0x7f) | 0x80);
  }
}
