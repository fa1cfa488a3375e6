// Ctrl-C, kill, and readers that go away.

import { describe, expect, test } from 'vitest';
import { ARM, arm_program, ended, exit_words, program, start } from './support.js';

const endless = arm_program('endless', [ARM.branch_to_itself]);
const endless_counting = arm_program('endless-counting', [
  0xe2800001, // add r0, r0, #1
  0xeafffffd, // b back
]);
/** write(1, sp, 1), then read(0, sp, 1), then exit(0). */
const read_words = [
  ...[ARM.mov_r0(1), ARM.mov_r1_sp, ARM.mov_r2(1), ARM.mov_r7(4), ARM.svc_0],
  ...[ARM.mov_r0(0), ARM.mov_r1_sp, ARM.mov_r2(1), ARM.mov_r7(3), ARM.svc_0],
  ...exit_words(0),
];
const reader = arm_program('reader', read_words);
/** The same after a million instructions. */
const late_reader = arm_program('late-reader', [
  0xe3a00702, // mov r0, #0x80000
  0xe2500001, // subs r0, r0, #1
  0x1afffffd, // bne back
  ...read_words,
]);
/** write(1, sp, 1), again and again. */
const writer = arm_program('writer', [
  ARM.mov_r0(1),
  ARM.mov_r1_sp,
  ARM.mov_r2(1),
  ARM.mov_r7(4),
  ARM.svc_0,
  0xeafffff9, // b to the beginning
]);

const first_output = (stream: NodeJS.ReadableStream) => new Promise((resolve) => stream.once('data', resolve));
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('Ctrl-C', () => {
  test.each([
    ['compiled code', endless_counting, []],
    ['a branch to itself', endless, []],
    ['the interpreter', endless_counting, ['--no-jit']],
    ['observed mode', endless_counting, ['--debug', 'bootstrap,rf:1000000000000', '--memcheck']],
  ])('in an endless loop in %s prints where and how far, and exits with 130', async (_, path, options) => {
    const child = start(['run', '--debug', 'bootstrap', ...options, 'arm', path]);
    const end = ended(child);
    await first_output(child.stderr);
    await wait(500);
    const pressed = Date.now();
    child.kill('SIGINT');
    const { status, stderr } = await end;
    expect(stderr).toMatch(/^pydgin-ts: interrupted after \d{4,} instructions at 0x0000800[04] <_start(\+0x4)?>\n$/m);
    expect(status).toBe(130);
    expect(Date.now() - pressed).toBeLessThan(2000);
  });

  test('statistics come nevertheless', async () => {
    const child = start(['run', '--debug', 'bootstrap', '--stats=json', 'arm', endless]);
    const end = ended(child);
    await first_output(child.stderr);
    await wait(300);
    child.kill('SIGINT');
    const { stderr } = await end;
    expect(JSON.parse(stderr.trim().split('\n').at(-1)!)).toMatchObject({ end: 'SIGINT', status: 130 });
  });

  test.each([
    ['at once', reader],
    ['after some time', late_reader],
  ])('kills a program that waits for input %s', async (_, path) => {
    const child = start(['run', '--no-jit', 'arm', path]);
    const end = ended(child);
    await first_output(child.stdout);
    await wait(300);
    child.kill('SIGINT');
    const { status, signal } = await end;
    expect(signal ?? status).toBe('SIGINT');
  });
});

test('SIGTERM ends with 143 and the place', async () => {
  const child = start(['run', '--debug', 'bootstrap', 'arm', endless]);
  const end = ended(child);
  await first_output(child.stderr);
  await wait(300);
  child.kill('SIGTERM');
  const { status, stderr } = await end;
  expect(stderr).toMatch(/^pydgin-ts: terminated after \d+ instructions at 0x00008000 <_start>\n$/m);
  expect(status).toBe(143);
});

describe('when the reader of our output goes away', () => {
  test('the simulated program gets SIGPIPE: status 141, no message of ours', async () => {
    const child = start(['run', 'arm', writer]);
    const end = ended(child);
    child.stdout.once('data', () => child.stdout.destroy());
    const { status, stderr } = await end;
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stderr).not.toContain('bug');
    expect(status).toBe(141);
  });

  test.each([['disasm', 'arm'], ['info']])('%s ends quietly with 141', async (...command) => {
    const child = start([...command, program('hello')]);
    const end = ended(child);
    child.stdout.destroy();
    const { status, stderr } = await end;
    expect(stderr).toBe('');
    expect(status).toBe(141);
  });

  test('a trace nobody reads does not disturb the program', async () => {
    const child = start(['run', '--debug', 'insts', 'arm', program('hello'), 'you']);
    const end = ended(child);
    child.stderr.destroy();
    const { status, stdout } = await end;
    expect(stdout).toBe('Hello, you!\n');
    expect(status).toBe(41);
  });
});
