// Bundles each built-in description, isa/NAME/index.ts, to one ESM text: dist/isa/NAME.mjs, which is imported to run it
// and parsed by the JIT. Run by `npm run build` and before the tests.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
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

// What can be generated from each beforehand: decoders and instruction classes, and the JIT's twins.
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
