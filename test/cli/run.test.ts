// `pydgin-ts run`: arguments, exit statuses, limits, options, as a user of the command sees them.

import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ARM, arm_program, cli, exit_words, program, scratch } from './support.js';

describe('the program and its arguments', () => {
  test('prints a greeting and ends with the status of the program', async () => {
    const { status, stdout, stderr } = await cli(['run', 'arm', program('hello'), 'world']);
    expect(stdout).toBe('Hello, world!\n');
    expect(stderr).toBe('');
    expect(status).toBe(41); // as the manifest has it from qemu-arm
  });

  test('gives everything after the program to it, options and -- too', async () => {
    const args = ['--', '--stats', '-d', 'insts', '--help', '--no-jit', '-e', 'A=B', '', 'two words', '--stats=json'];
    const { status, stdout, stderr } = await cli(['run', 'arm', program('args'), ...args]);
    expect(status).toBe(args.length + 1);
    for (const [n, arg] of args.entries())
      expect(stdout).toContain(`argv[${n + 1}] ${Buffer.byteLength(arg)} bytes <${arg}>\n`);
    expect(stderr).toBe('');
  });

  test('takes its own options before the ISA and between ISA and program', async () => {
    const { stdout, stderr } = await cli([
      'run',
      '-e',
      'GREETING=a',
      'arm',
      '--stats',
      '-e',
      'EMPTY=',
      program('args'),
    ]);
    expect(stdout).toContain('environment of 2\nGREETING=a\nEMPTY=\n');
    expect(stderr).toMatch(/^instructions +[\d,]+$/m);
  });

  test('-- before the ISA or the program only ends the options', async () => {
    expect((await cli(['run', '--', 'arm', program('hello'), '--'])).stdout).toBe('Hello, --!\n');
    expect((await cli(['run', 'arm', '--', program('hello'), 'x'])).stdout).toBe('Hello, x!\n');
  });

  test('passes standard input byte by byte and standard output unchanged', async () => {
    const bytes = String.fromCharCode(...Array.from({ length: 256 }, (_, n) => n));
    const child = await cli(['run', 'arm', program('cat')], Buffer.from(bytes, 'latin1') as unknown as string);
    expect(child.stdout).toBe(bytes);
  });

  test('keeps the environment from the program unless it is granted', async () => {
    const secret = { env: { GREETING: 'from the shell' } };
    const plain = await cli(['run', 'arm', program('args')], '', secret);
    expect(plain.stdout).toContain('environment of 0\nGREETING=(not set)\n');
    const granted = await cli(['run', '--env', 'GREETING', '-e', 'ABSENT_HERE', 'arm', program('args')], '', secret);
    expect(granted.stdout).toContain('environment of 1\nGREETING=from the shell\n');
  });
});

describe('limits', () => {
  const seven = arm_program('seven', [ARM.nop, ARM.nop, ARM.nop, ...exit_words(7)]);
  const counter = arm_program('counter', [
    0xe2800001, // add r0, r0, #1
    0xeafffffd, // b back
  ]);

  test('--max-insts stops before the end with a message and status 124', async () => {
    const { status, stderr } = await cli(['run', '--max-insts', '5', 'arm', seven]);
    expect(status).toBe(124);
    expect(stderr).toBe('pydgin-ts: stopped after 5 instructions (--max-insts) at 0x00008014 <_start+0x14>\n');
  });

  test('a program that ends with its last allowed instruction has ended by itself', async () => {
    expect((await cli(['run', '--max-insts', '6', 'arm', seven])).status).toBe(7);
    expect((await cli(['run', '--max-insts', '0', 'arm', seven])).status).toBe(124);
  });

  test.each([['--no-jit'], ['--jit=threshold=2'], ['--memcheck'], ['--debug=rf:30000001']])(
    '--max-insts is exact in a loop with %s',
    async (option) => {
      const n = 30_000_003; // not a multiple of any slice; odd, so the loop is at its branch
      const { stderr } = await cli(['run', option, '--stats=json', '--max-insts', String(n), 'arm', counter]);
      const last = stderr.trim().split('\n').at(-1)!;
      expect(JSON.parse(last)).toMatchObject({ instructions: n, end: 'limit', status: 124 });
      expect(stderr).toContain(`stopped after ${n} instructions (--max-insts) at 0x00008004 <_start+0x4>`);
      if (option.startsWith('--debug'))
        // r0 has counted every second instruction: (n + 1) / 2 after the last one.
        expect(stderr).toContain(`WR.RF[r0] = 00${((n + 1) / 2).toString(16)}`);
    },
  );

  test('--stack-size limits arguments, and is checked', async () => {
    const much = 'x'.repeat(60_000);
    const { status, stderr } = await cli(['run', '--stack-size', '128K', 'arm', program('hello'), much]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: .*arguments and environment take \d+ bytes/);
    expect((await cli(['run', '--stack-size', '1M', 'arm', program('hello'), much])).status).not.toBe(1);
  });
});

