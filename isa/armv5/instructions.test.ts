// Instructions by examples: assembly and its encoding (from GNU as), registers and memory words before, and what is different
// after, worked out from ARM DDI 0100I. The instruction stands at 0x8000; whatever a row does not name is 0, or unchanged.

import { expect, test } from 'vitest';
import { Disassembler } from '../../src/disassembly.js';
import { make_instruction_factory } from '../../src/interp/instructions.js';
import { COLD, Interpreter } from '../../src/interp/interpreter.js';
import { GuestFault } from '../../src/machine/fault.js';
import { layout_state } from '../../src/machine/layout.js';
import { GuestMemory } from '../../src/machine/memory.js';
import { make_state } from '../../src/machine/state.js';
import isa from './index.js';

/** Registers and flags by name, memory words by address. */
type Values = Record<string | number, number>;
type Row = [assembly: string, word: number, before: Values, changes: Values];

const CODE = 0x8000;
const M = 0x2000_0000;

// biome-ignore format: a table
const ARM: Row[] = [
  // Data processing (A4.1)
  ['add r0, r1, r2', 0xe0810002, { r1: 0xffffffff, r2: 2 }, { r0: 1 }],
  ['adds r0, r1, r2', 0xe0910002, { r1: 0xffffffff, r2: 1 }, { r0: 0, Z: 1, C: 1 }],
  ['adds r0, r1, r2', 0xe0910002, { r1: 0x7fffffff, r2: 1 }, { r0: 0x80000000, N: 1, V: 1 }],
  ['adc r0, r1, #0', 0xe2a10000, { r1: 5, C: 1 }, { r0: 6 }],
  ['adcs r0, r1, r2', 0xe0b10002, { r1: 0xffffffff, r2: 0, C: 1 }, { r0: 0, Z: 1, C: 1 }],
  ['subs r0, r1, #1', 0xe2510001, { r1: 0 }, { r0: 0xffffffff, N: 1 }],
  ['subs r0, r1, r1', 0xe0510001, { r1: 7 }, { r0: 0, Z: 1, C: 1 }],
  ['sbcs r0, r1, r2', 0xe0d10002, { r1: 5, r2: 5 }, { r0: 0xffffffff, N: 1 }],
  ['sbcs r0, r1, r2', 0xe0d10002, { r1: 5, r2: 5, C: 1 }, { r0: 0, Z: 1 }],
  ['rsb r0, r1, #0', 0xe2610000, { r1: 1 }, { r0: 0xffffffff }],
  ['rscs r0, r1, #0', 0xe2f10000, { r1: 0x80000000, C: 1 }, { r0: 0x80000000, N: 1, V: 1, C: 0 }],
  ['cmp r0, #1', 0xe3500001, { r0: 0x80000000 }, { C: 1, V: 1 }],
  ['cmn r0, #1', 0xe3700001, { r0: 0xffffffff }, { Z: 1, C: 1 }],
  ['tst r0, #256', 0xe3100c01, { r0: 256, Z: 1 }, { Z: 0 }],
  ['teq r0, r1', 0xe1300001, { r0: 3, r1: 3 }, { Z: 1 }],
  ['bic r0, r0, #15', 0xe3c0000f, { r0: 255 }, { r0: 240 }],
  ['mvns r0, #0', 0xe3f00000, {}, { r0: 0xffffffff, N: 1 }],
  ['orr r0, r1, pc', 0xe181000f, { r1: 1 }, { r0: 0x8009 }],
  ['eor r0, r0, r0, lsl #16', 0xe0200800, { r0: 0x1234 }, { r0: 0x12341234 }],

  // Shifter operands and their carry (A5.1)
  ['movs r0, #-16777216', 0xe3b004ff, {}, { r0: 0xff000000, N: 1, C: 1 }],
  ['movs r0, r1', 0xe1b00001, { r1: 1, C: 1 }, { r0: 1 }],
  ['lsls r0, r1, #31', 0xe1b00f81, { r1: 3 }, { r0: 0x80000000, N: 1, C: 1 }],
  ['lsrs r0, r1, #32', 0xe1b00021, { r1: 0x80000000 }, { r0: 0, Z: 1, C: 1 }],
  ['asrs r0, r1, #32', 0xe1b00041, { r1: 0x80000000 }, { r0: 0xffffffff, N: 1, C: 1 }],
  ['asr r0, r1, #4', 0xe1a00241, { r1: 0x80000000 }, { r0: 0xf8000000 }],
  ['rors r0, r1, #4', 0xe1b00261, { r1: 15 }, { r0: 0xf0000000, N: 1, C: 1 }],
  ['rrxs r0, r1', 0xe1b00061, { r1: 2, C: 1 }, { r0: 0x80000001, N: 1, C: 0 }],
  ['lsls r0, r1, r2', 0xe1b00211, { r1: 1, r2: 32 }, { r0: 0, Z: 1, C: 1 }],
  ['lsls r0, r1, r2', 0xe1b00211, { r1: 1, r2: 33, C: 1 }, { r0: 0, Z: 1, C: 0 }],
  ['lsls r0, r1, r2', 0xe1b00211, { r1: 1, r2: 256, C: 1 }, { r0: 1 }],
  ['lsrs r0, r1, r2', 0xe1b00231, { r1: 0x80000000, r2: 32 }, { r0: 0, Z: 1, C: 1 }],
  ['asrs r0, r1, r2', 0xe1b00251, { r1: 0x80000000, r2: 255 }, { r0: 0xffffffff, N: 1, C: 1 }],
  ['rors r0, r1, r2', 0xe1b00271, { r1: 0x80000001, r2: 32 }, { r0: 0x80000001, N: 1, C: 1 }],

  // Conditions (A3.2)
  ['moveq r0, #1', 0x03a00001, { Z: 1 }, { r0: 1 }],
  ['moveq r0, #1', 0x03a00001, {}, {}],
  ['movhi r0, #1', 0x83a00001, { C: 1 }, { r0: 1 }],
  ['movhi r0, #1', 0x83a00001, { C: 1, Z: 1 }, {}],
  ['movge r0, #1', 0xa3a00001, { N: 1, V: 1 }, { r0: 1 }],
  ['movlt r0, #1', 0xb3a00001, { N: 1, V: 1 }, {}],
  ['movgt r0, #1', 0xc3a00001, {}, { r0: 1 }],
  ['movle r0, #1', 0xd3a00001, { V: 1 }, { r0: 1 }],

  // Multiplies (A3.5)
  ['mul r0, r1, r2', 0xe0000291, { r1: 0xffffffff, r2: 3 }, { r0: 0xfffffffd }],
  ['mlas r0, r1, r2, r3', 0xe0303291, { r1: 0x10000, r2: 0x10000, r3: 0, C: 1 }, { r0: 0, Z: 1 }],
  ['umull r0, r1, r2, r3', 0xe0810392, { r2: 0xffffffff, r3: 0xffffffff }, { r0: 1, r1: 0xfffffffe }],
  ['umlal r0, r1, r2, r3', 0xe0a10392, { r0: 0xffffffff, r1: 1, r2: 1, r3: 1 }, { r0: 0, r1: 2 }],
  ['smulls r0, r1, r2, r3', 0xe0d10392, { r2: 0xffffffff, r3: 1 }, { r0: 0xffffffff, r1: 0xffffffff, N: 1 }],
  ['smlal r0, r1, r2, r3', 0xe0e10392, { r0: 1, r2: 0xffffffff, r3: 1 }, { r0: 0, r1: 0 }],
  ['smulbt r0, r1, r2', 0xe16002c1, { r1: 0x7fffffff, r2: 0x30000 }, { r0: 0xfffffffd }],
  ['smlabb r0, r1, r2, r3', 0xe1003281, { r1: 0x8000, r2: 0x8000, r3: 0x40000000 }, { r0: 0x80000000, Q: 1 }],
  ['smulwb r0, r1, r2', 0xe12002a1, { r1: 0xffffffff, r2: 1 }, { r0: 0xffffffff }],
  ['smlawt r0, r1, r2, r3', 0xe12032c1, { r1: 0x10000, r2: 0x50000, r3: 1 }, { r0: 6 }],
  ['smlaltt r0, r1, r2, r3', 0xe14103e2, { r0: 0, r1: 0, r2: 0xffff0000, r3: 0x10000 }, { r0: 0xffffffff, r1: 0xffffffff }],

  // Saturating arithmetic, CLZ (A4.1)
  ['qadd r0, r1, r2', 0xe1020051, { r1: 0x7fffffff, r2: 1 }, { r0: 0x7fffffff, Q: 1 }],
  ['qsub r0, r1, r2', 0xe1220051, { r1: 0x80000000, r2: 1 }, { r0: 0x80000000, Q: 1 }],
  ['qadd r0, r1, r2', 0xe1020051, { r1: 1, r2: 2, Q: 1 }, { r0: 3 }],
  ['qdadd r0, r1, r2', 0xe1420051, { r1: 0xffffffff, r2: 0x40000000 }, { r0: 0x7ffffffe, Q: 1 }],
  ['qdsub r0, r1, r2', 0xe1620051, { r1: 0, r2: 0x80000000 }, { r0: 0x7fffffff, Q: 1 }],
  ['clz r0, r1', 0xe16f0f11, { r1: 0 }, { r0: 32 }],
  ['clz r0, r1', 0xe16f0f11, { r1: 0x10000 }, { r0: 15 }],

  // Program status register (A4.1.38, A4.1.39)
  ['mrs r0, CPSR', 0xe10f0000, { N: 1, C: 1, Q: 1 }, { r0: 0xa8000010 }],
  ['msr CPSR_f, #-134217728', 0xe328f33e, {}, { N: 1, Z: 1, C: 1, V: 1, Q: 1 }],
  ['msr CPSR_c, r0', 0xe121f000, { r0: 0xffffffff }, {}],

  // Load and store (A5.2, A5.3)
  ['ldr r0, [r1, #4]', 0xe5910004, { r1: M, [M + 4]: 0x11223344 }, { r0: 0x11223344 }],
  ['ldr r0, [r1]', 0xe5910000, { r1: M + 1, [M]: 0x44332211, [M + 4]: 0x88776655 }, { r0: 0x55443322 }],
  ['ldr r0, [r1, -r2, lsl #2]!', 0xe7310102, { r1: M + 16, r2: 2, [M + 8]: 7 }, { r0: 7, r1: M + 8 }],
  ['ldr r0, [r1, r2, rrx]', 0xe7910062, { r1: M, r2: 8, [M + 4]: 9 }, { r0: 9 }],
  ['ldr r0, [r1], #4', 0xe4910004, { r1: M, [M]: 5 }, { r0: 5, r1: M + 4 }],
  ['ldr r0, [pc, #-8]', 0xe51f0008, {}, { r0: 0xe51f0008 }],
  ['ldrb r0, [r1, #3]', 0xe5d10003, { r1: M, [M]: 0x80000000 }, { r0: 128 }],
  ['ldrsb r0, [r1, #3]', 0xe1d100d3, { r1: M, [M]: 0x80000000 }, { r0: 0xffffff80 }],
  ['ldrh r0, [r1, #2]', 0xe1d100b2, { r1: M, [M]: 0x80010000 }, { r0: 0x8001 }],
  ['ldrsh r0, [r1, #2]', 0xe1d100f2, { r1: M, [M]: 0x80010000 }, { r0: 0xffff8001 }],
  ['ldrd r2, [r1]', 0xe1c120d0, { r1: M, [M]: 1, [M + 4]: 2 }, { r2: 1, r3: 2 }],
  ['strd r2, [r1, #8]!', 0xe1e120f8, { r1: M, r2: 1, r3: 2 }, { r1: M + 8, [M + 8]: 1, [M + 12]: 2 }],
  ['str r1, [r1, #4]!', 0xe5a11004, { r1: M }, { r1: M + 4, [M + 4]: M }],
  ['strb r0, [r1, #1]', 0xe5c10001, { r0: 511, r1: M }, { [M]: 0xff00 }],
  ['strh r0, [r1], #2', 0xe0c100b2, { r0: 0x12345, r1: M }, { r1: M + 2, [M]: 0x2345 }],
  ['str pc, [r1]', 0xe581f000, { r1: M }, { [M]: 0x8008 }],
  ['ldrt r0, [r1], #4', 0xe4b10004, { r1: M, [M]: 3 }, { r0: 3, r1: M + 4 }],
  ['swp r0, r1, [r2]', 0xe1020091, { r1: 1, r2: M, [M]: 2 }, { r0: 2, [M]: 1 }],
  ['swpb r0, r0, [r2]', 0xe1420090, { r0: 257, r2: M, [M]: 0xff02 }, { r0: 2, [M]: 0xff01 }],
  ['pld [r1]', 0xf5d1f000, { r1: 0 }, {}],

  // Load and store multiple (A5.4)
  ['ldm r0!, {r1, r2}', 0xe8b00006, { r0: M, [M]: 1, [M + 4]: 2 }, { r0: M + 8, r1: 1, r2: 2 }],
  ['ldmib r0, {r1, r2}', 0xe9900006, { r0: M, [M + 4]: 2, [M + 8]: 3 }, { r1: 2, r2: 3 }],
  ['ldmda r0!, {r1, r2}', 0xe8300006, { r0: M + 8, [M + 4]: 2, [M + 8]: 3 }, { r0: M, r1: 2, r2: 3 }],
  ['ldmdb r0, {r1, r2}', 0xe9100006, { r0: M + 8, [M]: 1, [M + 4]: 2 }, { r1: 1, r2: 2 }],
  ['ldm r0, {r0, r1}', 0xe8900003, { r0: M, [M]: 1, [M + 4]: 2 }, { r0: 1, r1: 2 }],
  ['stmia r0!, {r1, r2}', 0xe8a00006, { r0: M, r1: 1, r2: 2 }, { r0: M + 8, [M]: 1, [M + 4]: 2 }],
  ['stmia r0!, {r0, r1}', 0xe8a00003, { r0: M, r1: 2 }, { r0: M + 8, [M]: M, [M + 4]: 2 }],
  ['push {r0, lr}', 0xe92d4001, { sp: M + 8, r0: 1, lr: 2 }, { sp: M, [M]: 1, [M + 4]: 2 }],
  ['pop {r0, pc}', 0xe8bd8001, { sp: M, [M]: 1, [M + 4]: 0x9001 }, { sp: M + 8, r0: 1, T: 1, pc: 0x9000 }],

  // Branches (A3.3)
  ['b 8010', 0xea000002, {}, { pc: 0x8010 }],
  ['bl 7ff0', 0xebfffffa, {}, { lr: 0x8004, pc: 0x7ff0 }],
  ['bne 8010', 0x1a000002, { Z: 1 }, {}],
  ['blx 8012', 0xfb000002, {}, { lr: 0x8004, T: 1, pc: 0x8012 }],
  ['bx r1', 0xe12fff11, { r1: 0x9001 }, { T: 1, pc: 0x9000 }],
  ['bx pc', 0xe12fff1f, {}, { pc: 0x8008 }],
  ['blx lr', 0xe12fff3e, { lr: 0x9000 }, { lr: 0x8004, pc: 0x9000 }],
  ['add pc, pc, r1', 0xe08ff001, { r1: 8 }, { pc: 0x8010 }],
  ['ldr pc, [r1]', 0xe591f000, { r1: M, [M]: 0x9003 }, { T: 1, pc: 0x9002 }],
];

