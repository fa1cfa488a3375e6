// Delay slots at their edges: MD00086, 4.1.3. Words are as the assembler gives them.

import { describe, expect, test } from 'vitest';
import { GuestFault } from '../../src/machine/fault.js';
import { layout_state, NEXT_PC, PC } from '../../src/machine/layout.js';
import { make_memory, R, W, X } from '../../src/machine/memory.js';
import { make_state, start_at } from '../../src/machine/state.js';
import { interpreter } from '../../test/fuzz/interpreter.js';
import mipsel from '../mipsel/index.js';
import mips from './index.js';

const PAGE = 0x20000;

describe.each([mips, mipsel])('$name', (isa) => {
  /** Runs code at an address, at most `limit` instructions; the fault that ended it, if one did. */
  function run(address: number, code: number[], limit: number, before: Record<string, number> = {}) {
    const layout = layout_state(isa);
    const memory = make_memory(isa.abi.endianness);
    const state = make_state(isa, layout, memory, { syscall() {} });
    memory.map(PAGE - 0x1000, 0x2000, R | W | X);
    code.forEach((word, n) => {
      memory.write_32(address + 4 * n, word >>> 0);
    });
    const slots = memory.u32;
    for (const [name, value] of Object.entries(before)) slots[layout.find(name)!] = value;
    start_at(isa, state, slots, address);
    let fault: GuestFault | undefined;
    try {
      interpreter(isa, layout, memory, state).run(limit);
    } catch (error) {
      if (!(error instanceof GuestFault)) throw error;
      fault = error;
    }
    const register = (name: string) => slots[layout.find(name)!];
    return { fault, register, pc: slots[PC], next_pc: slots[NEXT_PC] };
  }

  test('the instruction behind a branch is executed before its target', () => {
    const { register, pc } = run(PAGE, [0x10000003, 0x24020007, 0x24020001], 2); // b +4; li v0, 7; li v0, 1
    expect(pc).toBe(PAGE + 16);
    expect(register('v0')).toBe(7);
  });

  test('a branch and its delay slot may lie in different pages', () => {
    const { register, pc } = run(PAGE - 4, [0x10000003, 0x24020007, 0x24020001], 2);
    expect(pc).toBe(PAGE + 12);
    expect(register('v0')).toBe(7);
  });

  test('a run may stop between a branch and its delay slot', () => {
    const { pc, next_pc } = run(PAGE, [0x10000003, 0x24020007], 1);
    expect([pc, next_pc]).toEqual([PAGE + 4, PAGE + 16]);
  });

  test('a branch likely that is not taken skips its delay slot', () => {
    const { register, pc } = run(PAGE, [0x54000003, 0x24020007, 0x24030001], 2); // bnezl zero; li v0, 7; li v1, 1
    expect([register('v0'), register('v1'), pc]).toEqual([0, 1, PAGE + 12]);
  });

  test('a link register as the delay slot’s operand already holds the return address', () => {
    const { register, pc } = run(PAGE, [0x04110003, 0x03e01025], 2); // bal +4; move v0, ra
    expect([register('v0'), register('ra'), pc]).toEqual([PAGE + 8, PAGE + 8, PAGE + 16]);
  });

  test('a jump reads its target before it links', () => {
    const { register, pc } = run(PAGE, [0x0060f809, 0], 2, { v1: PAGE + 0x40 }); // jalr v1; nop
    expect([register('ra'), pc]).toEqual([PAGE + 8, PAGE + 0x40]);
  });

  test('a branch in a delay slot is reported with its address', () => {
    const { fault } = run(PAGE, [0x10000003, 0x10000005], 4);
    expect(fault).toMatchObject({ signal: 'SIGILL', pc: PAGE + 4 });
    expect(fault?.message).toContain('delay slot');
  });

  test.each([
    ['that is not taken', 0x14000003],
    ['that goes behind the delay slot anyway', 0x10000001],
  ])('a branch in the delay slot of one %s is reported all the same', (_, word) => {
    const { fault } = run(PAGE, [word, 0x10000005], 4);
    expect(fault).toMatchObject({ signal: 'SIGILL', pc: PAGE + 4 });
  });

  test('a branch behind a delay slot that was skipped is no branch in a delay slot', () => {
    const { fault, pc } = run(PAGE, [0x54000001, 0x24020007, 0x1000fffe, 0], 3); // bnezl zero; li; b to the li; nop
    expect([fault, pc]).toEqual([undefined, PAGE + 4]);
  });

  test('a fault in a delay slot is at the delay slot, and the branch is not lost', () => {
    const { fault, pc, next_pc } = run(PAGE, [0x10000003, 0x8c620001], 4, { v1: PAGE }); // b +4; lw v0, 1(v1)
    expect(fault).toMatchObject({ signal: 'SIGBUS', pc: PAGE + 4, address: PAGE + 1 });
    expect([pc, next_pc]).toEqual([PAGE + 4, PAGE + 16]);
  });

  test('a jump to an address that is not a multiple of 4 faults there', () => {
    const { fault } = run(PAGE, [0x00600008, 0], 4, { v1: PAGE + 2 }); // jr v1; nop
    expect(fault).toMatchObject({ signal: 'SIGBUS', pc: PAGE + 2 });
  });

  test('the zero register reads zero whatever was written to it', () => {
    const { register } = run(PAGE, [0x24000007, 0x00001021], 2, { v0: 5 }); // li zero, 7; move v0, zero
    expect(register('v0')).toBe(0);
  });
});
