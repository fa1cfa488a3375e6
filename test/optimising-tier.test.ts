// The second tier: binaryen's output instead of ours, in the middle of a run. Results, counts and registers are those of
// the interpreter; with the thread as with an optimiser that answers at once.

import { expect, test } from 'vitest';
import { cli } from './cli/support.js';
import { compiled_engines, interpreter } from './conformance/engines.js';
import { kernel_runs, run_program } from './conformance/programs.js';

const engine = compiled_engines.find(({ optimiser }) => optimiser !== undefined)!;

test.each([
  ['fib', '10'],
  ['vm', '4'],
])('%s is the same with all of its code optimised', (name, size) => {
  const run = { ...kernel_runs().find((kernel) => kernel.name === name)!, args: [size] };
  expect(run_program(run, engine)).toEqual(run_program(run, interpreter));
});

test('--jit tiers=2 optimises in a thread while the program runs', async () => {
  const kernel = kernel_runs().find(({ name }) => name === 'sieve')!;
  const options = ['--stats=json', '--jit', 'tiers=2,optimise_after=2'];
  const { status, stdout, stderr } = await cli(['run', ...options, 'arm', kernel.elf, '8000']);
  expect(status).toBe(0);
  const plain = await cli(['run', '--stats=json', 'arm', kernel.elf, '8000']);
  expect(stdout).toBe(plain.stdout);
  const figures = JSON.parse(stderr);
  expect(figures.instructions).toBe(JSON.parse(plain.stderr).instructions);
  expect(figures.jit.second_tier).toBeGreaterThan(0);
  expect(JSON.parse(plain.stderr).jit.second_tier).toBe(0);
});
