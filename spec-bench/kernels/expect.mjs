// Runs every kernel under qemu-user, at both sizes, and writes manifest.json: what a correct run prints.
// In: <target>/*.elf (build.sh). Out: manifest.json beside this script. Usage: node expect.mjs [--time]
// The kernels are also compiled natively; a kernel whose two results differ is reported and nothing is written.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const here = import.meta.dirname;

/** Arguments per size: `test` takes about 0.1 s in qemu-arm, `ref` 1.5 to 2 s. */
const sizes = {
  coremark_like: { test: ['3000'], ref: ['75000'] },
  dhry: { test: ['700000'], ref: ['13000000'] },
  fib: { test: ['34'], ref: ['40'] },
  fsm: { test: ['140'], ref: ['2500'] },
  list: { test: ['120'], ref: ['2200'] },
  matmul: { test: ['500'], ref: ['10000'] },
  nbody: { test: ['4000'], ref: ['80000'] },
  qsort: { test: ['50'], ref: ['850'] },
  sha256: { test: ['8000'], ref: ['150000'] },
  sieve: { test: ['250'], ref: ['4500'] },
  strings: { test: ['350'], ref: ['6000'] },
  vm: { test: ['8000'], ref: ['110000'] },
};
const targets = { arm: 'qemu-arm', mipsel: 'qemu-mipsel', mips: 'qemu-mips' };

const run = (command, args) => {
  const begun = performance.now();
  const { stdout, status, signal, error } = spawnSync(command, args, { encoding: 'utf8', env: {} });
  if (error) throw error;
  if (signal) throw new Error(`${command} ${args.join(' ')}: ended by ${signal}`);
  return { stdout, exit: status, seconds: (performance.now() - begun) / 1000 };
};

const scratch = mkdtempSync(join(tmpdir(), 'kernels-'));
const kernels = [];
let bad = 0;
for (const [name, bySize] of Object.entries(sizes)) {
  const about = readFileSync(join(here, `${name}.c`), 'utf8').match(/^\/\* \w+: ([\s\S]*?)(?:\.|;) /)[1];
  const native = join(scratch, name);
  execFileSync('gcc', ['-O2', '-w', '-std=gnu11', '-o', native, join(here, `${name}.c`)]);
  const entry = { name, about: about.replace(/\s*\n \* /g, ' '), elf: {}, sizes: {} };
  for (const [target, qemu] of Object.entries(targets)) {
    entry.elf[target] = `${target}/${name}.elf`;
    for (const [size, args] of Object.entries(bySize)) {
      const { stdout, exit, seconds } = run(qemu, [join(here, entry.elf[target]), ...args]);
      const second = run(native, args);
      if (stdout !== second.stdout || exit !== second.exit) {
        console.error(`${name} ${size}: ${qemu} and native gcc differ:\n${stdout}${second.stdout}`);
        bad++;
      }
      entry.sizes[size] = { args, exit, stdout };
      if (process.argv.includes('--time')) console.log(`${name} ${target} ${size} ${args}: ${seconds.toFixed(2)} s`);
    }
  }
  kernels.push(entry);
}
rmSync(scratch, { recursive: true });
if (bad) process.exit(1);
const reference = 'qemu-arm, qemu-mipsel, qemu-mips 7.2 (stdout and exit status), confirmed by native gcc -O2';
writeFileSync(join(here, 'manifest.json'), `${JSON.stringify({ reference, kernels }, null, 2)}\n`);