// biome-ignore format: a table
const THUMB: Row[] = [
  // Shifts, arithmetic, logic (A7.1)
  ['lsls r0, r1, #1', 0x0048, { r1: 0x80000001 }, { r0: 2, C: 1 }],
  ['lsrs r0, r1, #32', 0x0808, { r1: 0x80000000 }, { r0: 0, Z: 1, C: 1 }],
  ['asrs r0, r1, #1', 0x1048, { r1: 0x80000001 }, { r0: 0xc0000000, N: 1, C: 1 }],
  ['adds r0, r1, r2', 0x1888, { r1: 0xffffffff, r2: 1 }, { r0: 0, Z: 1, C: 1 }],
  ['subs r0, r1, #7', 0x1fc8, { r1: 6 }, { r0: 0xffffffff, N: 1 }],
  ['movs r0, #255', 0x20ff, { N: 1 }, { r0: 255, N: 0 }],
  ['cmp r0, #0', 0x2800, { r0: 0 }, { Z: 1, C: 1 }],
  ['subs r0, #255', 0x38ff, { r0: 0x80000000 }, { r0: 0x7fffff01, C: 1, V: 1 }],
  ['adcs r0, r1', 0x4148, { r0: 1, r1: 2, C: 1 }, { r0: 4, C: 0 }],
  ['sbcs r0, r1', 0x4188, { r0: 3, r1: 2 }, { r0: 0, Z: 1, C: 1 }],
  ['rors r0, r1', 0x41c8, { r0: 1, r1: 1 }, { r0: 0x80000000, N: 1, C: 1 }],
  ['negs r0, r1', 0x4248, { r1: 0x80000000 }, { r0: 0x80000000, N: 1, V: 1 }],
  ['muls r0, r1', 0x4348, { r0: 3, r1: 0xffffffff }, { r0: 0xfffffffd, N: 1 }],
  ['bics r0, r1', 0x4388, { r0: 255, r1: 255 }, { r0: 0, Z: 1 }],
  ['add r8, r0', 0x4480, { r8: 1, r0: 0xffffffff }, { r8: 0 }],
  ['mov r0, pc', 0x4678, {}, { r0: 0x8004 }],
  ['add r0, pc, #4', 0xa001, {}, { r0: 0x8008 }],
  ['add sp, #508', 0xb07f, { sp: 4 }, { sp: 512 }],

  // Load and store (A7.1)
  ['ldr r0, [r1, #124]', 0x6fc8, { r1: M, [M + 124]: 9 }, { r0: 9 }],
  ['ldrsh r0, [r1, r2]', 0x5e88, { r1: M, r2: 2, [M]: 0x80000000 }, { r0: 0xffff8000 }],
  ['strh r0, [r1, #2]', 0x8048, { r0: 0x12345, r1: M }, { [M]: 0x23450000 }],
  ['str r0, [sp, #4]', 0x9001, { r0: 1, sp: M }, { [M + 4]: 1 }],
  ['push {r0, lr}', 0xb501, { r0: 1, lr: 2, sp: M + 8 }, { sp: M, [M]: 1, [M + 4]: 2 }],
  ['pop {r0, pc}', 0xbd01, { sp: M, [M]: 1, [M + 4]: 0x9000 }, { sp: M + 8, r0: 1, T: 0, pc: 0x9000 }],
  ['stmia r0!, {r0, r1}', 0xc003, { r0: M, r1: 2 }, { r0: M + 8, [M]: M, [M + 4]: 2 }],
  ['ldmia r0, {r0, r1}', 0xc803, { r0: M, [M]: 1, [M + 4]: 2 }, { r0: 1, r1: 2 }],

  // Branches (A6.3)
  ['beq.n 8010', 0xd006, { Z: 1 }, { pc: 0x8010 }],
  ['beq.n 8010', 0xd006, {}, {}],
  ['b.n 7ffe', 0xe7fd, {}, { pc: 0x7ffe }],
  ['bx r1', 0x4708, { r1: 0x9000 }, { T: 0, pc: 0x9000 }],
  ['bx pc', 0x4778, {}, { T: 0, pc: 0x8004 }],
  ['blx r1', 0x4788, { r1: 0x9000 }, { T: 0, pc: 0x9000, lr: 0x8003 }],
];

