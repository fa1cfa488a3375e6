// Makes from dist.new/src, which tsc has made, and from isa/ what a run needs to start quickly, and then puts dist.new in the
// place of dist: whoever runs during a build finds the old one or the new one, whole.
// 1. The command line as a few CommonJS files in dist/bin, each with V8's code cache of what `run` needs of it, as
//    bin/pydgin-ts.js loads them; what every run loads is one of them, start.cjs, and the JIT another. Start-up of hello world,
//    processor time: a hundred ES modules 125 ms, a bundle of them 80 ms, with the cache 33 ms above the 59 ms of Node itself; on
//    another day, with less of it loaded, 20 ms above 22 ms.
// 2. Each built-in description, isa/NAME/index.ts, as one ESM text, dist/isa/NAME.mjs, with what can be generated from it
//    beforehand: decoders and more for the interpreter (`make_parts` in the same file), the JIT's twins (NAME.twins.txt).

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist.new');

// What a build that was interrupted has left.
for (const folder of ['bin', 'isa']) rmSync(join(dist, folder), { recursive: true, force: true });

/**
 * What dependencies load at their start for things never used here, or for one small function: modules of Node, elfy's names of numbers,
 * which take a twentieth of a start's memory. And built-in descriptions as scripts instead of ES modules.
 */
const replaced = {
  name: 'replaced',
  resolveId(id, importer = '') {
    if (id === './import-file.js') return '\0import-file';
    if (/^(node:)?child_process$/.test(id) && /[\\/]commander[\\/]/.test(importer)) return '\0unused';
    if (id === 'assert' && /[\\/]elfy[\\/]/.test(importer)) return '\0unused';
    if (id === 'util' && /[\\/]elfy[\\/]/.test(importer)) return '\0inherits';
    if (/[\\/]constants$/.test(id) && /[\\/]elfy[\\/]/.test(importer)) return '\0elf-names';
    return undefined;
  },
  load: (id) =>
    ({
      '\0unused': 'export {};',
      '\0import-file': "export const import_file = async (path) => require(path.slice(0, -'mjs'.length) + 'cjs');",
      '\0elf-names': `Object.assign(exports, {
        class: { 1: '32', 2: '64' }, endian: { 1: 'lsb', 2: 'msb' },
        osabi: {}, abiversion: {}, type: {}, machine: {}, entryType: {}, entryFlags: {},
      });`,
      '\0inherits': 'export const inherits = (to, from) => Object.setPrototypeOf(to.prototype, from.prototype);',
    })[id],
};
/** What each module imports at its start. */
const imports = new Map();
const graph = {
  name: 'graph',
  buildEnd() {
    for (const id of this.getModuleIds()) imports.set(id, this.getModuleInfo(id)?.importedIds ?? []);
  },
};
const cli = await rolldown({
  input: join(dist, 'src/cli/main.js'),
  platform: 'node',
  external: ['acorn', 'binaryen', 'rolldown'],
  plugins: [replaced, graph],
  preserveEntrySignatures: 'allow-extension',
  logLevel: 'warn',
});
/** A chunk, and those that it loads at its start. */
function reached_from(chunk, chunks) {
  const reached = new Set([chunk]);
  for (const { imports } of reached)
    for (const other of chunks)
      if (imports.includes(other.fileName) && !other.name.startsWith('seldom-')) reached.add(other);
  return reached;
}

