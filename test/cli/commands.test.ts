// The commands beside `run`, help, and what happens when a command is given wrongly.

import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { JIT_DEFAULTS } from '../../src/simulator.js';
import { make_elf } from '../support/make-elf.js';
import { ARM, arm_program, cli, exit_words, program, ROOT, scratch } from './support.js';

const OBJDUMP = ['arm-none-eabi-objdump', 'arm-linux-gnueabi-objdump', 'objdump-multiarch'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
);

describe('help', () => {
  test('explains every setting of the JIT', async () => {
    const { stdout } = await cli(['run', '--help']);
    const listed = [...stdout.slice(stdout.indexOf('Settings of --jit')).matchAll(/^ {2}(\w+) +\w/gm)].map(
      ([, name]) => name,
    );
    expect(listed).toEqual(expect.arrayContaining(['off', ...Object.keys(JIT_DEFAULTS)]));
  });

  const commands = ['run', 'disasm', 'decode', 'info', 'list', 'check', 'compile'];

  test('lists all commands', async () => {
    const { status, stdout, stderr } = await cli(['--help']);
    expect(status).toBe(0);
    expect(stderr).toBe('');
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
  });

  test.each(commands)('%s --help has examples and goes to standard output', async (command) => {
    const { status, stdout, stderr } = await cli([command, '--help']);
    expect(status).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toMatch(new RegExp(`^Usage: pydgin-ts ${command}`));
    expect(stdout).toMatch(new RegExp(`^Examples:\\n {2}pydgin-ts ${command}`, 'm'));
    expect((await cli(['help', command])).stdout).toBe(stdout);
  });

  test('without arguments is a usage error', async () => {
    const { status, stdout, stderr } = await cli([]);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^Usage: pydgin-ts/);
  });

  test('--version prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect((await cli(['--version'])).stdout).toBe(`${version}\n`);
  });
});

describe('usage errors', () => {
  const hello = program('hello');
  const cases: [title: string, args: string[], message: RegExp][] = [
    ['a misspelt command', ['rum', 'arm', hello], /unknown command 'rum'\n\(Did you mean run\?\)/],
    [
      'a misspelt option',
      ['run', '--memchek', 'arm', hello],
      /unknown option '--memchek'\n\(Did you mean --memcheck\?\)/,
    ],
    ['an unknown option between ISA and program', ['run', 'arm', '--bogus', hello], /unknown option '--bogus'/],
    ['no ISA', ['run'], /missing required argument 'isa'/],
    ['no program', ['run', 'arm'], /missing required argument 'elf'/],
    ['an unknown flag', ['run', '--debug', 'inst', 'arm', hello], /no flag 'inst'; the flags are insts, rf, mem/],
    [
      'a bad start of tracing',
      ['run', '--debug', 'insts:soon', 'arm', hello],
      /'soon' is not a number of instructions/,
    ],
    ['a bad count', ['run', '--max-insts', '-5', 'arm', hello], /--max-insts: '-5' is not a number/],
    [
      'an unknown JIT setting',
      ['run', '--jit', 'treshold=5', 'arm', hello],
      /no setting 'treshold'; .*threshold \(\d+\)/,
    ],
    [
      'a JIT setting that is none of the words',
      ['run', '--jit', 'smc=some', 'arm', hello],
      /smc is one of announced, all/,
    ],
    ['a part of an instruction', ['run', '--max-insts', '1.5', 'arm', hello], /'1\.5' is not a number of instructions/],
    ['a JIT setting out of range', ['run', '--jit', 'region_limit=1000000', 'arm', hello], /a whole number from 1 to/],
    ['no JIT setting', ['run', '--jit', ',', 'arm', hello], /--jit ,: a setting is missing/],
    ['a folder that cannot be made', ['run', '--jit', 'dump=/proc/x', 'arm', hello], /cannot be made a folder/],
    ['a bad JIT setting', ['run', '--jit', 'threshold=many', 'arm', hello], /threshold is a number/],
    ['an unknown flavour', ['run', '--syscalls', 'glibc', 'arm', hello], /Allowed choices are newlib, qemu/],
    ['an unknown format', ['run', '--stats=xml', 'arm', hello], /--stats xml: it is one of text, json/],
    ['a bad variable', ['run', '-e', '=x', 'arm', hello], /--env =x: write --env NAME=VALUE/],
    [
      'contradicting options',
      ['run', '--no-fs', '--dir', '.', 'arm', hello],
      /--no-fs and --dir contradict each other/,
    ],
    ['a bad word', ['decode', 'arm', 'xyz'], /'xyz' is not an instruction word/],
    ['a word that is too long', ['decode', 'arm', '1e0812003'], /'1e0812003' is not an instruction word/],
    [
      'an unknown instruction set',
      ['decode', 'arm', '--set', 'thumb3', '0'],
      /no such instruction set; it has arm, thumb/,
    ],
    ['an unknown symbol', ['disasm', 'arm', hello, '--symbol', 'nowhere'], /has no such symbol/],
    ['too many arguments', ['list', 'arm'], /too many arguments/],
  ];
  test.each(cases)('%s', async (_, args, message) => {
    const { status, stdout, stderr } = await cli(args);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^error: /);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });
});

