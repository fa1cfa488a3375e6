// Makes from dist/src, which tsc has made, and from isa/ what a run needs to start quickly.
// 1. The command line as a few files: node reads a hundred small modules in 70 ms, these in 15.
// 2. Each built-in description, isa/NAME/index.ts, as one ESM text, dist/isa/NAME.mjs, with what can be generated from it
//    beforehand: decoders and instruction classes (NAME.parts.mjs), the JIT's twins (NAME.twins.txt).

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const cli = await rolldown({
  input: join(root, 'dist/src/cli/main.js'),
  platform: 'node',
  external: ['acorn', 'binaryen', 'rolldown'],
  logLevel: 'warn',
});
await cli.write({ dir: join(root, 'dist/bin'), format: 'esm', entryFileNames: 'main.js' });
await cli.close();

for (const name of readdirSync(join(root, 'isa'))) {
  const input = join(root, 'isa', name, 'index.ts');
  if (!existsSync(input)) continue;
  const bundle = await rolldown({
    input,
    resolve: { alias: { 'pydgin-ts/adl': join(root, 'src/adl/index.ts') } },
    treeshake: false,
    logLevel: 'warn',
  });
  await bundle.write({ file: join(root, 'dist/isa', `${name}.mjs`), format: 'esm', sourcemap: true });
  await bundle.close();
}

const { generate_instructions } = await import('../dist/src/interp/instructions.js');
const { generate_twins } = await import('../dist/src/jit/frontend/twins.js');

// What is there, so that `list` and names such as 'arm' need not import every description.
const index = [];
for (const file of readdirSync(join(root, 'dist/isa')).filter(
  (name) => name.endsWith('.mjs') && !name.endsWith('.parts.mjs'),
)) {
  const { default: isa } = await import(pathToFileURL(join(root, 'dist/isa', file)).href);
  const base = join(root, 'dist/isa', file.slice(0, -'.mjs'.length));
  writeFileSync(`${base}.parts.mjs`, `export default (() => {\n${generate_instructions(isa)}})();\n`);
  writeFileSync(`${base}.twins.txt`, generate_twins(readFileSync(`${base}.mjs`, 'utf8')));
  index.push({
    file,
    name: isa.name,
    aliases: isa.aliases,
    title: isa.title,
    elf_machine: isa.abi.elf_machine,
    endianness: isa.abi.endianness,
  });
}
writeFileSync(join(root, 'dist/isa/index.json'), JSON.stringify(index, null, 1));
