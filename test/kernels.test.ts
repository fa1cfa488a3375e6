// The kernels of spec-bench: at size test with the result that qemu-arm recorded, and, shorter, on other engines with the
// same output, number of instructions and registers.

import { describe, expect, test } from 'vitest';
import { compiled_engines, interpreter } from './conformance/engines.js';
import { expected, kernel_runs, run_program } from './conformance/programs.js';

const kernels = kernel_runs();

describe('at size test', () => {
  test.each(kernels)('$name', (run) => {
    expect(run_program(run, compiled_engines[0])).toMatchObject(expected(run));
  });
});

/** Iterations that make some ten to some hundred thousand instructions. */
const SHORT: Record<string, string> = {
  coremark_like: '2',
  dhry: '300',
  fib: '14',
  fsm: '1',
  list: '1',
  matmul: '1',
  nbody: '4',
  qsort: '1',
  sha256: '8',
  sieve: '1',
  strings: '1',
  vm: '4',
};

/** Each kernel runs on one of the engines that are not slow; on all of them with CONFORMANCE=all. */
const unusual = compiled_engines.slice(1).filter(({ slow }) => !slow);
const engines_of = (n: number) =>
  process.env.CONFORMANCE === 'all' ? compiled_engines : [unusual[n % unusual.length]];

describe('shorter, on other engines', () => {
  test.each(kernels.map((run, n) => ({ name: run.name, run, engines: engines_of(n) })))('$name', ({ run, engines }) => {
    const short = { ...run, args: [SHORT[run.name]] };
    const result = run_program(short, interpreter);
    expect(result.exit).toBe(0);
    for (const engine of engines) expect([engine.name, run_program(short, engine)]).toEqual([engine.name, result]);
  });
});
