#!/usr/bin/env node
// Runs the built stand-ins under qemu-user and records what each must print: NNN.name/expected.json.
// usage: record.mjs [NAME…] [--target T] [--size test|ref] [--check]
// With --check nothing is written: outputs are compared with what is recorded, exit status 1 on a difference.
// Every run happens in an empty scratch directory, as nobody when started by root. Instruction counts come from
// lib/insn-count.c, a qemu plugin, when the host's qemu takes plugins; the timed run is a separate one without it.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const programs = dirname(fileURLToPath(import.meta.url));
const benchDir = process.env.PYDGIN_BENCH_DIR ?? join(homedir(), '.cache/pydgin-ts/spec-bench');
const sizes = ['test', 'ref'];
const nobody = 65534;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { target: { type: 'string' }, size: { type: 'string' }, check: { type: 'boolean' } },
});
if (options.size !== undefined && !sizes.includes(options.size)) {
  console.error(`record: --size is test or ref, not '${options.size}'`);
  process.exit(2);
}

const say = (text) => console.error(`record: ${text}`);
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const emulator = (target) => `qemu-${target.split('-')[0]}`;

/** The counting plugin, compiled on first use; undefined when that fails, and then no counts are recorded. */
function countingPlugin() {
  const source = join(programs, 'lib/insn-count.c');
  const library = join(benchDir, 'libinsn-count.so');
  try {
    if (!fs.existsSync(library) || fs.statSync(library).mtimeMs < fs.statSync(source).mtimeMs) {
      execFileSync('cc', ['-O2', '-shared', '-fPIC', source, '-o', library]);
    }
    return library;
  } catch (error) {
    say(`no instruction counts: the plugin does not compile (${error.message.split('\n')[0]})`);
    return undefined;
  }
}

/** One run in a scratch directory of its own: stdout, exit status, wall seconds, and the count when `plugin` is given. */
function run(target, exe, inputs, spec, plugin) {
  const scratch = fs.mkdtempSync(join(tmpdir(), 'spec-bench-'));
  try {
    for (const file of spec.files ?? []) fs.copyFileSync(join(inputs, file), join(scratch, file));
    fs.copyFileSync(exe, join(scratch, 'program'));
    if (plugin !== undefined) fs.copyFileSync(plugin, join(scratch, 'count.so'));
    for (const file of ['.', ...fs.readdirSync(scratch)]) fs.chmodSync(join(scratch, file), 0o755);
    const asNobody = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
    if (asNobody.uid) fs.chownSync(scratch, nobody, nobody);
    const args = plugin === undefined ? [] : ['-plugin', './count.so,out=./count'];
    const stdin = spec.stdin === undefined ? '/dev/null' : join(inputs, spec.stdin);
    const stdinFd = fs.openSync(stdin, 'r');
    const begin = process.hrtime.bigint();
    const result = spawnSync(emulator(target), [...args, './program', ...spec.args], {
      cwd: scratch,
      // Another environment moves the stack, which brings out a program that reads what it never wrote.
      env: plugin === undefined ? {} : { PADDING: 'x'.repeat(333) },
      ...asNobody,
      stdio: [stdinFd, 'pipe', 'pipe'],
      maxBuffer: 1 << 30,
      timeout: 300_000,
    });
    const wallSeconds = Number(process.hrtime.bigint() - begin) / 1e9;
    fs.closeSync(stdinFd);
    if (result.error) throw result.error;
    const count = join(scratch, 'count');
    return {
      stdout: result.stdout,
      stderr: result.stderr.toString('latin1'),
      exitStatus: result.status,
      signal: result.signal,
      wallSeconds,
      instructions: fs.existsSync(count) ? Number(fs.readFileSync(count, 'utf8')) : undefined,
    };
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

const all = fs.readdirSync(programs).filter((name) => /^\d{3}\./.test(name));
const chosen =
  positionals.length === 0
    ? all
    : all.filter((n) => positionals.some((p) => n === p || n.startsWith(`${p}.`) || n.endsWith(`.${p}`)));
if (chosen.length === 0) {
  say(`no such program: ${positionals.join(' ')}; there are ${all.join(' ')}`);
  process.exit(2);
}
const plugin = options.check ? undefined : countingPlugin();
let differences = 0;
for (const name of chosen) {
  const folder = join(programs, name);
  const manifest = JSON.parse(fs.readFileSync(join(folder, 'program.json'), 'utf8'));
  const expectedFile = join(folder, 'expected.json');
  const expected = fs.existsSync(expectedFile) ? JSON.parse(fs.readFileSync(expectedFile, 'utf8')) : {};
  for (const target of options.target ? [options.target] : manifest.targets) {
    const exe = join(benchDir, 'build', target, name, `${name}.elf`);
    if (!fs.existsSync(exe)) {
      if (options.target || target === manifest.targets[0]) say(`${name} (${target}): not built, see build.sh`);
      continue;
    }
    for (const size of options.size ? [options.size] : sizes) {
      const inputs = join(benchDir, 'inputs', name);
      const result = run(target, exe, inputs, manifest.runs[size]);
      const label = `${name} (${target}) ${size}`;
      if (result.signal) {
        say(`${label}: killed by ${result.signal}`);
        differences++;
        continue;
      }
      const seen = {
        stdoutSha256: sha256(result.stdout),
        stdoutBytes: result.stdout.length,
        exitStatus: result.exitStatus,
      };
      const recorded = expected[target]?.[size];
      const time = `${result.wallSeconds.toFixed(2)} s in ${emulator(target)}`;
      if (options.check) {
        const same = recorded !== undefined && Object.keys(seen).every((key) => recorded[key] === seen[key]);
        if (!same) differences++;
        say(
          `${label}: ${same ? 'as recorded' : recorded ? 'DIFFERS from what is recorded' : 'nothing recorded'}, ${time}`,
        );
        continue;
      }
      if (seen.exitStatus !== (manifest.exitStatus ?? 0)) {
        say(`${label}: exit status ${seen.exitStatus}: ${result.stderr.slice(0, 400)}`);
        differences++;
        continue;
      }
      const counted = plugin && run(target, exe, inputs, manifest.runs[size], plugin);
      if (counted && sha256(counted.stdout) !== seen.stdoutSha256) {
        say(`${label}: two runs print different output: the workload is not deterministic`);
        differences++;
        continue;
      }
      const instructions = counted?.instructions;
      for (const other of Object.keys(expected)) {
        const hash = expected[other][size]?.stdoutSha256;
        if (other !== target && hash && hash !== seen.stdoutSha256) say(`${label}: note: prints other than ${other}`);
      }
      expected[target] = {
        ...expected[target],
        exeSha256: sha256(fs.readFileSync(exe)),
        [size]: { ...seen, instructions },
      };
      const rate = instructions ? `, ${(instructions / 1e6).toFixed(0)} M instructions` : '';
      say(`${label}: ${seen.stdoutBytes} bytes, exit ${seen.exitStatus}, ${time}${rate}`);
      fs.writeFileSync(expectedFile, `${JSON.stringify(expected, null, 2)}\n`);
    }
  }
}
process.exitCode = differences > 0 ? 1 : 0;