describe('files and ISAs that cannot be used', () => {
  const text_file = join(scratch(), 'text.elf');
  writeFileSync(text_file, 'This is a text file, not a program.\n');
  const other_machine = join(scratch(), 'x86.elf');
  writeFileSync(
    other_machine,
    make_elf({ class: 64, machine: 62, segments: [{ address: 0x400000, data: new Uint8Array(16) }] }).bytes,
  );
  const no_isa = join(scratch(), 'no-isa.mjs');
  writeFileSync(no_isa, 'export default 5;\n');
  const broken_isa = join(scratch(), 'broken-isa.mjs');
  writeFileSync(broken_isa, 'export default {{{;\n');

  const cases: [title: string, args: string[], message: RegExp][] = [
    ['no such file', ['run', 'arm', 'no-such.elf'], /cannot read no-such\.elf: there is no such file/],
    ['a directory', ['info', '.'], /it is a directory/],
    ['a text file', ['run', 'arm', text_file], /text\.elf: .*ELF/],
    ['a text file, for info', ['info', text_file], /text\.elf: .*ELF/],
    ['a program for another machine', ['run', 'arm', other_machine], /x86-64/],
    ['another machine, for disasm', ['disasm', 'arm', other_machine], /x86-64/],
    ['no such ISA', ['run', 'arm7', program('hello')], /no ISA 'arm7'.*armv5, arm/],
    ['a module that is no ISA', ['run', no_isa, program('hello')], /exports no ISA/],
    ['a module that does not parse', ['check', broken_isa], /broken-isa\.mjs:1:17: Unexpected token/],
  ];
  test.each(cases)('%s', async (_, args, message) => {
    const { status, stdout, stderr } = await cli(args);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^error: /);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stdout).toBe('');
    expect(status).toBe(1);
  });
});

describe('info', () => {
  test('tells machine, entry point, segments and how to run it', async () => {
    const { status, stdout } = await cli(['info', program('hello')]);
    const bytes = readFileSync(join(ROOT, program('hello')));
    expect(status).toBe(0);
    expect(stdout).toMatch(/^machine +ARM \(40\)/m);
    expect(stdout).toMatch(
      new RegExp(`^entry +0x${bytes.readUInt32LE(24).toString(16).padStart(8, '0')} _start$`, 'm'),
    );
    expect(stdout).toContain(`pydgin-ts run arm ${program('hello')}`);
    expect(stdout.match(/^ {2}LOAD /gm)).toHaveLength(2);
  });
});

describe('list', () => {
  test('names the built-in ISAs with their aliases', async () => {
    expect((await cli(['list'])).stdout).toMatch(/^armv5, arm +ARMv5TE/m);
  });
});

describe('decode', () => {
  test('shows encoding, bits, fields and assembly', async () => {
    // ADD r2, r1, r3: cond 1110, 00 I=0 0100 S=0, Rn=1, Rd=2, shift 0, Rm=3 (ARM DDI 0100I, A4.1.3)
    const { status, stdout } = await cli(['decode', 'arm', '0xe0812003']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^word +0xe0812003$/m);
    expect(stdout).toMatch(/^assembly +add +r2, r1, r3$/m);
    expect(stdout).toMatch(/^encoding +add\b/m);
    expect(stdout).toMatch(/^bits +1110 0000 1000 0001 0010 0000 0000 0011$/m);
    expect(stdout).toMatch(/\bcond +31:28 +1110 +14\b/);
    expect(stdout).toMatch(/\brn +19:16 +0001 +1\n/);
    expect(stdout).toMatch(/\brd +15:12 +0010 +2\n/);
    expect(stdout).toMatch(/\brm +3:0 +0011 +3\n/);
  });

  test('reads words without 0x and as bits, and several at once', async () => {
    const bits = '11100000100000010010000000000011';
    const { stdout } = await cli(['decode', 'arm', 'E0812003', bits, `0b${bits}`]);
    expect(stdout.match(/^assembly +add +r2, r1, r3$/gm)).toHaveLength(3);
  });

  test('--pc places branches, --set chooses the instruction set', async () => {
    expect((await cli(['decode', 'arm', '--pc', '0x8000', 'eafffffe'])).stdout).toMatch(/^assembly +b +0x8000$/m);
    expect((await cli(['decode', 'arm', '--set', 'thumb', '4770'])).stdout).toMatch(/^assembly +bx +lr$/m);
  });

  test('a word that is no instruction is said to be none', async () => {
    // 1011 1000 … is in the undefined part of Thumb's miscellaneous space (ARM DDI 0100I, figure A6-2).
    const { status, stdout } = await cli(['decode', 'arm', '--set', 'thumb', 'b800']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^assembly +no instruction of thumb$/m);
    expect(stdout).toMatch(/^elsewhere +--set arm: /m);
  });
});

