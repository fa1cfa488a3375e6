// Programs that rewrite their code a thousand times, on every engine: with the announcement that Linux demands, and without
// it where `smc: 'all'` is asked for. Expected sums are worked out from what the code says; words are GNU as's.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { node_host } from '../src/host/node.js';
import { load_isa } from '../src/load-isa/index.js';
import { type Outcome, Simulator, type SimulatorOptions } from '../src/simulator.js';
import { type Engine, engines, interpreter } from './conformance/engines.js';
import { run_to_end } from './conformance/programs.js';
import { make_elf } from './support/make-elf.js';

const ROUNDS = 1000;
const R_W_X = 7;
const CODE = 0x8000;

/** A thousand rounds: rewrite the functions at r5 and r6, then call both twelve times, and add up what they return. */
const ARM_FUNCTIONS = [
  0xe3a08000, // mov r8, #0
  0xe3a09000, // mov r9, #0
  0xe59f106c, // round: ldr r1, [pc, #108]
  0xe20920ff, // and r2, r9, #255
  0xe1811002, // orr r1, r1, r2
  0xe5851000, // str r1, [r5]
  0xe5c62001, // strb r2, [r6, #1]; not what is executed: changed again below
  0xe5c69000, // strb r9, [r6]
  0xe3a01000, // mov r1, #0
  0xe5c61001, // strb r1, [r6, #1]
  0xe1a00005, // mov r0, r5
  0xe2851008, // add r1, r5, #8
  0xe3a02000, // mov r2, #0
  0xef9f0002, // svc 0x009f0002: cacheflush
  0xe1a00006, // mov r0, r6
  0xe2861008, // add r1, r6, #8
  0xef9f0002, // svc 0x009f0002
  0xe3a0700c, // mov r7, #12
  0xe1a0e00f, // call: mov lr, pc
  0xe12fff15, // bx r5
  0xe0888000, // add r8, r8, r0
  0xe1a0e00f, // mov lr, pc
  0xe12fff16, // bx r6
  0xe0888400, // add r8, r8, r0, lsl #8
  0xe2577001, // subs r7, r7, #1
  0x1afffff7, // bne call
  0xe2899001, // add r9, r9, #1
  0xe3590ffa, // cmp r9, #1000
  0x3affffe4, // bcc round
  0xe3a00000, // mov r0, #0
  0xef900001, // svc 0x00900001: exit
  0xe3a00000, // mov r0, #0
];
const ARM_FUNCTION = [0xe3a00000, 0xe12fff1e]; // mov r0, #0; bx lr

/** A thousand rounds: rewrites the instructions that follow, two with one store; adds up what the second one moves. */
const ARM_NEXT = [
  0xe3a08000, // mov r8, #0
  0xe3a09000, // mov r9, #0
  0xe28f3028, // round: add r3, pc, #40
  0xe3a0a4e3, // mov sl, #-486539264
  0xe38aa60a, // orr sl, sl, #10485760
  0xe20920ff, // and r2, r9, #255
  0xe18aa002, // orr sl, sl, r2
  0xe28ab001, // add fp, sl, #1
  0xe8830c00, // stm r3, {sl, fp}
  0xe1a00003, // mov r0, r3
  0xe2831008, // add r1, r3, #8
  0xe3a02000, // mov r2, #0
  0xe3a0c000, // mov ip, #0
  0xef9f0002, // svc 0x009f0002: cacheflush
  0xe3a00007, // mov r0, #7: rewritten
  0xe3a00007, // mov r0, #7: rewritten
  0xe0888000, // add r8, r8, r0
  0xe2899001, // add r9, r9, #1
  0xe3590ffa, // cmp r9, #1000
  0x3affffed, // bcc round
  0xe3a00000, // mov r0, #0
  0xef900001, // svc 0x00900001: exit
];

