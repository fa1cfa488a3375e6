// Programs with glibc, test-binaries/glibc/, built with Debian's cross compilers and linked statically: the same output and
// exit status as under qemu, with and without the JIT. Skipped for architectures whose compiler or qemu is not installed.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const cli = path('../bin/pydgin-ts.js');
const folder = mkdtempSync(join(tmpdir(), 'glibc-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TARGETS = [
  { isa: 'mipsel', prefix: 'mipsel-linux-gnu', options: ['-mips32r2'] },
  { isa: 'mips', prefix: 'mips-linux-gnu', options: ['-mips32r2'] },
  { isa: 'arm', prefix: 'arm-linux-gnueabi', options: ['-march=armv5te', '-marm'] },
];
const PROGRAMS = ['system.c', 'numbers.c', 'faults.c', 'exceptions.cc'];

const installed = (command: string) => spawnSync(command, ['--version']).status === 0;

describe.each(TARGETS)('$isa', ({ isa, prefix, options }) => {
  test.for(PROGRAMS)('%s', { timeout: 120_000 }, (source, { skip }) => {
    const compiler = `${prefix}-${source.endsWith('.c') ? 'gcc' : 'g++'}`;
    for (const needed of [compiler, `qemu-${isa}`]) if (!installed(needed)) skip(`${needed} is not installed`);
    const elf = join(folder, `${source}.${isa}`);
    const from = path(`../test-binaries/glibc/${source}`);
    const built = spawnSync(compiler, ['-O2', '-w', '-static', ...options, from, '-o', elf, '-lm']);
    expect(built.stderr.toString()).toBe('');

    /** In an empty folder. */
    const run = (command: string, args: string[]) => {
      const cwd = mkdtempSync(join(folder, 'run-'));
      const { status, stdout } = spawnSync(command, [...args, elf, 'one', 'two'], { cwd, env: {}, input: '' });
      return { status, stdout: stdout.toString() };
    };
    const expected = run(`qemu-${isa}`, []);
    expect(expected.stdout.length).toBeGreaterThan(150);
    expect(run(process.execPath, [cli, 'run', isa])).toEqual(expected);
    expect(run(process.execPath, [cli, 'run', '--no-jit', isa])).toEqual(expected);
  });
});