describe('disasm', () => {
  const columns = (text: string) =>
    text.split('\n').flatMap((line) => /^ *([\da-f]+):\t([\da-f]+) *\t/.exec(line)?.slice(1, 3).join(' ') ?? []);

  test.skipIf(!OBJDUMP)('shows the same addresses and words as objdump', async () => {
    // -z: objdump would leave zeros out.
    const theirs = columns(execFileSync(OBJDUMP!, ['-d', '-z', join(ROOT, program('hello'))], { encoding: 'latin1' }));
    const ours = columns((await cli(['disasm', 'arm', program('hello')])).stdout);
    expect(ours.length).toBeGreaterThan(5000);
    expect(ours).toEqual(theirs);
  });

  test('labels functions and knows data from instructions', async () => {
    const { stdout, status } = await cli(['disasm', 'arm', program('hello'), '--symbol', '_start']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Disassembly of section \.text:$/m);
    expect(stdout).toMatch(/^0000806c <_start>:$/m);
    expect(stdout).toMatch(/\tbl\t[\da-f]+ <main>/);
    expect(stdout).toMatch(/\t\.word\t0x[\da-f]{8}$/m);
  });

  test('--start and --stop cut, --set overrides', async () => {
    const path = arm_program('three', [ARM.nop, ...exit_words(3)]);
    const range = await cli(['disasm', 'arm', path, '--start', '0x8004', '--stop', '800c']);
    expect(columns(range.stdout)).toEqual(['8004 e3a00003', '8008 e3a07001']);
    const thumb = await cli(['disasm', 'arm', path, '--set', 'thumb', '--stop', '8004']);
    expect(columns(thumb.stdout)).toEqual(['8000 0000', '8002 e1a0']);
  });

  test('Thumb code without mapping symbols is recognised by its symbol', async () => {
    const data = Uint8Array.of(0x70, 0x47, 0x70, 0x47); // bx lr, twice
    const path = join(scratch(), 'thumb.elf');
    const symbols = [{ name: 'f', value: 0x8001, size: 4, type: 2 }];
    writeFileSync(path, make_elf({ entry: 0x8001, segments: [{ address: 0x8000, data }], symbols }).bytes);
    expect((await cli(['disasm', 'arm', path])).stdout).toMatch(/^ +8000:\t4770 +\tbx\tlr\n +8002:\t4770 +\tbx\tlr$/m);
    const stripped = make_elf({ entry: 0x8001, segments: [{ address: 0x8000, data }], no_sections: true }).bytes;
    writeFileSync(path, stripped);
    expect((await cli(['disasm', 'arm', path])).stdout).toMatch(/^ +8000:\t4770 +\tbx\tlr$/m);
  });
});

describe('check', () => {
  test('reports the decoder, and finds nothing wrong with arm', async () => {
    const { status, stdout } = await cli(['check', 'arm']);
    expect(stdout).toMatch(/^instruction set arm$/m);
    expect(stdout).toMatch(/^instruction set thumb$/m);
    expect(stdout).toMatch(/decoder +\d+ encodings, \d+ leaves, depth \d+$/m);
    expect(stdout).toMatch(/\d+ of 4294967296 words .* are no instruction$/m);
    expect(stdout).toMatch(/^no problems$/m);
    expect(status).toBe(0);
  });

  test('run --test does it in one line', async () => {
    const { status, stdout } = await cli(['run', '--test', 'arm']);
    expect(stdout).toMatch(/^armv5: \d+ encodings, \d+ words decoded, printed and executed: ok\n$/);
    expect(status).toBe(0);
  });
});