/** A thousand rounds: rewrites the function at s2, a word and a byte, then calls it twelve times. */
const MIPS_FUNCTION_CALLS = [
  0x00008025, // move s0,zero
  0x00008825, // move s1,zero
  0x3c082402, // round: lui t0,0x2402
  0x322900ff, // andi t1,s1,0xff
  0x01094025, // or t0,t0,t1
  0xae480000, // sw t0,0(s2)
  0xa2490007, // sb t1,7(s2)
  0x02402025, // move a0,s2
  0x24050010, // li a1,16
  0x24060003, // li a2,3
  0x24021033, // li v0,4147: cacheflush
  0x0000000c, // syscall
  0x2413000c, // li s3,12
  0x0240f809, // call: jalr s2
  0x00000000, // nop
  0x2673ffff, // addiu s3,s3,-1
  0x1660fffc, // bnez s3,call
  0x02028021, // addu s0,s0,v0
  0x26310001, // addiu s1,s1,1
  0x2a2803e8, // slti t0,s1,1000
  0x1500ffed, // bnez t0,round
  0x00000000, // nop
  0x00002025, // move a0,zero
  0x24020fa1, // li v0,4001: exit
  0x0000000c, // syscall
];
/** The same, writing both words as one double. */
const MIPS_FUNCTION_CALLS_DOUBLE = MIPS_FUNCTION_CALLS.toSpliced(
  5,
  2,
  0x3c0a2442, // lui t2,0x2442
  0x01495025, // or t2,t2,t1
  0x44880800, // mtc1 t0,$f1
  0x448a0000, // mtc1 t2,$f0
  0xf6400000, // sdc1 $f0,0(s2)
).with(-5, 0x1500ffea); // bnez t0,round
const MIPS_FUNCTION = [0x24020000, 0x24420000, 0x03e00008, 0]; // li v0,0; addiu v0,v0,0; jr ra; nop

/**
 * Fills a table at 0x20000 with the addresses of two thousand functions, and calls them in a loop at 0xc004: in most places the one at
 * 0x9000, first and last the one at 0xa000, shortly before the end one at 0xb000 that rewrites the instruction it returns to.
 */
