// A name or a path → a description and its one ESM text. Built-in descriptions were bundled by the build and are found by
// their index; a user's own, TypeScript or JavaScript, is bundled here, with the bundler loaded only then.

import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { type Isa, IsaError } from '../adl/index.js';
import type { MakeParts } from '../interp/generate.js';
import type { TwinsCode } from '../jit/frontend/compile-twins.js';
import { import_file } from './import-file.js';
import type { Places } from './places.js';

/** A description, ready for the simulator. */
export interface LoadedIsa {
  isa: Isa;
  /** The twins of its functions, for the JIT (jit/frontend/twins.ts). */
  twins(): TwinsCode;
  /** Differs if the description does. */
  digest(): string;
  /** Its decoders and more, if the build generated them. */
  make_parts?: MakeParts;
  /** Of a user's own description: where in its files something stands. */
  places?: Places;
}

/** An entry of the list of built-in ISAs. */
export interface BuiltInIsa {
  file: string;
  digest: string;
  name: string;
  aliases: string[];
  title: string;
  elf_machine: number;
  endianness: 'little' | 'big';
}

/** The package's own folder. */
const ROOT = find_root(import.meta.dirname);

function find_root(folder: string): string {
  return existsSync(`${folder}/package.json`) ? folder : find_root(dirname(folder));
}

/** A file of the package, by its path below the package's folder. */
export function package_file(path: string): URL {
  return pathToFileURL(resolve(ROOT, path));
}

export function package_version(): string {
  return (JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
}

/** All built-in ISAs. */
export function built_in_isas(): BuiltInIsa[] {
  const path = resolve(ROOT, 'dist/isa/index.json');
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new IsaError({ message: `${path} is missing; run: npm run build` });
  }
}

/** Loads an ISA by name, alias, or path of a module. An IsaError says what is wrong with it. */
export async function load_isa(name_or_path: string): Promise<LoadedIsa> {
  const all = built_in_isas();
  const found = all.find(({ name, aliases }) => name === name_or_path || aliases.includes(name_or_path));
  if (found) {
    const path = resolve(ROOT, 'dist/isa', found.file);
    const { default: isa, make_parts } = await import_file<{ default: Isa; make_parts: MakeParts }>(path);
    let twins: TwinsCode | undefined;
    return {
      isa,
      make_parts,
      twins: () => (twins ??= load_twins(path.replace(/\.mjs$/, '.twins.txt'))),
      digest: () => found.digest,
    };
  }
  const path = resolve(name_or_path);
  if (!existsSync(path)) {
    const names = all.flatMap(({ name, aliases }) => [name, ...aliases]).join(', ');
    throw new IsaError({
      message: `there is no ISA '${name_or_path}': it is neither one of the built-in ones (${names}) nor a file`,
    });
  }
  if (!statSync(path).isFile())
    throw new IsaError({ message: `${name_or_path} is a folder; name its module, such as index.ts` });
  return load_module(path);
}

/** Loads the twins of a built-in description, with V8's code cache of them, which the build has made (bin/pydgin-ts.js). */
function load_twins(path: string): TwinsCode {
  const text = `(function ($) {${readFileSync(path, 'utf8')}\n})`;
  const cache = `${path}.cache`;
  const script = new Script(text, { filename: path, cachedData: existsSync(cache) ? readFileSync(cache) : undefined });
  if (process.env.PYDGIN_TS_WRITE_CODE_CACHE?.includes('twins'))
    process.once('exit', () => writeFileSync(cache, script.createCachedData()));
  return script.runInThisContext() as TwinsCode;
}

async function load_module(path: string): Promise<LoadedIsa> {
  const { rolldown } = await import('rolldown');
  const { diagnostic_at, Places, shown } = await import('./places.js');
  const own_adl = resolve(ROOT, 'dist/src/adl');
  let text: string;
  let places: Places;
  try {
    const bundle = await rolldown({
      input: path,
      resolve: { alias: { 'pydgin-ts/adl': resolve(own_adl, 'index.js') } },
      treeshake: false,
      logLevel: 'silent',
    });
    const { output } = await bundle.generate({ format: 'esm', sourcemap: true });
    await bundle.close();
    text = output[0].code;
    const files = output[0].moduleIds.filter((file) => !file.startsWith(own_adl) && existsSync(file));
    places = new Places(output[0].map as never, files);
  } catch (error) {
    throw new IsaError(unreadable(error as Error));
  }

  /** What the bundler prints in colours, in a box, as a diagnostic of ours. */
  function unreadable(error: Error) {
    const [cause = error] = (error as { errors?: Error[] }).errors ?? [];
    const plain = cause.message.replace(/\x1b\[[\d;]*m/g, '');
    const message = plain.split('\n')[0].replace(/^\[\w+\] ?/, '');
    const [, file, line, column] = /\[ (.+):(\d+):(\d+) \]/.exec(plain) ?? [];
    // The file's path is relative, and it is not said to what.
    const found = [resolve(file ?? ''), resolve(dirname(path), file ?? '')].find((one) => file && existsSync(one));
    if (found) return diagnostic_at(found, Number(line), Number(column), message);
    return { message: `${shown(path)} cannot be bundled: ${message}` };
  }

  let module: { default?: unknown };
  try {
    module = await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`);
  } catch (error) {
    // By name: a description brings its own copy of the class along.
    if ((error as Error).name !== 'IsaError') throw new IsaError(places.diagnose(error));
    const { diagnostics } = error as IsaError;
    throw new IsaError(diagnostics.map((one) => ({ source: places.find(one.text) ?? shown(path), ...one })));
  }
  const described = module.default as Isa | undefined;
  if (typeof described !== 'object' || !Array.isArray(described?.instruction_sets))
    throw new IsaError({ message: `${shown(path)} exports no ISA; write: export default defineIsa({ … })` });
  const instruction_sets = described.instruction_sets.map((set) => ({ ...set, sources: places.rows(set.encodings) }));
  const isa = { ...described, instruction_sets };
  const { generate_twins } = await import('../jit/frontend/twins.js');
  const { createHash } = await import('node:crypto');
  const twins = generate_twins(text);
  return { isa, twins: () => twins, digest: () => createHash('sha256').update(text).digest('hex'), places };
}
