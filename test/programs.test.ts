// Every program of test-binaries on every engine, compared with what qemu-arm recorded in the manifest. What a simulator
// alone can tell, the number of instructions and the final registers, is the same on all engines.

import { describe, expect, test } from 'vitest';
import { compiled_engines, type Engine, interpreter } from './conformance/engines.js';
import { expected, type Inside, program_runs, type Run, run_program, type Seen } from './conformance/programs.js';

/** CONFORMANCE=all runs everything on every engine; that takes half an hour. Without it each program gets a share of them. */
const ALL = process.env.CONFORMANCE === 'all';

/** Data accesses outside of what is mapped, which only the checking mode sees (--memcheck). */
const NEED_MEMCHECK = /^faults (null-read|null-write|unmapped-read|text-write)$/;
/** Counts and registers depend on clocks, or on when the simulator looks at the stack pointer or the alarm. */
const TIME_DEPENDENT = /^(times|faults overflow|fault_handlers)$/;
/** 280 million instructions. */
const VERY_LONG = /malloc_heavy$/;
/** Run by compiled engines other than the default one: what exercises the machine rather than the C library. */
const OF_THE_MACHINE =
  /^(insn_|interwork|selfmod|coroutines|setjmp|recursion|signals handled|pointers|bigswitch|varargs|unaligned|int64|syscalls_|semi_ops(_thumb)?$|thumb_(program|as_arm)|kuser|eabi_hello|divzero|exit_order nested|faults )/;
/** More than a million instructions: too many for engines that leave compiled code all the time. */
const LONG = /^(int64|recursion|setjmp|coroutines|selfmod|interwork)/;

const runs = program_runs();
const of_the_machine = runs.map(({ name }) => name).filter((name) => OF_THE_MACHINE.test(name));

function wanted({ name }: Run, engine: Engine): boolean {
  if (NEED_MEMCHECK.test(name)) return engine === interpreter;
  if (ALL) return true;
  if (VERY_LONG.test(name)) return engine.name === 'JIT';
  if (engine === interpreter || engine.name === 'JIT') return true;
  if (!OF_THE_MACHINE.test(name) || (engine.slow && LONG.test(name))) return false;
  return (of_the_machine.indexOf(name) + compiled_engines.indexOf(engine)) % 4 === 0;
}

const references = new Map<string, Seen & Inside>();

/** The interpreter's result. */
function reference(run: Run): Seen & Inside {
  let result = references.get(run.name);
  if (result === undefined) {
    result = run_program(run, interpreter, NEED_MEMCHECK.test(run.name));
    references.set(run.name, result);
  }
  return result;
}

describe('interpreter', () => {
  test.each(runs.filter((run) => wanted(run, interpreter)))('$name', (run) =>
    expect(reference(run)).toMatchObject(expected(run)),
  );
});

describe.each(compiled_engines)('$name', (engine) => {
  test.each(runs.filter((run) => wanted(run, engine)))('$name', (run) => {
    const result = run_program(run, engine);
    expect(result).toMatchObject(expected(run));
    if (!TIME_DEPENDENT.test(run.name) && wanted(run, interpreter)) expect(result).toEqual(reference(run));
  });
});