const layout = layout_state(isa);
const factory = make_instruction_factory(isa, layout, COLD);
const disassembler = new Disassembler(isa, factory);
const memory = new GuestMemory();

/** All registers, flags and some words of memory after one instruction. */
function execute(word: number, thumb: boolean, before: Values): Values {
  const state = make_state(isa, layout, memory, { syscall() {} });
  const words = Array.from({ length: 64 }, (_, n) => M + n * 4);
  // Where branches lead something must be mapped.
  memory.map(CODE - 0x1000, 0x3000, 7);
  memory.write_32(CODE, word);
  for (const { slot } of layout.named) memory.u32[slot] = 0;
  for (const address of words) memory.write_32(address, before[address] ?? 0);
  const set = (name: string, value: number) => (memory.u32[layout.find(name)!] = value);
  set('pc', CODE);
  set('T', thumb ? 1 : 0);
  for (const [name, value] of Object.entries(before)) if (/[a-zA-Z]/.test(name)) set(name, value);
  new Interpreter(isa, layout, memory, state, factory).run(1);
  const after: Values = {};
  for (const { name, slot } of layout.named) after[name] = memory.u32[slot];
  for (const address of words) after[address] = memory.read_32(address);
  return after;
}

for (const [set, rows] of Object.entries({ arm: ARM, thumb: THUMB }))
  test.each(rows)(`${set}: %s`, (assembly, word, before, changes) => {
    const thumb = set === 'thumb';
    const inst = disassembler.decode_word(word, thumb ? 1 : 0, CODE);
    expect(disassembler.text(inst, (address) => address.toString(16))).toBe(assembly);
    const nothing = execute(thumb ? 0x46c0 : 0xe1a00000, thumb, before);
    const pc = CODE + (thumb ? 2 : 4);
    expect(execute(word, thumb, before)).toEqual({ ...nothing, pc, ...changes });
  });

