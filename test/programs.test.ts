// Every program of test-binaries and every kernel on every engine, compared with what qemu-arm recorded in the manifests.
// What a simulator alone can tell, the number of instructions and the final registers, is the same on all engines.

import { describe, expect, test } from 'vitest';
import { compiled_engines, interpreter } from './conformance/engines.js';
import { expected, type Inside, kernel_runs, program_runs, run_program, type Seen } from './conformance/programs.js';

/** Data accesses outside of what is mapped, which only the checking mode sees (--memcheck). */
const NEED_MEMCHECK = /^faults (overflow|null-read|null-write|unmapped-read|text-write|data-run)$/;

const runs = program_runs();
const reference = new Map<string, Seen & Inside>();

describe('interpreter', () => {
  test.each(runs)('$name', (run) => {
    const result = run_program(run, interpreter, NEED_MEMCHECK.test(run.name));
    reference.set(run.name, result);
    expect(result).toMatchObject(expected(run));
  });
});

describe.each(compiled_engines)('$name', (engine) => {
  test.each(runs.filter(({ name }) => !NEED_MEMCHECK.test(name)))('$name', (run) => {
    const result = run_program(run, engine);
    expect(result).toMatchObject(expected(run));
    expect(result).toEqual(reference.get(run.name));
  });
});
