// Runs a program of a manifest (test-binaries/README.md, spec-bench/kernels/README.md) on an engine, in an empty folder and
// with nothing but the manifest's environment and input. Out: all that can be compared.

import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { node_host } from '../../src/host/node.js';
import { InputStream, OutputStream } from '../../src/host/streams.js';
import { load_isa } from '../../src/load-isa/index.js';
import { SIGNALS } from '../../src/machine/fault.js';
import { type Outcome, Simulator } from '../../src/simulator.js';
import type { Engine } from './engines.js';

/** A run as a manifest describes it. */
export interface Run {
  name: string;
  /** Path of the program, below the manifest's folder. */
  elf: string;
  args: string[];
  env?: Record<string, string>;
  stdin?: string;
  stdinBase64?: string;
  /** Files that are there before: name → text. */
  inputs?: Record<string, string>;
  exit: number;
  stdout?: string;
  stdoutBase64?: string;
  stdoutBytes?: number;
  stdoutSha256?: string;
  stderr?: string;
  /** Files that the program leaves. */
  files?: Record<string, string>;
  note?: string;
}

/** What the world sees of a run. */
export interface Seen {
  exit: number;
  /** As text, or where the manifest holds only that, size and digest. */
  stdout: string;
  files: Record<string, string>;
}

/** What only a simulator can tell. */
export interface Inside {
  executed: number;
  registers: Record<string, number>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const folders = { programs: join(root, 'test-binaries'), kernels: join(root, 'spec-bench/kernels') };

/** All runs of test-binaries/manifest.json. */
export function program_runs(): Run[] {
  const { programs } = JSON.parse(readFileSync(join(folders.programs, 'manifest.json'), 'utf8')) as { programs: Run[] };
  return programs.map((run) => ({ ...run, elf: join(folders.programs, run.elf) }));
}

/** The kernels for ARM at size `test`. */
export function kernel_runs(): Run[] {
  const { kernels } = JSON.parse(readFileSync(join(folders.kernels, 'manifest.json'), 'utf8')) as {
    kernels: {
      name: string;
      elf: { arm: string };
      sizes: { test: { args: string[]; exit: number; stdout: string } };
    }[];
  };
  return kernels.map(({ name, elf, sizes }) => ({ name, elf: join(folders.kernels, elf.arm), ...sizes.test }));
}

/** What the manifest says must be seen. */
export function expected(run: Run): Seen {
  const stdout = run.stdoutBase64 ? Buffer.from(run.stdoutBase64, 'base64') : Buffer.from(run.stdout ?? '');
  return {
    exit: run.exit,
    stdout: run.stdoutSha256 ? `${run.stdoutBytes} bytes, SHA-256 ${run.stdoutSha256}` : printable(stdout),
    files: { ...run.inputs, ...run.files },
  };
}

/** Text stays text; each byte that is none of UTF-8 becomes visible, so that any difference is seen. */
function printable(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : Buffer.from(bytes).toString('hex');
}

const isa = await load_isa('armv5');

/** Runs a program to its end. `memcheck` needs the interpreter. */
export function run_program(run: Run, engine: Engine, memcheck = false): Seen & Inside {
  const folder = mkdtempSync(join(tmpdir(), 'pydgin-ts-'));
  try {
    for (const [name, text] of Object.entries(run.inputs ?? {})) writeFileSync(join(folder, name), text);
    const stdin = run.stdinBase64 ? Buffer.from(run.stdinBase64, 'base64') : (run.stdin ?? '');
    const stdout = new OutputStream();
    const simulator = new Simulator(isa, readFileSync(run.elf), {
      argv: [run.elf, ...run.args],
      env: Object.entries(run.env ?? {}).map(([name, value]) => `${name}=${value}`),
      host: node_host({ directories: [folder], stdio: [new InputStream(stdin), stdout, new OutputStream()] }),
      jit: engine.jit,
      block_heat: engine.block_heat,
      optimiser: engine.optimiser?.(),
      memcheck,
    });
    engine.begin?.(simulator);
    const exit = exit_status(run_to_end(simulator, engine));
    engine.end?.(simulator);
    const { bytes } = stdout;
    const digest = () => `${bytes.length} bytes, SHA-256 ${createHash('sha256').update(bytes).digest('hex')}`;
    return {
      exit,
      stdout: run.stdoutSha256 ? digest() : printable(bytes),
      files: Object.fromEntries(
        readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const),
      ),
      executed: simulator.executed,
      registers: registers(simulator),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs until the program ends, in the engine's pieces. */
export function run_to_end(simulator: Simulator, { pieces }: Engine): Outcome {
  for (;;) {
    const outcome = simulator.run(pieces?.());
    if (outcome.kind !== 'limit') return outcome;
  }
}

/** The status that a shell shows. */
export function exit_status(outcome: Outcome): number {
  if (outcome.kind === 'exit') return outcome.status;
  if (outcome.kind === 'fault') return 128 + SIGNALS[outcome.fault.signal];
  throw new Error('the program has not ended');
}

/** All registers and flags by name. */
export function registers({ layout, memory }: Simulator): Record<string, number> {
  return Object.fromEntries(layout.named.map(({ name, slot }) => [name, memory.u32[slot]]));
}