const format = { format: 'cjs', entryFileNames: 'main.cjs', chunkFileNames: '[name]-[hash].cjs', comments: false };
const compiler = join(dist, 'src/jit/trace/compiler.js');
/** A test for modules that are loaded with these, without the compiler unless it is asked for. */
function loaded_with(...files) {
  let modules;
  const find = () => {
    modules = new Set(files.map((file) => join(dist, 'src', file)));
    for (const id of modules) for (const other of imports.get(id)) if (other !== compiler) modules.add(other);
    return modules;
  };
  // Not before the graph is known.
  return (id) => (modules ?? find()).has(id);
}
// What every run loads goes into one file, what it loads when something gets hot into another: names of other modules are then
// variables, not properties with getters. More are loaded when something in them is used (bin/pydgin-ts.js): what a run
// compiles with, and what hello world needs nothing of.
const in_start = loaded_with('cli/main.js', 'cli/run.js');
const seldom = (name, ...paths) => {
  const any = new RegExp(`^(${paths.join('|')})`);
  const test = (id) => in_start(id) && any.test(relative(join(dist, 'src'), id).replaceAll(sep, '/'));
  return { name: `seldom-${name}`, test };
};
const groups = [
  seldom('calls', 'syscalls-newlib/linux/(calls-(paths|process|signals|time|wait)|signal-frames).js'),
  seldom('semihosting', 'syscalls-newlib/(devices|semihosting|trace).js'),
  seldom(
    'tools',
    'decoder-gen/',
    'interp/generate.js',
    'loader/(sections|symbols|describe).js',
    'host/sandbox.js',
    'machine/code-map.js',
  ),
  { name: 'start', test: in_start },
  { name: 'jit', test: loaded_with('cli/jit.js') },
  { name: 'compiler', test: loaded_with('jit/trace/compiler.js') },
];
const { output } = await cli.generate({ ...format, codeSplitting: { groups, includeDependenciesRecursively: false } });
await cli.close();
mkdirSync(join(dist, 'bin'), { recursive: true });
const first = [
  ...reached_from(
    output.find(({ name }) => name === 'main'),
    output,
  ),
];
const texts = first.map(({ fileName, code }) => `${JSON.stringify(fileName)}: ${as_script(code)}`);
writeFileSync(join(dist, 'bin/start.cjs'), `({\n${texts.join(',\n')}\n})`);
for (const chunk of output)
  if (!first.includes(chunk)) writeFileSync(join(dist, 'bin', chunk.fileName), `(${as_script(chunk.code)})`);

