// Runs the programs of manifest.json on a simulator and compares exit status, stdout and files.
// Usage: node test-binaries/check.mjs [--sim 'node bin/pydgin-ts.js run arm'] [--kernels test|ref] [pattern]
// In: manifest.json here (or spec-bench/kernels/manifest.json). Out: a line per failure, a summary; status 1 if any failed.
// `%e` in --sim stands for the run's environment as `-e NAME=VALUE ...`; without it the simulator's own environment is
// that of the run, which is what qemu-arm wants (--sim qemu-arm).
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sim: { type: 'string', default: 'node bin/pydgin-ts.js run %e arm' }, kernels: { type: 'string' } },
});
const kernelsFolder = join(import.meta.dirname, '..', 'spec-bench', 'kernels');
const folder = values.kernels ? kernelsFolder : import.meta.dirname;
const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
const runs = values.kernels
  ? manifest.kernels.map((k) => ({ name: k.name, elf: k.elf.arm, ...k.sizes[values.kernels] }))
  : manifest.programs;
const wanted = runs.filter((r) => new RegExp(positionals[0] ?? '').test(r.name));
// Paths in the simulator's command are relative to where this script was started.
const words = values.sim.split(/\s+/).map((w) => (w.includes('/') && existsSync(w) ? resolve(w) : w));

let failed = 0;
for (const run of wanted) {
  const cwd = mkdtempSync(join(tmpdir(), 'check-'));
  for (const [name, text] of Object.entries(run.inputs ?? {})) writeFileSync(join(cwd, name), text);
  const options = Object.entries(run.env ?? {}).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const command = words.flatMap((w) => (w === '%e' ? options : [w]));
  const r = spawnSync(command[0], [...command.slice(1), join(folder, run.elf), ...run.args], {
    cwd,
    env: words.includes('%e') ? process.env : run.env,
    input: run.stdinBase64 ? Buffer.from(run.stdinBase64, 'base64') : (run.stdin ?? ''),
    maxBuffer: 1 << 26,
    timeout: 120_000,
  });
  const signals = {
    SIGABRT: 134,
    SIGILL: 132,
    SIGTRAP: 133,
    SIGBUS: 135,
    SIGFPE: 136,
    SIGKILL: 137,
    SIGSEGV: 139,
    SIGTERM: 143,
  };
  const exit = r.status ?? signals[r.signal] ?? r.error?.code;
  const why = [];
  if (exit !== run.exit) why.push(`exit ${exit}, not ${run.exit}`);
  const got = r.stdout ?? Buffer.alloc(0);
  if (run.stdoutSha256 !== undefined) {
    if (createHash('sha256').update(got).digest('hex') !== run.stdoutSha256)
      why.push(`stdout differs (${got.length} bytes, not ${run.stdoutBytes})`);
  } else {
    const want = run.stdoutBase64 ? Buffer.from(run.stdoutBase64, 'base64') : Buffer.from(run.stdout);
    if (!got.equals(want)) {
      const [a, b] = [got, want].map((s) => s.toString('utf8').split('\n'));
      const at = b.findIndex((line, i) => line !== a[i]);
      why.push(at < 0 ? `stdout is too long: ${a[b.length]}` : `stdout line ${at + 1}: ${a[at]} | not: ${b[at]}`);
    }
  }
  for (const [name, text] of Object.entries(run.files ?? {})) {
    const file = join(cwd, name);
    if (!existsSync(file)) why.push(`no file ${name}`);
    else if (readFileSync(file, 'utf8') !== text) why.push(`file ${name} differs`);
  }
  const extra = readdirSync(cwd).filter(
    (f) => !(f in (run.files ?? {})) && !(f in (run.inputs ?? {})) && !/\.core$/.test(f),
  );
  if (extra.length) why.push(`left behind: ${extra.join(', ')}`);
  rmSync(cwd, { recursive: true });
  if (!why.length) continue;
  failed++;
  console.log(`FAIL ${run.name}: ${why.join('; ')}`);
  const last = r.stderr?.toString().trim().split('\n').slice(-2).join(' / ');
  if (last) console.log(`     ${last.slice(0, 200)}`);
}
console.log(`${wanted.length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
