// Makes from dist.new/src, which tsc has made, and from isa/ what a run needs to start quickly, and then puts dist.new in the
// place of dist: whoever runs during a build finds the old one or the new one, whole.
// 1. The command line as a few CommonJS files in dist/bin, each with V8's code cache of what `run` needs of it, as
//    bin/pydgin-ts.js loads them; what every run loads is one of them, start.cjs, and the JIT another. Start-up of hello world,
//    processor time: a hundred ES modules 125 ms, a bundle of them 80 ms, with the cache 33 ms above the 59 ms of Node itself; on
//    another day, with less of it loaded, 20 ms above 22 ms.
// 2. Each built-in description, isa/NAME/index.ts, as one ESM text, dist/isa/NAME.mjs, with what can be generated from it
//    beforehand: decoders and instruction classes (NAME.parts.mjs), the JIT's twins (NAME.twins.txt).

import { spawnSync } from 'node:child_process';
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
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist.new');

// What a build that was interrupted has left.
for (const folder of ['bin', 'isa']) rmSync(join(dist, folder), { recursive: true, force: true });

/** Modules of Node that dependencies load at their start for things never called here, or for one small function. */
const unused = {
  name: 'unused',
  resolveId(id, importer = '') {
    if (/^(node:)?child_process$/.test(id) && /[\\/]commander[\\/]/.test(importer)) return '\0unused';
    if (id === 'assert' && /[\\/]elfy[\\/]/.test(importer)) return '\0unused';
    if (id === 'util' && /[\\/]elfy[\\/]/.test(importer)) return '\0inherits';
    return undefined;
  },
  load: (id) =>
    ({
      '\0unused': 'export {};',
      '\0inherits': 'export const inherits = (to, from) => Object.setPrototypeOf(to.prototype, from.prototype);',
    })[id],
};
const cli = await rolldown({
  input: join(dist, 'src/cli/main.js'),
  platform: 'node',
  external: ['acorn', 'binaryen', 'rolldown'],
  plugins: [unused],
  logLevel: 'warn',
});
/** A chunk, and those that it loads at its start. */
function reached_from(chunk, chunks) {
  const reached = new Set([chunk]);
  for (const { imports } of reached)
    for (const other of chunks) if (imports.includes(other.fileName)) reached.add(other);
  return reached;
}

const format = { format: 'cjs', entryFileNames: 'main.cjs', chunkFileNames: '[name]-[hash].cjs' };
const { output: by_import } = await cli.generate(format);
/** A test for modules that are loaded with those chunks. */
function loaded_with(...names) {
  const chunks = names.flatMap((wanted) => {
    const chunk = by_import.find(({ name }) => name === wanted);
    return [...reached_from(chunk, by_import)];
  });
  const modules = new Set(chunks.flatMap(({ moduleIds }) => moduleIds));
  return (id) => modules.has(id);
}
// What every run loads goes into one file, and what it loads when something gets hot into another: names of other modules are
// then variables, not properties with getters.
const groups = [
  { name: 'start', test: loaded_with('main', 'run') },
  { name: 'jit', test: loaded_with('jit', 'v8') },
];
const { output } = await cli.generate({ ...format, codeSplitting: { groups } });
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
  const text = ascii(code.replace(/^(\w+) = \w+\.__toESM\(\1, 1\);$/gm, ''))
    .replace(/(?<![\w$.])import\(/g, '__import(')
    .replace(
      /^export (?:default|\{ (\w+) as default \};)/m,
      (_, name) => `exports.default =${name ? ` ${name};` : ''}`,
    );
  return `function (exports, require, module, __filename, __dirname, __import) {${text}\n}`;
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

const { generate_instructions } = await import('../dist.new/src/interp/instructions.js');
const { generate_twins } = await import('../dist.new/src/jit/frontend/twins.js');

// What is there, so that `list` and names such as 'arm' need not import every description.
const index = [];
for (const file of readdirSync(join(dist, 'isa')).filter(
  (name) => name.endsWith('.mjs') && !name.endsWith('.parts.mjs'),
)) {
  const { default: isa } = await import(pathToFileURL(join(dist, 'isa', file)).href);
  const base = join(dist, 'isa', file.slice(0, -'.mjs'.length));
  writeFileSync(`${base}.parts.mjs`, `export default (() => {\n${generate_instructions(isa)}})();\n`);
  for (const part of [base, `${base}.parts`])
    writeFileSync(`${part}.cjs`, `(${as_script(readFileSync(`${part}.mjs`, 'utf8'))})`);
  writeFileSync(`${base}.twins.txt`, ascii(generate_twins(readFileSync(`${base}.mjs`, 'utf8'))));
  index.push({
    file,
    name: isa.name,
    aliases: isa.aliases,
    title: isa.title,
    elf_machine: isa.abi.elf_machine,
    endianness: isa.abi.endianness,
  });
}
writeFileSync(join(dist, 'isa/index.json'), JSON.stringify(index, null, 1));

// Runs whose compiled code is kept. The first that meets a file writes its cache; in the first run of all, the JIT compiles and
// optimises. They need a package around the new files.
const trial = mkdtempSync(join(root, 'dist.new/trial-'));
mkdirSync(join(trial, 'bin'));
for (const file of ['package.json', 'bin/package.json', 'bin/pydgin-ts.js'])
  copyFileSync(join(root, file), join(trial, file));
symlinkSync(dist, join(trial, 'dist'));
const kernel = (isa) => join(root, 'spec-bench/kernels', isa, 'dhry.elf');
for (const args of [
  ...['arm', 'mips', 'mipsel']
    .filter((isa) => existsSync(kernel(isa)))
    .map((isa) => ['run', '--jit', 'slice=20000', isa, kernel(isa), '20000']),
  ...index.map(({ name }) => ['decode', name, '0']),
])
  spawnSync(process.execPath, [join(trial, 'bin/pydgin-ts.js'), ...args], {
    env: { ...process.env, PYDGIN_TS_WRITE_CODE_CACHE: '1' },
    stdio: 'ignore',
  });
rmSync(trial, { recursive: true });
if (!existsSync(join(dist, 'bin/start.cjs.cache'))) throw new Error('the new command line did not run: try it');

const old = join(root, 'dist.old');
rmSync(old, { recursive: true, force: true });
if (existsSync(join(root, 'dist'))) renameSync(join(root, 'dist'), old);
renameSync(dist, join(root, 'dist'));
rmSync(old, { recursive: true, force: true });