describe('faults of the program', () => {
  test('an undefined instruction ends with 132 and tells where', async () => {
    const path = arm_program('undefined', [ARM.mov_r0(9), ARM.undefined, ARM.nop]);
    const { status, stderr } = await cli(['run', 'arm', path]);
    expect(status).toBe(128 + 4);
    expect(stderr).toMatch(/^pydgin-ts: SIGILL: undefined instruction$/m);
    expect(stderr).toMatch(/^ {2}at +0x00008004 <_start\+0x4>, after 1 instructions$/m);
    expect(stderr).toMatch(/^ {2}-> 0x8004 <_start\+0x4> +e7f000f0 /m);
    expect(stderr).toMatch(/\br0 +00000009\b/);
    expect(stderr).not.toContain('    at '); // no stack trace of ours
    expect(stderr).not.toContain('\x1b'); // nor colours, since this is no terminal
  });

  test('a breakpoint ends with 133', async () => {
    expect((await cli(['run', 'arm', arm_program('bkpt', [ARM.bkpt])])).status).toBe(128 + 5);
  });

  test('--memcheck catches a null pointer, with the data address', async () => {
    const path = arm_program('null', [ARM.mov_r1(4), ARM.ldr_r0_r1, ...exit_words(0)]);
    const { status, stderr } = await cli(['run', '--memcheck', 'arm', path]);
    expect(status).toBe(128 + 11);
    expect(stderr).toMatch(/SIGSEGV: .*0x00000004/);
    expect(stderr).toMatch(/^ {2}address +0x00000004$/m);
    expect((await cli(['run', '--debug', 'memcheck', 'arm', path])).status).toBe(128 + 11);
    expect((await cli(['run', 'arm', path])).status).toBe(0);
  });

  test('colours on request', async () => {
    const path = arm_program('undefined', [ARM.undefined]);
    expect((await cli(['run', 'arm', path], '', { env: { FORCE_COLOR: '1' } })).stderr).toContain('\x1b[');
    const both = { env: { FORCE_COLOR: '1', NO_COLOR: '1' } };
    expect((await cli(['run', 'arm', path], '', both)).stderr).not.toContain('\x1b[');
  });
});

describe('tracing', () => {
  const path = arm_program('traced', [ARM.mov_r0(3), ARM.mov_r1_sp, ARM.ldr_r0_r1, ...exit_words(5)]);

  test('insts shows address, word and count, and nothing changes for the program', async () => {
    const { status, stderr } = await cli(['run', '--debug', 'insts', 'arm', path]);
    expect(status).toBe(5);
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatch(/^ +1 {2}00008000 {2}e3a00003 {2}mov/);
    expect(lines[2]).toMatch(/^ +3 {2}00008008 {2}e5910000 {2}ldr/);
    expect(lines[5]).toMatch(/^ +6 {2}00008014 {2}ef000000 {2}svc/);
  });

  test('rf and mem show what an instruction reads and writes', async () => {
    const { stderr } = await cli(['run', '-d', 'rf,mem', 'arm', path, 'argument']);
    const lines = stderr.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^ +1 {2}00008000 .*:: WR\.RF\[r0\] = 00000003$/);
    // argc is 2 and lies at the stack pointer (System V ABI, process initialization).
    expect(lines[2]).toMatch(/RD\.RF\[r1\] = ([\da-f]{8}) .*RD\.MEM4\[\1\] = 00000002 .*WR\.RF\[r0\] = 00000002$/);
  });

  test('regdump shows all registers after each instruction', async () => {
    const { stderr } = await cli(['run', '-d', 'regdump', 'arm', path]);
    expect(stderr.match(/\br0 +[\da-f]{8}/g)?.slice(0, 3)).toEqual(['r0  00000003', 'r0  00000003', 'r0  00000001']);
    expect(stderr).toMatch(/\bpc +00008004/);
  });

  test('begins after :start instructions', async () => {
    const { stderr } = await cli(['run', '-d', 'insts:4', 'arm', path]);
    expect(
      stderr
        .trimEnd()
        .split('\n')
        .map((line) => Number(line.slice(0, 8))),
    ).toEqual([5, 6]);
  });

  test('syscalls shows calls with arguments and results', async () => {
    const { stderr, stdout } = await cli(['run', '-d', 'syscalls', 'arm', program('hello'), 'you']);
    expect(stdout).toBe('Hello, you!\n');
    expect(stderr).toContain('write(1, "Hello, you!\\n", 12) = 12\n');
    expect(stderr).toMatch(/exit\(\d+\)/);
  });

  test('bootstrap shows arguments, environment and entry point', async () => {
    const { stderr } = await cli(['run', '-d', 'bootstrap', '-e', 'NAME=value', 'arm', path, 'one two']);
    expect(stderr).toMatch(/^entry +0x00008000 <_start>$/m);
    expect(stderr).toMatch(/^argc +2$/m);
    expect(stderr).toMatch(/^argv\[1\] +0x[\da-f]{8} "one two"$/m);
    expect(stderr).toMatch(/^env\[0\] +0x[\da-f]{8} "NAME=value"$/m);
    expect(stderr).toMatch(/^AT_PAGESZ +0x00001000$/m);
  });

  test('a fault under tracing shows the instruction that faulted', async () => {
    const faulting = arm_program('traced-fault', [ARM.nop, ARM.undefined]);
    const { status, stderr } = await cli(['run', '-d', 'insts', 'arm', faulting]);
    expect(status).toBe(132);
    expect(stderr).toMatch(/^ +2 {2}00008004 {2}e7f000f0/m);
  });
});