describe("a user's own ISA", () => {
  const isa = (body: string) => `
    import { defineIsa, encodings, instruction_set, registers } from 'pydgin-ts/adl';
    const table = encodings([
      ['add',  '0001 rd:4 rs:4 rt:4', 'add {rd}, {rs}, {rt}'],
      ['trap', '1111 imm:12',         'trap {imm}'],
    ]);
    export const semantics = {
      execute_add(s, inst) { ${body} },
      execute_trap(s, inst) { s.syscall(inst.imm); },
    };
    export default defineIsa({
      name: 'tiny', title: 'a test', state: { rf: registers(16) },
      instruction_sets: [instruction_set({ name: 'tiny', parcel: 16, encodings: table, semantics })],
      abi: {
        elf_machine: 40, endianness: 'little', stack_pointer: 'r15', arguments: ['r1', 'r2', 'r3'], result: 'r0',
        start(s, entry) { s.next_pc = entry; },
        syscall(s, immediate) { return { convention: 'linux-arm-eabi', number: immediate }; },
      },
    });`;
  const good = join(scratch(), 'tiny.mjs');
  writeFileSync(good, isa('s.rf[inst.rd] = (s.rf[inst.rs] + s.rf[inst.rt]) >>> 0;'));
  const bad = join(scratch(), 'tiny-bad.mjs');
  writeFileSync(bad, isa('s.rf[inst.rd] = inst.nothing.at.all;'));
  const elf = join(scratch(), 'tiny.elf');
  // add r2, r3, r4; trap 1: exit(r1), which is 0 from the start
  writeFileSync(
    elf,
    make_elf({ entry: 0x8000, segments: [{ address: 0x8000, data: Uint8Array.of(0x34, 0x12, 1, 0xf0) }] }).bytes,
  );

  test('is used by the path of its module', async () => {
    expect((await cli(['decode', good, '1234'])).stdout).toMatch(/^assembly +add 2, 3, 4$/m);
    const { status, stderr } = await cli(['run', '--stats=json', good, elf]);
    expect(JSON.parse(stderr).instructions).toBe(2);
    expect(status).toBe(0);
  });

  test('an exception in it names the instruction and is not called a bug of ours', async () => {
    const { status, stderr } = await cli(['run', bad, elf]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/tiny-bad\.mjs failed while executing 0x8000 .*add 2, 3, 4/);
    expect(stderr).toContain('TypeError');
    expect(stderr).not.toContain('bug in pydgin-ts');
    const check = await cli(['check', bad]);
    expect(check.status).toBe(1);
    const line =
      readFileSync(bad, 'utf8')
        .split('\n')
        .findIndex((text) => text.includes('nothing.at')) + 1;
    expect(check.stdout).toMatch(/add 0x1000: execute_add failed: .*reading 'at'/);
    for (const text of [stderr, check.stdout]) expect(text).toContain(`tiny-bad.mjs:${line}:`);
    expect(check.stdout).toMatch(/\n1 problem\n$/);
  });

  test.each([
    ['a syntax error', "'a test',", "'a test',,", "title: 'a test',,", "title: 'a test',".length],
    ['a pattern that cannot be read', 'rt:4', 'rt;4', '0001 rd:4 rs:4 rt;4', '0001 rd:4 rs:4 '.length],
    ['an exception when it is loaded', 'export default', 'null.x; export default', 'null.x; export', 'null.'.length],
  ])('%s is shown in its line, without colours', async (what, right, wrong, text, column) => {
    const path = join(scratch(), `tiny-${what.replaceAll(' ', '-')}.mjs`);
    writeFileSync(path, readFileSync(good, 'utf8').replace(right, wrong));
    const line =
      readFileSync(path, 'utf8')
        .split('\n')
        .findIndex((one) => one.includes(text)) + 1;
    const { status, stderr } = await cli(['check', path], '', { cwd: scratch() });
    expect(status).toBe(1);
    expect(stderr).toMatch(new RegExp(`^error: tiny-[\\w-]+\\.mjs:${line}:`));
    const [, shown, caret] = stderr.split('\n');
    expect(shown).toContain(text);
    expect(caret.indexOf('^')).toBe(shown.indexOf(text) + column);
    expect(stderr).not.toContain('\x1b');
    expect(stderr).not.toContain('data:');
  });
});

describe('the installed command', () => {
  test('works through a symbolic link, as npm installs it', async () => {
    const link = join(ROOT, 'node_modules/.bin/pydgin-ts');
    if (!existsSync(link)) return; // not installed: npx runs bin/ of this checkout itself
    expect(execFileSync(link, ['--version'], { encoding: 'utf8' })).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('runs a program from any directory', async () => {
    const path = join(scratch(), 'copy.elf');
    copyFileSync(join(ROOT, program('hello')), path);
    expect((await cli(['run', 'arm', 'copy.elf'], '', { cwd: scratch() })).stdout).toBe('Hello, world!\n');
  });
});
