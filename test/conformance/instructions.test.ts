// Every encoding, compiled and interpreted, from random words and states: all registers, all flags, all memory and the
// number of instructions are the same. A failing case is shrunk to its simplest form.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { check_isa } from '../../src/check-isa.js';
import { load_isa } from '../../src/load-isa/index.js';
import { type CodeShape, InstructionTester } from './instructions.js';

const machines: { isa: string; shape: CodeShape; always_interpreted?: Record<string, string[]> }[] = [
  {
    isa: 'armv5',
    shape: {
      // ldr pc, [pc, #-4]
      trampoline: (address) => [0xe51ff004, address],
      loop: (set, count) =>
        set === 0 ? (0xea000000 | ((-count - 2) & 0xffffff)) >>> 0 : 0xe000 | ((-count - 2) & 0x7ff),
      usual: { cond: 0xe },
    },
    // All of these are an exception: software interrupt, breakpoint, undefined. Of ARM's a conditional one whose condition
    // fails is compiled: then it does nothing.
    always_interpreted: { arm: [], thumb: ['swi', 'bkpt', 'udf'] },
  },
  ...['mips', 'mipsel'].map((isa) => ({
    isa,
    shape: {
      // j address; nop
      trampoline: (address: number) => [(0x08000000 | (address >>> 2)) >>> 0, 0],
      // b loop
      loop: (_: number, count: number) => (0x10000000 | ((-count - 1) & 0xffff)) >>> 0,
      // Doubles are in pairs, and their addresses multiples of 8.
      usual: { fs: 2, ft: 4, fr: 8, fd: 6, base: 20, offset: 16 },
      usual_registers: {
        ...{ rounding: 0, flush: 0, enables: 0, s4: 0x0030_0100 },
        // Singles, and as pairs doubles; test/conformance/floats.test.ts has the unusual ones.
        ...{ f2: 0x40490fdb, f3: 0x40091eb8, f4: 0xc2c80000, f5: 0x3ff00000, f8: 0x3f800000, f9: 0xc0590000 },
      },
      // Zero, one, some other singles and upper halves of doubles, infinities and the smallest of both formats.
      words: [
        0, 0x3f800000, 0x40490fdb, 0xc2c80000, 0x3ff00000, 0x40091eb8, 0xc0590000, 0x7f800000, 0x7ff00000, 0x00100000,
      ],
    },
    // Exceptions (a trap's condition may hold in all of a few cases), system calls and the announcement of new code.
    always_interpreted: {
      mips32: 'break syscall synci tge tgeu tlt tltu teq tne tgei tgeiu tlti tltiu teqi tnei'.split(' '),
    },
  })),
];

/** FUZZ_RUNS=1000 npx vitest run test/conformance/instructions.test.ts looks longer. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 8);
const SEED = Number(process.env.FUZZ_SEED ?? 1);

for (const { isa, shape, always_interpreted } of machines) {
  const loaded = await load_isa(isa);
  const tester = new InstructionTester(loaded, shape);
  describe.each(tester.isa.instruction_sets.map(({ name }, set) => ({ name: `${isa}: ${name}`, set })))(
    '$name',
    ({ set }) => {
      const rows = tester.rows[set].map((row) => ({ row, title: `${row.name} ${row.text}` }));
      /** How many of each encoding's instructions ran as compiled code. */
      const compiled = new Map(rows.map(({ row }) => [row.index, 0]));

      function holds(row: (typeof rows)[number]['row'], length: { min: number; max: number }) {
        fc.assert(
          fc.property(tester.cases_of(set, row, length), (one) => {
            // After one more turn of whatever loop there is: then dead slots have their values (src/jit/ir/region.ts).
            const more = length.max > 1 ? one.words.length + 1 + tester.isa.delay_slots : 0;
            const result = tester.compare(set, one, more);
            if (result === undefined) return;
            if (length.max === 1) compiled.set(row.index, compiled.get(row.index)! + result.compiled);
            expect(result.found).toEqual(result.expected);
          }),
          { numRuns: RUNS, seed: SEED, reporter: report },
        );
      }
      test.each(rows)('$title', ({ row }) => holds(row, { min: 1, max: 1 }));
      test.each(rows)('$title among others', ({ row }) => holds(row, { min: 2, max: 5 }));

      const always = always_interpreted?.[tester.isa.instruction_sets[set].name];
      if (always)
        test('compiled code leaves nothing to the interpreter but what ends in an exception or a system call', () => {
          const never = rows.filter(({ row }) => compiled.get(row.index) === 0).map(({ row }) => row.name);
          expect(never.filter((name) => !always.includes(name))).toEqual([]);
        });
    },
  );
}

test.each(['armv5', 'mips', 'mipsel'])('every instruction of %s has an exact lowering', async (name) => {
  const { sets } = check_isa(await load_isa(name));
  expect(sets.flatMap(({ fallbacks }) => fallbacks)).toEqual([]);
});

const loaded = await load_isa('armv5');
const tester = new InstructionTester(loaded, machines[0].shape);

/** Registers of a case: these, and all others zero. */
function registers(values: Readonly<Record<string, number>>): number[] {
  return tester.layout.named
    .filter(({ name }) => name !== 'pc' && name !== tester.isa.selector)
    .map(({ name }) => values[name] ?? 0);
}

const nothing = registers({});

test('a flag that the next turn of a loop sets anew is right soon after compiled code has stopped between turns', () => {
  // loop: tst r0, #0 ; and r0, r0, #0 ; b loop
  const result = tester.compare(0, { words: [0xe3100000, 0xe2000000], loops: true, registers: nothing }, 3);
  expect(result?.found).toEqual(result?.expected);
});

test('a load from the last 4 KiB of the address space is a fault of the guest in compiled code', () => {
  // ldr r0, [r1]
  const high = registers({ r1: 0xfffffffc });
  expect(tester.faults(0, { words: [0xe5910000], loops: false, registers: high })).toBe('SIGSEGV');
});

/** The shrunk case with words in hexadecimal, and what went wrong. */
function report<T>(details: fc.RunDetails<T>): void {
  if (!details.failed) return;
  const numbers = JSON.stringify(details.counterexample, (_, value) =>
    typeof value === 'number' ? `0x${value.toString(16)}` : value,
  );
  const { message } = details.errorInstance as Error;
  throw new Error(`seed ${details.seed}, after ${details.numRuns} cases: ${numbers}\n${message}`);
}