const ARM_TABLE = [
  0xe59f4038, // ldr r4, [pc, #56]
  0xe59f0038, // ldr r0, [pc, #56]
  0xe1a01004, // mov r1, r4
  0xe3a02e7d, // mov r2, #2000
  0xe4810004, // str r0, [r1], #4
  0xe2522001, // subs r2, r2, #1
  0x1afffffc, // bne 8010
  0xe59f0024, // ldr r0, [pc, #36]
  0xe5840000, // str r0, [r4]
  0xe59f1020, // ldr r1, [pc, #32]
  0xe59f3020, // ldr r3, [pc, #32]
  0xe5813000, // str r3, [r1]
  0xe581000c, // str r0, [r1, #12]
  0xe59f5018, // ldr r5, [pc, #24]
  0xe3a06000, // mov r6, #0
  0xea000ff0, // b c004
  0x00020000, // .word 0x00020000
  0x00009000, // .word 0x00009000
  0x0000a000, // .word 0x0000a000
  0x00021f30, // .word 0x00021f30
  0x0000b000, // .word 0x0000b000
  0x00021f40, // .word 0x00021f40
];
const ARM_RETURN = [0xe12fff1e]; // bx lr
const ARM_REWRITES_ITS_RETURN = [
  0xe59f0018, // ldr r0, [pc, #24]
  0xe59f1010, // ldr r1, [pc, #16]
  0xe5801000, // str r1, [r0]
  0xe2801004, // add r1, r0, #4
  0xe3a02000, // mov r2, #0
  0xef9f0002, // svc 0x009f0002
  0xe12fff1e, // bx lr
  0xe2866032, // add r6, r6, #50
  0x0000c00c, // .word 0x0000c00c
];
const ARM_CALLS = [
  0xe5943000, // ldr r3, [r4]
  0xe12fff33, // blx r3
  0xe2866001, // add r6, r6, #1
  0xe2844004, // add r4, r4, #4
  0xe1540005, // cmp r4, r5
  0x1afffff9, // bne c004
  0xe3a00000, // mov r0, #0
  0xef900001, // svc 0x00900001
];
const MIPS_TABLE = [
  0x3c100002, // lui s0,0x2
  0x26100000, // addiu s0,s0,0
  0x3c080001, // lui t0,0x1
  0x25089000, // addiu t0,t0,-28672
  0x02004825, // move t1,s0
  0x240a07d0, // li t2,2000
  0xad280000, // sw t0,0(t1)
  0x254affff, // addiu t2,t2,-1
  0x1540fffd, // bnez t2,8018
  0x25290004, // addiu t1,t1,4
  0x3c080001, // lui t0,0x1
  0x2508a000, // addiu t0,t0,-24576
  0xae080000, // sw t0,0(s0)
  0x3c090002, // lui t1,0x2
  0x25291f30, // addiu t1,t1,7984
  0x3c0b0001, // lui t3,0x1
  0x256bb000, // addiu t3,t3,-20480
  0xad2b0000, // sw t3,0(t1)
  0xad28000c, // sw t0,12(t1)
  0x3c110002, // lui s1,0x2
  0x26311f40, // addiu s1,s1,8000
  0x00009025, // move s2,zero
  0x3c190001, // lui t9,0x1
  0x2739c004, // addiu t9,t9,-16380
  0x03200008, // jr t9
  0x00000000, // nop
];
const MIPS_RETURN = [0x03e00008, 0]; // jr ra; nop
const MIPS_REWRITES_ITS_RETURN = [
  0x3c080001, // lui t0,0x1
  0x2508c010, // addiu t0,t0,-16368
  0x3c090001, // lui t1,0x1
  0x2529b034, // addiu t1,t1,-20428
  0x8d290000, // lw t1,0(t1)
  0xad090000, // sw t1,0(t0)
  0x01002025, // move a0,t0
  0x24050004, // li a1,4
  0x24060003, // li a2,3
  0x24021033, // li v0,4147
  0x0000000c, // syscall
  0x03e00008, // jr ra
  0x00000000, // nop
  0x26520032, // addiu s2,s2,50
];
const MIPS_CALLS = [
  0x8e190000, // lw t9,0(s0)
  0x0320f809, // jalr t9
  0x00000000, // nop
  0x26520001, // addiu s2,s2,1
  0x26100004, // addiu s0,s0,4
  0x1611fffa, // bne s0,s1,c004
  0x00000000, // nop
  0x00002025, // move a0,zero
  0x24020fa1, // li v0,4001
  0x0000000c, // syscall
];

interface Program {
  name: string;
  isa: string;
  code: readonly number[];
  /** The first of these instructions, by index, announces; without an announcement it is a nop. */
  announcements: readonly number[];
  nop: number;
  /** Register that holds an address → what is there. */
  functions: Record<string, { at: number; code: readonly number[]; announcement?: number }>;
  sum: { register: string; value: number };
}

/**
 * Forty turns through code at `first` that sets flags, and `tail` that first overwrites them, then, in the second round, adds
 * up whether Z is set.
 */
const ARM_FLAGS = [
  0xe3a08000, // mov r8, #0
  0xe3a09000, // mov r9, #0
  0xe3a03028, // round: mov r3, #40
  0xe3a00000, // call: mov r0, #0
  0xea000010, // b first
  0xe0888000, // back: add r8, r8, r0
  0xe2533001, // subs r3, r3, #1
  0x1afffffa, // bne call
  0xe2899001, // add r9, r9, #1
  0xe3590002, // cmp r9, #2
  0x0a000007, // beq done
  0xe28f1048, // add r1, pc, #72
  0xe59f201c, // ldr r2, [pc, #28]
  0xe5812000, // str r2, [r1]
  0xe1a00001, // mov r0, r1
  0xe2811004, // add r1, r1, #4
  0xe3a02000, // mov r2, #0
  0xef9f0002, // svc 0x009f0002: cacheflush
  0xeaffffee, // b round
  0xe3a00000, // done: mov r0, #0
  0xef900001, // svc 0x00900001: exit
  0x03a00001, // moveq r0, #1
  0xe1b04f83, // first: lsls r4, r3, #31
  ...Array<number>(7).fill(0xe2866001), // add r6, r6, #1
  0xeaffffff, // b tail
  0xe3500005, // tail: cmp r0, #5; then moveq r0, #1
  0xe2866001, // add r6, r6, #1
  0xeaffffe2, // b back
];