describe('statistics', () => {
  const path = arm_program('six', [ARM.nop, ARM.nop, ARM.nop, ...exit_words(7)]);

  test('--stats=json is one object with exact counts', async () => {
    const { stderr, status } = await cli(['run', '--stats=json', '--no-jit', 'arm', path]);
    expect(status).toBe(7);
    const figures = JSON.parse(stderr);
    expect(figures).toMatchObject({ isa: 'armv5', instructions: 6, end: 'exit', status: 7, engine: 'interpreter' });
    for (const name of ['seconds', 'process_seconds', 'cpu_seconds', 'mips', 'memory_mib'])
      expect(figures[name]).toBeGreaterThan(0);
  });

  test('tells what the JIT did', async () => {
    const loop = arm_program('loop-1m', [
      0xe3a00a1f, // mov r0, #0x1f000
      0xe2500001, // subs r0, r0, #1
      0x1afffffd, // bne back
      ...exit_words(0),
    ]);
    const { stderr } = await cli(['run', '--stats=json', '--jit', 'threshold=10', 'arm', loop]);
    const figures = JSON.parse(stderr);
    expect(figures.instructions).toBe(1 + 2 * 0x1f000 + 3);
    expect(figures.engine).toBe('jit');
    expect(figures.jit.regions).toBeGreaterThan(0);
    expect(figures.jit.coverage).toBeGreaterThan(0.5);
    expect(figures.jit.coverage).toBeLessThanOrEqual(1);
    expect(figures.jit.fallbacks).toEqual([]);
    expect(JSON.parse((await cli(['run', '--stats=json', '--jit=off', 'arm', loop])).stderr).engine).toBe(
      'interpreter',
    );
  });

  test('--jit dump=DIR writes what was compiled: guest instructions, IR, WebAssembly', async () => {
    const loop = arm_program('loop-dumped', [
      0xe3a00a1f, // mov r0, #0x1f000
      0xe2500001, // subs r0, r0, #1
      0x1afffffd, // bne back
      ...exit_words(0),
    ]);
    const folder = join(scratch(), 'dump/inner');
    const { status, stderr } = await cli(['run', '--jit', `threshold=10,dump=${folder}`, 'arm', loop]);
    expect([status, stderr]).toEqual([0, '']);
    expect(readdirSync(folder).sort()).toEqual(['0001-00008004-_start+0x4.ir', '0001-00008004-_start+0x4.wat']);
    const ir = readFileSync(join(folder, '0001-00008004-_start+0x4.ir'), 'utf8');
    expect(ir).toContain('; 0x8008  bne 0x8004 <_start+0x4>\n');
    expect(ir).toContain("r0' = wrap_u32(sub(r0, 1))\n");
    expect(readFileSync(join(folder, '0001-00008004-_start+0x4.wat'), 'utf8')).toContain('(local.get $r0)');
    const file = await cli(['run', '--jit', `dump=${loop}`, 'arm', loop]);
    expect([file.status, file.stderr]).toEqual([2, `error: --jit dump=${loop}: cannot be made a folder (EEXIST)\n`]);
    expect((await cli(['run', '--jit', 'dump', 'arm', loop])).stderr).toContain('dump needs a value, dump=…');
  });

  test('of a program that is too short for anything to get hot, the JIT has executed nothing', async () => {
    const { engine, jit } = JSON.parse((await cli(['run', '--stats=json', 'arm', path])).stderr);
    expect(engine).toBe('jit');
    expect(jit).toMatchObject({ coverage: 0, regions: 0, fallbacks: [] });
  });

  test('--stats-file writes them to a file', async () => {
    const file = join(scratch(), 'figures.json');
    const { stderr } = await cli(['run', '--stats=json', '--stats-file', file, 'arm', path]);
    expect(stderr).toBe('');
    expect(JSON.parse(readFileSync(file, 'utf8')).instructions).toBe(6);
    const nowhere = await cli(['run', '--stats-file', join(scratch(), 'no/such/folder'), 'arm', path]);
    expect(nowhere.status).toBe(2);
    expect(nowhere.stderr).toMatch(/^error: --stats-file .*ENOENT/);
  });

  test('are printed after a fault, too', async () => {
    const { stderr, status } = await cli(['run', '--stats=json', 'arm', arm_program('ill', [ARM.nop, ARM.undefined])]);
    expect(status).toBe(132);
    expect(JSON.parse(stderr.trim().split('\n').at(-1)!)).toMatchObject({
      instructions: 1,
      end: 'SIGILL',
      status: 132,
    });
  });
});