test.each([
  ['coprocessor instructions', 0xee070f95, false],
  ['LDM with ^', 0xe8d00002, false],
  ['LDM of no registers', 0xe8b00000, false],
  ['LDRD of an odd register', 0xe1c010d0, false],
  ['MOVS to pc', 0xe1b0f00e, false],
  ['MRS of the SPSR', 0xe14f0000, false],
  ['REV of v6', 0xe6bf0f31, false],
  ['the unconditional space', 0xf0000000, false],
  ['Thumb UDF', 0xde00, true],
  ['Thumb BLX with bit 0 set', 0xe801, true],
])('undefined: %s', (_, word, thumb) => {
  expect(() => execute(word, thumb, { r0: M })).toThrow('undefined instruction');
});

test('an undefined instruction whose condition fails does nothing', () => {
  expect(execute(0x0e070f95, false, {}).pc).toBe(CODE + 4);
});

test.each([
  ['arm', 0xe1200070],
  ['thumb', 0xbe00],
])('BKPT stops: %s', (set, word) => {
  expect(() => execute(word, set === 'thumb', {})).toThrow(GuestFault);
});

test('BL in Thumb state is two instructions', () => {
  const after = execute(0xf001, true, {});
  expect(after).toMatchObject({ lr: CODE + 4 + 0x1000, pc: CODE + 2 });
  expect(execute(0xf802, true, { lr: after.lr })).toMatchObject({ pc: after.lr + 4, lr: CODE + 3, T: 1 });
  expect(execute(0xe802, true, { lr: after.lr })).toMatchObject({ pc: after.lr + 4, lr: CODE + 3, T: 0 });
});