const sum_of = (term: (n: number) => number): number =>
  Array.from({ length: ROUNDS }, (_, n) => term(n & 255)).reduce((sum, value) => sum + value, 0) >>> 0;
const arm_functions = (name: string, r5: number, r6: number): Program => ({
  name,
  isa: 'armv5',
  code: ARM_FUNCTIONS,
  announcements: [13, 16],
  nop: 0xe1a00000,
  functions: { r5: { at: r5, code: ARM_FUNCTION }, r6: { at: r6, code: ARM_FUNCTION } },
  sum: { register: 'r8', value: sum_of((n) => 12 * 257 * n) },
});
const programs: Program[] = [
  arm_functions('functions in pages of their own', 0x20000, 0x30000),
  arm_functions('two functions in a page', 0x20000, 0x20040),
  arm_functions('functions beside the code that rewrites them', 0x8100, 0x8120),
  arm_functions('functions across the end of a page', 0x20ffc, 0x30ffc),
  {
    name: 'the next instructions',
    isa: 'armv5',
    code: ARM_NEXT,
    announcements: [13],
    nop: 0xe1a00000,
    functions: {},
    // mov r0, #255 plus 1 is mov r0, #0 with a rotation.
    sum: { register: 'r8', value: sum_of((n) => (n + 1) & 255) },
  },
  {
    name: 'code that overwrites flags comes to read them',
    isa: 'armv5',
    code: ARM_FLAGS,
    announcements: [17],
    nop: 0xe1a00000,
    functions: {},
    sum: { register: 'r8', value: 20 },
  },
  {
    name: 'a function on MIPS',
    isa: 'mips',
    code: MIPS_FUNCTION_CALLS,
    announcements: [11],
    nop: 0,
    functions: { s2: { at: 0x20000, code: MIPS_FUNCTION } },
    sum: { register: 's0', value: sum_of((n) => 12 * 2 * n) },
  },
  {
    name: 'a function on MIPS, written as a double',
    isa: 'mips',
    code: MIPS_FUNCTION_CALLS_DOUBLE,
    announcements: [14],
    nop: 0,
    functions: { s2: { at: 0x20000, code: MIPS_FUNCTION } },
    sum: { register: 's0', value: sum_of((n) => 12 * 2 * n) },
  },
  {
    name: 'a function rewrites where it returns to, and another, seldom called one returns there',
    isa: 'armv5',
    code: ARM_TABLE,
    announcements: [],
    nop: 0xe1a00000,
    functions: {
      r8: { at: 0x9000, code: ARM_RETURN },
      r9: { at: 0xa000, code: ARM_RETURN },
      r10: { at: 0xb000, code: ARM_REWRITES_ITS_RETURN, announcement: 5 },
      r11: { at: 0xc004, code: ARM_CALLS },
      r12: { at: 0x20000, code: Array<number>(2000).fill(0) },
    },
    sum: { register: 'r6', value: 1996 + 4 * 50 },
  },
  {
    name: 'a function rewrites where it returns to on MIPS',
    isa: 'mips',
    code: MIPS_TABLE,
    announcements: [],
    nop: 0,
    functions: {
      s3: { at: 0x9000, code: MIPS_RETURN },
      s4: { at: 0xa000, code: MIPS_RETURN },
      s5: { at: 0xb000, code: MIPS_REWRITES_ITS_RETURN, announcement: 10 },
      s6: { at: 0xc004, code: MIPS_CALLS },
      s7: { at: 0x20000, code: Array<number>(2000).fill(0) },
    },
    sum: { register: 's2', value: 1996 + 4 * 50 },
  },
];

interface Run {
  outcome: Outcome;
  sum: number;
  executed: number;
}