describe('files', () => {
  const folder = join(scratch(), 'granted');
  mkdirSync(folder, { recursive: true });
  // open(path, flags), then exit(result < 0 ? 1 : 0); the path is argv[1], the third word of the stack.
  const make_opener = (name: string, flags: number) =>
    arm_program(name, [
      0xe59d0008, // ldr r0, [sp, #8]
      ARM.mov_r1(flags),
      ARM.mov_r7(5),
      ARM.svc_0,
      0xe1a00fa0, // mov r0, r0, lsr #31
      ARM.mov_r7(1),
      ARM.svc_0,
    ]);
  const opener = make_opener('opener', 0);
  const creator = make_opener('creator', 0x42 /* O_CREAT | O_RDWR */);

  test('only granted directories can be reached', async () => {
    writeFileSync(join(folder, 'inside'), 'x');
    writeFileSync(join(scratch(), 'outside'), 'x');
    if (!existsSync(join(folder, 'link'))) symlinkSync('../outside', join(folder, 'link'));
    const open = async (options: string[], path: string) =>
      (await cli(['run', ...options, 'arm', opener, path], '', { cwd: folder })).status;
    expect(await open([], 'inside')).toBe(0);
    expect(await open([], '../outside')).toBe(1);
    expect(await open([], 'link')).toBe(1);
    expect(await open(['--no-fs'], 'inside')).toBe(1);
    expect(await open(['--dir', `${folder}::/data`], '/data/inside')).toBe(0);
    expect(await open(['--dir', `${folder}::/data`], join(folder, 'inside'))).toBe(1);
  });

  test("/tmp is the program's own and goes with it, unless it was granted", async () => {
    const [temporary, elsewhere] = [join(scratch(), 'temporary'), join(scratch(), 'elsewhere')];
    for (const directory of [temporary, elsewhere]) mkdirSync(directory, { recursive: true });
    const create = async (...options: string[]) =>
      (await cli(['run', ...options, 'arm', creator, '/tmp/new'], '', { cwd: folder, env: { TMPDIR: temporary } }))
        .status;
    expect(await create()).toBe(0);
    expect(await create('--dir', folder)).toBe(0);
    expect(await create('--no-fs')).toBe(1);
    expect(await create('--dir', `${elsewhere}::/tmp`)).toBe(0);
    expect(readdirSync(elsewhere)).toEqual(['new']);
    expect(readdirSync(temporary)).toEqual([]);
    expect(existsSync('/tmp/new')).toBe(false);
  });

  test('a directory that does not exist is a usage error', async () => {
    const { status, stderr } = await cli(['run', '--dir', '/no/such/place', 'arm', opener]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: --dir \/no\/such\/place: .*ENOENT/);
  });
});
