// Runs the built command line (bin/pydgin-ts.js on dist/) as its users do, and makes tiny ARM programs for it.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { make_elf } from '../support/make-elf.js';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Another build than the checkout's can be tested. */
const BIN = process.env.PYDGIN_TS_BIN ?? join(ROOT, 'bin/pydgin-ts.js');

export interface Ended {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface StartOptions {
  cwd?: string;
  env?: Record<string, string>;
}

/** Starts a command and leaves it running. */
export function start(args: readonly string[], options: StartOptions = {}): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [BIN, ...args], {
    cwd: options.cwd ?? ROOT,
    env: { PATH: process.env.PATH, ...options.env },
  });
}

/** Waits for the end. */
export function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('latin1').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  return new Promise((resolve) => {
    child.on('close', (status, signal) => resolve({ status, signal, stdout, stderr }));
  });
}

/** Runs a command to its end with this standard input. */
export function cli(args: readonly string[], stdin = '', options: StartOptions = {}): Promise<Ended> {
  const child = start(args, options);
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  return ended(child);
}

export const program = (name: string): string => `test-binaries/${name}.elf`;

let folder: string | undefined;

/** A folder of this test run's own. */
export function scratch(): string {
  return (folder ??= mkdtempSync(join(tmpdir(), 'pydgin-ts-cli-')));
}

/** Writes an ARM program of these words, at 0x8000, and returns its path. */
export function arm_program(name: string, words: readonly number[]): string {
  const data = new Uint8Array(words.length * 4);
  const view = new DataView(data.buffer);
  for (const [n, word] of words.entries()) view.setUint32(n * 4, word, true);
  const { bytes } = make_elf({
    machine: 40,
    flags: 0x05000000,
    entry: 0x8000,
    segments: [{ address: 0x8000, data, flags: 5 }],
    symbols: [{ name: '_start', value: 0x8000, size: data.length, type: 2 }],
  });
  const path = join(scratch(), `${name}.elf`);
  writeFileSync(path, bytes);
  return path;
}

/** ARM instructions, encoded by hand after ARM DDI 0100I. */
export const ARM = {
  nop: 0xe1a00000, // mov r0, r0 (A4.1.35)
  branch_to_itself: 0xeafffffe, // b . (A4.1.5)
  mov_r0: (value: number) => (0xe3a00000 | value) >>> 0,
  mov_r1: (value: number) => (0xe3a01000 | value) >>> 0,
  mov_r2: (value: number) => (0xe3a02000 | value) >>> 0,
  mov_r1_sp: 0xe1a0100d,
  mov_r7: (value: number) => (0xe3a07000 | value) >>> 0,
  svc_0: 0xef000000,
  ldr_r0_r1: 0xe5910000, // ldr r0, [r1]
  undefined: 0xe7f000f0, // A3.16.5: always undefined
  bkpt: 0xe1200070,
} as const;

/** exit(status) by the Linux EABI: number 1 in r7. */
export const exit_words = (status: number): number[] => [ARM.mov_r0(status), ARM.mov_r7(1), ARM.svc_0];