async function run(program: Program, announces: boolean, engine: Engine, smc: SimulatorOptions['smc']): Promise<Run> {
  const loaded = await load_isa(program.isa);
  const little = loaded.isa.abi.endianness === 'little';
  const pieces = [
    { at: CODE, code: program.code, announcements: program.announcements },
    ...Object.values(program.functions).map((one) => ({ announcements: [one.announcement], ...one })),
  ];
  const segments = pieces.map(({ at, code, announcements }) => {
    const words = code.map((word, n) => (announces || !announcements.includes(n) ? word : program.nop));
    const data = new Uint8Array(words.length * 4);
    for (const [n, word] of words.entries()) new DataView(data.buffer).setUint32(4 * n, word, little);
    return { address: at, data, flags: R_W_X };
  });
  segments.sort((a, b) => a.address - b.address);
  const { endianness, elf_machine: machine } = loaded.isa.abi;
  const { bytes } = make_elf({ endianness, machine, flags: 0x1000, entry: CODE, segments });
  const host = node_host({ directories: [] });
  const simulator = new Simulator(loaded, bytes, {
    argv: ['smc'],
    host,
    jit: engine.jit,
    optimiser: engine.optimiser?.(),
    smc,
  });
  for (const [register, { at }] of Object.entries(program.functions)) simulator.set_register(register, at);
  const outcome = run_to_end(simulator, engine);
  return { outcome, sum: simulator.register(program.sum.register), executed: simulator.executed };
}

/** The interpreter, the JIT, and for some an unusual engine; all of them with CONFORMANCE=all. */
const UNUSUAL: Record<string, string> = {
  'two functions in a page': 'JIT from the first jump on',
  'the next instructions': 'JIT with blocks of 3 and regions of 8 instructions',
  'code that overwrites flags comes to read them': 'JIT of small regions whose surroundings have run',
  'a function on MIPS': 'JIT that leaves its code after 50 instructions',
};
/** Code that runs so long is compiled once more, with calls. */
const OPTIMISING = { name: 'JIT that leaves its code after 900 instructions', jit: { slice: 900 } };
const engines_of = (program: string) =>
  [...engines, OPTIMISING].filter(
    ({ name }, n) =>
      n < 2 ||
      name === UNUSUAL[program] ||
      (name === OPTIMISING.name && program.includes('rewrites')) ||
      process.env.CONFORMANCE === 'all',
  );

describe.each(programs.map((program) => ({ name: program.name, program, engines: engines_of(program.name) })))(
  '$name',
  ({ program, engines }) => {
    const reference = {
      announced: run(program, true, interpreter, 'announced'),
      silent: run(program, false, interpreter, 'all'),
    };

    test.each(engines)('announced: $name', async (engine) => {
      const { outcome, sum, executed } = await run(program, true, engine, 'announced');
      expect(outcome).toEqual({ kind: 'exit', status: 0 });
      expect(sum).toBe(program.sum.value);
      expect(executed).toBe((await reference.announced).executed);
    });
    test.each(engines)('not announced: $name', async (engine) => {
      const { outcome, sum, executed } = await run(program, false, engine, 'all');
      expect(outcome).toEqual({ kind: 'exit', status: 0 });
      expect(sum).toBe(program.sum.value);
      expect(executed).toBe((await reference.silent).executed);
    });
    test('goes wrong without announcement if that is not asked for', async () => {
      expect((await run(program, false, interpreter, 'announced')).sum).not.toBe(program.sum.value);
    });
  },
);

test('a run may end right behind rewritten code, while the interpreter executes its last instructions', async () => {
  const loaded = await load_isa('arm');
  const elf = readFileSync(new URL('../test-binaries/selfmod.elf', import.meta.url));
  for (let limit = 20_000; limit < 21_000; limit += 61) {
    const simulator = new Simulator(loaded, elf, {
      argv: ['selfmod'],
      host: node_host({ directories: [] }),
      jit: { threshold: 1, compile_share: Number.POSITIVE_INFINITY },
    });
    expect(simulator.run(limit)).toEqual({ kind: 'limit' });
    expect(simulator.executed).toBe(limit);
  }
});
