// Runs every program as runs.mjs says and writes manifest.json: exit status, stdout and files of a correct run.
// In: *.elf (build.sh), runs.mjs; qemu-arm and, for 'glibc' references, arm-linux-gnueabi-gcc with its static libc.
// Out: manifest.json. Usage: node expect.mjs [--check]   (--check: write nothing, fail if anything differs)
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runs } from './runs.mjs';

const here = import.meta.dirname;
const scratch = mkdtempSync(join(tmpdir(), 'expect-'));
const largestText = 8192;

/** The C source of a program that can be built for another C library, or undefined. */
function portableSource(program) {
  const source = join(here, 'src', `${program.replace(/^semi_/, '')}.c`);
  const thumb = join(here, 'src', 'arm', 'thumb_program.c');
  if (/^thumb_/.test(program)) return thumb;
  return existsSync(source) && !/^semi_ops/.test(program) ? source : undefined;
}

function glibcBuild(program) {
  const elf = join(scratch, `${program}.glibc`);
  if (!existsSync(elf)) {
    execFileSync('arm-linux-gnueabi-gcc', [
      '-O2',
      '-w',
      '-static',
      '-std=gnu11',
      portableSource(program),
      '-o',
      elf,
      '-lm',
    ]);
  }
  return elf;
}

function nativeBuild(program) {
  const elf = join(scratch, `${program}.native`);
  execFileSync('gcc', ['-O2', '-w', '-std=gnu11', portableSource(program), '-o', elf, '-lm']);
  return elf;
}

/** Runs an ELF file under qemu-arm in an empty folder; a death by signal n counts as exit status 128 + n. */
function run(elf, { args = [], env = {}, stdin = '', inputs = {} }, simulator = 'qemu-arm') {
  const cwd = join(scratch, 'cwd');
  mkdirSync(cwd);
  for (const [name, text] of Object.entries(inputs)) writeFileSync(join(cwd, name), text);
  const command = ['--core=0:0', ...(simulator ? [simulator] : []), elf, ...args]; // no core file in cwd
  const r = spawnSync('prlimit', command, { cwd, env, input: stdin, maxBuffer: 1 << 26, timeout: 60_000 });
  if (r.error) throw r.error;
  const files = {};
  for (const name of readdirSync(cwd)) {
    if (name in inputs) continue;
    if (statSync(join(cwd, name)).isDirectory()) throw new Error(`${elf} left the folder ${name} behind`);
    files[name] = readFileSync(join(cwd, name), 'utf8');
  }
  rmSync(cwd, { recursive: true });
  const exit = r.status ?? 128 + constants.signals[r.signal];
  const stderr = r.stderr.toString().replace(/^qemu: .*\n/gm, '');
  return { exit, stdout: r.stdout, stderr, files };
}

const asText = (bytes, key) => {
  const text = bytes.toString('utf8');
  if (bytes.length > largestText) {
    return { [`${key}Bytes`]: bytes.length, [`${key}Sha256`]: createHash('sha256').update(bytes).digest('hex') };
  }
  return Buffer.from(text).equals(bytes) ? { [key]: text } : { [`${key}Base64`]: bytes.toString('base64') };
};
const outcome = ({ exit, stdout, files }) => JSON.stringify([exit, stdout.toString('latin1'), files]);

const problems = [];
const programs = runs.map((spec) => {
  const {
    name,
    program,
    args = [],
    env = {},
    stdin = '',
    inputs = {},
    reference = 'qemu-arm',
    note,
    alone,
    twin,
    confirm,
  } = spec;
  const elf = `${program}.elf`;
  let result;
  let source;
  if (reference === 'qemu-arm') {
    result = run(join(here, elf), spec);
    source = 'qemu-arm';
    if (portableSource(program) && !alone) {
      const native = confirm === 'native';
      const other = native ? run(nativeBuild(program), spec, '') : run(glibcBuild(program), spec);
      if (outcome(other) !== outcome(result)) problems.push({ name, newlib: result, glibc: other });
      source = `qemu-arm; a ${native ? 'native' : 'glibc'} build of the same source agrees`;
    }
  } else if (reference === 'glibc') {
    result = run(glibcBuild(program), spec);
    source = 'qemu-arm, glibc build of the same source';
  } else if (reference === 'twin') {
    result = run(join(here, `${twin}.elf`), spec);
    source = `qemu-arm, ${twin}.elf, an ARM-state build of the same source`;
  } else {
    result = { stderr: '', files: {}, ...reference, stdout: Buffer.from(reference.stdout) };
    source = `by the manual: ${reference.manual}`;
  }
  return {
    name,
    elf,
    args,
    env,
    ...asText(Buffer.from(stdin), 'stdin'),
    ...(Object.keys(inputs).length ? { inputs } : {}),
    exit: result.exit,
    ...asText(result.stdout, 'stdout'),
    ...(result.stderr && result.exit < 128 ? { stderr: result.stderr } : {}),
    ...(Object.keys(result.files).length ? { files: result.files } : {}),
    reference: source,
    ...(note || alone ? { note: note ?? `no glibc build compared: ${alone}` } : {}),
  };
});
rmSync(scratch, { recursive: true });

for (const { name, newlib, glibc } of problems) {
  console.error(`${name}: the builds differ`);
  console.error(
    `  newlib: exit ${newlib.exit}, ${newlib.stdout.length} bytes; other: exit ${glibc.exit}, ${glibc.stdout.length} bytes`,
  );
  const [a, b] = [newlib.stdout, glibc.stdout].map((s) => s.toString('latin1').split('\n'));
  const at = a.findIndex((line, i) => line !== b[i]);
  if (at >= 0) console.error(`  line ${at + 1}: ${a[at]}\n       not: ${b[at]}`);
}
const orphans = readdirSync(here).filter((f) => f.endsWith('.elf') && !programs.some((p) => p.elf === f));
if (orphans.length) console.error(`never run: ${orphans.join(', ')}`);
if (problems.length || orphans.length) process.exit(1);

const text = `${JSON.stringify({ programs }, null, 1)}\n`;
if (!process.argv.includes('--check')) writeFileSync(join(here, 'manifest.json'), text);
else if (text !== readFileSync(join(here, 'manifest.json'), 'utf8')) {
  console.error('manifest.json does not hold what the reference says now');
  process.exit(1);
}
console.log(`${programs.length} runs of ${new Set(programs.map((p) => p.elf)).size} programs`);
