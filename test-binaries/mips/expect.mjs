// Runs the MIPS programs under qemu-mipsel and qemu-mips and writes manifest.json: what a correct run prints. Both byte
// orders must agree. In: mipsel/*.elf, mips/*.elf (build.sh). Usage: node expect.mjs
// The entries of idt.elf are by arithmetic: qemu knows no IDT monitor.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

const here = import.meta.dirname;
const runs = [
  { program: 'args', args: ['one', '', 'two words', 'käse', '--flag'], env: { GREETING: 'hi', EMPTY: '' } },
  { program: 'args', name: 'args none' },
  ...['bigswitch', 'bytes_out', 'constructors', 'fileio', 'heap', 'hello', 'int32', 'int64', 'libm', 'pointers'].map(
    (program) => ({ program }),
  ),
  { program: 'cat', stdin: Buffer.from(Array.from({ length: 1027 }, (_, n) => (n * 7) & 255)) },
  { program: 'errnos' },
  ...['return', 'exit', '_exit', 'nested'].map((how) => ({
    program: 'exit_order',
    name: `exit_order ${how}`,
    args: [how],
  })),
  { program: 'scanf_all', stdin: 'apple 1.5\n pear\t2.25\nplum -1e2\nstop here' },
  { program: 'stdin_lines', stdin: 'first\nsecond line\n\na line longer than the buffer of thirty-two bytes\nlast' },
  ...['printf_all', 'recursion', 'setjmp', 'softfloat', 'sorting', 'stdio_modes', 'strings', 'times', 'varargs'].map(
    (program) => ({ program }),
  ),
  ...['fpu', 'tls', 'selfmod', 'glibc_posixio'].map((program) => ({ program })),
];
const scratch = mkdtempSync(join(tmpdir(), 'expect-'));

function run(target, { program, args = [], env = {}, stdin = '' }) {
  const cwd = mkdtempSync(join(scratch, 'run-'));
  const elf = join(here, target, `${program}.elf`);
  const command = ['--core=0:0', `qemu-${target}`, elf, ...args];
  const r = spawnSync('prlimit', command, { cwd, env, input: stdin, timeout: 60_000, maxBuffer: 1 << 26 });
  if (r.error) throw r.error;
  const files = Object.fromEntries(readdirSync(cwd).map((name) => [name, readFileSync(join(cwd, name), 'utf8')]));
  return { exit: r.status ?? 128 + constants.signals[r.signal], stdout: r.stdout, files };
}
const text = (bytes) =>
  bytes.length > 4096 || !Buffer.from(bytes.toString('utf8')).equals(bytes)
    ? { stdoutBytes: bytes.length, stdoutSha256: createHash('sha256').update(bytes).digest('hex') }
    : { stdout: bytes.toString('utf8') };
const input = (stdin) =>
  typeof stdin === 'string' ? (stdin === '' ? {} : { stdin }) : { stdinBase64: stdin.toString('base64') };

let differ = 0;
const programs = runs.map((spec) => {
  const [little, big] = ['mipsel', 'mips'].map((target) => run(target, spec));
  if (
    JSON.stringify([little.exit, String(little.stdout), little.files]) !==
    JSON.stringify([big.exit, String(big.stdout), big.files])
  ) {
    console.error(`${spec.name ?? spec.program}: the byte orders differ\n${little.stdout}\n${big.stdout}`);
    differ++;
  }
  const { program, name = program, args = [], env = {}, stdin = '' } = spec;
  const files = Object.keys(little.files).length > 0 ? { files: little.files } : {};
  return {
    name,
    elf: `${program}.elf`,
    args,
    env,
    ...input(stdin),
    exit: little.exit,
    ...text(little.stdout),
    ...files,
    reference: 'qemu-mipsel and qemu-mips',
  };
});
programs.push({
  name: 'idt',
  elf: 'idt.elf',
  args: [],
  env: {},
  stdin: 'typed line\n',
  exit: 7,
  stdout: 'hello from kseg0\nx\ntyped line\nmemory\n',
  reference: 'by the monitor’s description (libgloss/mips/idtmon.S): what the source says is printed',
});
rmSync(scratch, { recursive: true });
if (differ) process.exit(1);
writeFileSync(join(here, 'manifest.json'), `${JSON.stringify({ programs }, null, 1)}\n`);
console.log(`${programs.length} runs of ${new Set(programs.map(({ elf }) => elf)).size} programs, in both byte orders`);
