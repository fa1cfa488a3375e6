// Differential fuzzing of instructions: node scripts/fuzz.mjs <arm|mips|mipsel> [cases] [seed] [file to record]
// Makes random cases of every encoding, runs them under qemu and in the interpreter, and prints what differs.
// The vectors in isa/*/vectors.txt.gz were recorded so; their first line says with which numbers.

import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const [name, count = '5000', seed = String(Date.now() % 1_000_000), record] = process.argv.slice(2);
if (name === undefined) {
  console.error('usage: node scripts/fuzz.mjs <arm|mips|mipsel> [cases] [seed] [file to record]');
  process.exit(2);
}
const bundle = await rolldown({
  input: path('../test/fuzz/record.ts'),
  platform: 'node',
  resolve: { alias: { 'pydgin-ts/adl': path('../src/adl/index.ts') } },
});
const { output } = await bundle.generate({ format: 'esm' });
const { fuzz } = await import(`data:text/javascript,${encodeURIComponent(output[0].code)}`);
process.exit(fuzz(name, Number(count), Number(seed), record) === 0 ? 0 : 1);