/** Text of a module as a function that bin/pydgin-ts.js calls: with another for import(), and ASCII only. */
function as_script(code) {
  // `import * as fs` needs no copy of what it imports.
  const text = ascii(code.replace(/^(\w+) = (?:\w+\.)?__toESM\(\1, 1\);$/gm, ''))
    .replace(/(?<![\w$.])import\(/g, '__import(')
    .replace(/^export (?:default|\{ (\w+) as default \};)/m, (_, name) => `exports.default =${name ? ` ${name};` : ''}`)
    .replace(/^export const (\w+) =/m, 'exports.$1 =');
  return `function (exports, require, module, __filename, __dirname, __import) {${text}\n}`;
}
/** `import * as semantics` as an object of the functions instead of getters for each: they are there from the start. */
function plain_namespaces(code) {
  return code.replace(/__exportAll\((\{[^}]*\})\)/g, (_, names) => names.replaceAll(': () => ', ': '));
}
function ascii(code) {
  return code.replace(/[\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

for (const name of readdirSync(join(root, 'isa'))) {
  const input = join(root, 'isa', name, 'index.ts');
  if (!existsSync(input)) continue;
  const bundle = await rolldown({
    input,
    resolve: { alias: { 'pydgin-ts/adl': join(root, 'src/adl/index.ts') } },
    treeshake: false,
    logLevel: 'warn',
  });
  await bundle.write({ file: join(dist, 'isa', `${name}.mjs`), format: 'esm', sourcemap: true });
  await bundle.close();
}

const { generate_parts } = await import('../dist.new/src/interp/generate.js');
const { generate_twins } = await import('../dist.new/src/jit/frontend/twins.js');

/** V8 copies texts that are shorter when it collects garbage, and collects sooner: their characters count among what is new. */
const LARGE_TEXT = 132_000;

// What is there, so that `list` and names such as 'arm' need not import every description.
const index = [];
for (const file of readdirSync(join(dist, 'isa')).filter((name) => name.endsWith('.mjs'))) {
  const { default: isa } = await import(pathToFileURL(join(dist, 'isa', file)).href);
  const base = join(dist, 'isa', file.slice(0, -'.mjs'.length));
  const text = readFileSync(`${base}.mjs`, 'utf8');
  writeFileSync(`${base}.twins.txt`, ascii(generate_twins(text)));
  const with_parts = `${text.replace(/^\/\/# sourceMappingURL=.*\n?/m, '')}\nexport const make_parts = ${generate_parts(isa)};\n`;
  writeFileSync(`${base}.mjs`, `${with_parts}//# sourceMappingURL=${file}.map\n`);
  writeFileSync(`${base}.cjs`, `(${as_script(plain_namespaces(with_parts))})`.padEnd(LARGE_TEXT, '\n'));
  index.push({
    file,
    digest: createHash('sha256')
      .update(readFileSync(join(dist, 'isa', file)))
      .digest('hex'),
    name: isa.name,
    aliases: isa.aliases,
    title: isa.title,
    elf_machine: isa.abi.elf_machine,
    endianness: isa.abi.endianness,
  });
}
writeFileSync(join(dist, 'isa/index.json'), JSON.stringify(index, null, 1));

// Runs whose compiled code is kept, for the files that each says. They need a package around the new files.
const trial = mkdtempSync(join(root, 'dist.new/trial-'));
mkdirSync(join(trial, 'bin'));
for (const file of ['package.json', 'bin/package.json', 'bin/pydgin-ts.js'])
  copyFileSync(join(root, file), join(trial, file));
symlinkSync(dist, join(trial, 'dist'));
/** Writes the code caches of files whose names match, as they are after a run. */
function keep_caches(files, ...args) {
  spawnSync(process.execPath, [join(trial, 'bin/pydgin-ts.js'), ...args], {
    // Code is kept only where the guest cannot write to.
    cwd: join(trial, 'bin'),
    env: { ...process.env, PYDGIN_TS_WRITE_CODE_CACHE: files, XDG_CACHE_HOME: join(trial, 'cache') },
    stdio: 'ignore',
  });
}
const HELLO = { armv5: 'hello.elf', mips: 'mips/mips/hello.elf', mipsel: 'mips/mipsel/hello.elf' };
for (const { name, aliases, file } of index) {
  const isa = file.slice(0, -'.mjs'.length);
  const dhry = [name, ...aliases].map((one) => join(root, 'spec-bench/kernels', one, 'dhry.elf')).find(existsSync);
  // What every run needs, and no more: reading it takes time.
  const small = HELLO[name] ? join(root, 'test-binaries', HELLO[name]) : dhry;
  if (small) keep_caches(`/(start|${isa})\\.cjs`, 'run', name, small, '20000');
  if (dhry) {
    keep_caches('/jit-', 'run', name, dhry, '20000');
    // With what the first has compiled.
    keep_caches('/jit-', 'run', name, dhry, '20000');
    keep_caches(`/(compiler-.*\\.cjs|${isa}\\.twins)`, 'run', '--jit', 'slice=20000', name, dhry, '20000');
  }
  keep_caches('/(decode|disas|command|seldom)[^/]*\\.cjs', 'decode', name, '0');
}
for (const [files, program] of [
  ['/seldom-calls', 'syscalls_eabi'],
  ['/seldom-semihosting', 'semi_hello'],
]) {
  const elf = join(root, 'test-binaries', `${program}.elf`);
  if (existsSync(elf)) keep_caches(files, 'run', 'armv5', elf);
}
rmSync(trial, { recursive: true });
if (!existsSync(join(dist, 'bin/start.cjs.cache'))) throw new Error('the new command line did not run: try it');

const old = join(root, 'dist.old');
rmSync(old, { recursive: true, force: true });
if (existsSync(join(root, 'dist'))) renameSync(join(root, 'dist'), old);
renameSync(dist, join(root, 'dist'));
rmSync(old, { recursive: true, force: true });
