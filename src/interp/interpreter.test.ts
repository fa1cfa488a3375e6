// The interpreter's bookkeeping: jumps are chained to the instructions where they lead, which the guest may then rewrite.

import { expect, test } from 'vitest';
import arm from '../../isa/armv5/index.js';
import { defineIsa, encodings, instruction_set, registers } from '../adl/index.js';
import { parse_pattern } from '../decoder-gen/parse.js';
import { layout_state, PC } from '../machine/layout.js';
import { make_memory, PAGE_SIZE, R, W, X } from '../machine/memory.js';
import { make_state } from '../machine/state.js';
import { make_instruction_factory } from './instructions.js';
import { COLD, Interpreter } from './interpreter.js';

const CALLER = 0x8000;
/** Another page than its caller's. */
const CALLEE = 0x8000 + 2 * PAGE_SIZE;

const MOV_R0 = 0xe3a00000;
const BX_LR = 0xe12fff1e;
/** bl CALLEE; add r1, r1, r0; b CALLER */
const LOOP = [0xeb000000 | ((CALLEE - CALLER - 8) >>> 2), 0xe0811000, 0xeafffffc];
/** Instructions of a round: bl, mov, bx, add, b. */
const ROUND = 5;

function machine(heat: number) {
  const layout = layout_state(arm);
  const memory = make_memory(arm.abi.endianness);
  memory.map(CALLER, 4 * PAGE_SIZE, R | W | X);
  const state = make_state(arm, layout, memory, { syscall: () => {} });
  const interpreter = new Interpreter(arm, layout, memory, state, make_instruction_factory(arm, layout, heat));
  LOOP.forEach((word, n) => {
    memory.write_32(CALLER + 4 * n, word);
  });
  memory.write_32(CALLEE + 4, BX_LR);
  memory.u32[PC] = CALLER;
  const returns = (value: number) => memory.write_32(CALLEE, MOV_R0 | value);
  return { interpreter, returns, sum: () => memory.u32[layout.find('r1')!], pc: () => memory.u32[PC] };
}

test('a chained call executes what its target holds after the guest has rewritten it', () => {
  const { interpreter, returns, sum } = machine(COLD);
  returns(1);
  interpreter.run(10 * ROUND);
  expect(sum()).toBe(10);
  returns(100);
  interpreter.forget(CALLEE, CALLEE + 4);
  interpreter.run(10 * ROUND);
  expect(sum()).toBe(10 + 10 * 100);
  expect(interpreter.executed).toBe(20 * ROUND);
});

test('a forgotten instruction is not reported as hot, and its successor begins with full heat', () => {
  const { interpreter, returns, pc } = machine(8);
  returns(1);
  interpreter.run(3 * ROUND);
  expect(interpreter.hot).toBeUndefined();
  returns(2);
  interpreter.forget(CALLEE, CALLEE + 4);
  // Three rounds have jumped to the loop and behind the call three times each, to the new callee never.
  interpreter.run(4 * ROUND);
  expect(interpreter.hot).toBeUndefined();
  interpreter.run(ROUND);
  expect(interpreter.hot?.pc).toBe(CALLER + 4);
  expect(pc()).toBe(CALLER + 4);
});

test('the first arrivals at an instruction count down to the one that makes it hot', () => {
  const { interpreter, returns } = machine(3);
  returns(1);
  interpreter.run(100);
  expect(interpreter.hot?.pc).toBe(CALLEE);
  expect(interpreter.executed).toBe(2 * ROUND + 1);
});

test('a field that few rows have is read as one that all have, and is 0 where a row does not have it', () => {
  const factory = make_instruction_factory(arm, layout_state(arm), COLD);
  // Not properties of an instruction's own: they are extracted when read.
  const fields_of = (word: number) => factory.decode(CALLER, 0, () => word) as unknown as Record<string, number>;
  const branch = fields_of(0xeb123456);
  expect(Object.hasOwn(branch, 'offset_24')).toBe(false);
  expect(branch.offset_24).toBe(0x123456);
  expect([branch.offset_12, branch.rd_hi, branch.register_list]).toEqual([0, 0, 0]);
  // umull r1, r2, r3, r4 and ldrh r1, [r2, #0x5a]
  expect(fields_of(0xe0821493)).toMatchObject({ rd_hi: 2, rd_lo: 1, rm: 3, rs: 4, offset_24: 0 });
  expect(fields_of(0xe1d215ba)).toMatchObject({ rn: 2, rd: 1, offset_8: 0x5a, offset_12: 0 });
});

test('no field can have the name of something that an instruction has itself', () => {
  const factory = make_instruction_factory(arm, layout_state(arm), COLD);
  const inst = factory.decode(CALLER, 0, () => MOV_R0);
  const fields = new Set(factory.decoders.flatMap(({ table }) => table.rows.flatMap((row) => [...row.fields.keys()])));
  const own = [...Object.keys(inst), ...Object.getOwnPropertyNames(Object.getPrototypeOf(inst))];
  for (const name of own.filter((name) => !fields.has(name)))
    expect(() => parse_pattern(`0000 ${name}:4`), name).toThrow('is something that every instruction has');
  expect(own).toContain('jumped_to');
  // ARM has one special register.
  expect(() => parse_pattern('0000 more_specials:4')).toThrow('is something that every instruction has');
});

test('forgetting a page forgets its instructions, of all sets, and no others', () => {
  const { interpreter } = machine(COLD);
  const kept = interpreter.lookup(CALLER, 0);
  const arm_one = interpreter.lookup(CALLEE, 0);
  const thumb_one = interpreter.lookup(CALLEE + 2, 1);
  interpreter.forget(CALLEE + 100, CALLEE + 101);
  expect([interpreter.seen(CALLEE, 0), interpreter.seen(CALLEE + 2, 1)]).toEqual([undefined, undefined]);
  expect([arm_one.heat, thumb_one.heat]).toEqual([0, 0]);
  expect(interpreter.seen(CALLER, 0)).toBe(kept);
  expect(interpreter.lookup(CALLEE, 0)).not.toBe(arm_one);
});

test('when as many instructions are decoded as may be kept, all are forgotten, and as many may be kept again', () => {
  const { interpreter } = machine(COLD);
  // A page counts as 32.
  interpreter.decoded_limit = 34;
  const first = interpreter.lookup(CALLER, 0);
  interpreter.lookup(CALLER + 4, 0);
  interpreter.lookup(CALLER + 8, 0);
  expect(first.heat).toBe(0);
  interpreter.lookup(CALLER + 12, 0);
  const kept = [0, 4, 8, 12].filter((offset) => interpreter.seen(CALLER + offset, 0) !== undefined);
  expect(kept).toEqual([8, 12]);
  // Another page is beyond the limit.
  interpreter.lookup(CALLEE, 0);
  expect(interpreter.seen(CALLER + 8, 0)).toBe(undefined);
});

test('what is not a multiple of a parcel is found neither before nor after its neighbours are decoded', () => {
  const { interpreter } = machine(COLD);
  interpreter.lookup(CALLER, 0);
  for (const pc of [CALLER + 1, CALLER + 2, CALLER + 3])
    expect(() => interpreter.lookup(pc, 0)).toThrow('not a multiple of 4');
});

test('an instruction that lies in two pages is forgotten with either of them', () => {
  const nothing = () => {};
  const isa = defineIsa({
    name: 'short_and_long',
    title: '',
    state: { r: registers(2) },
    instruction_sets: [
      instruction_set({
        name: 'all',
        parcel: 16,
        first: 'low',
        encodings: encodings([
          ['short', '0000 imm:12'],
          ['long', 'imm:16 0001 0000 0000 0000'],
        ]),
        semantics: { execute_short: nothing, execute_long: nothing },
      }),
    ],
    abi: { ...arm.abi, arguments: [], result: 'r0', stack_pointer: 'r1' } as never,
  });
  const layout = layout_state(isa);
  const memory = make_memory('little');
  memory.map(CALLER, 2 * PAGE_SIZE, R | W | X);
  const state = make_state(isa, layout, memory, { syscall: () => {} });
  const interpreter = new Interpreter(isa, layout, memory, state, make_instruction_factory(isa, layout, COLD));
  const next_page = CALLER + PAGE_SIZE;
  memory.write_16(next_page - 2, 0x1000);
  memory.write_16(next_page, 0x1234);
  const imm = () => (interpreter.lookup(next_page - 2, 0) as unknown as { imm: number }).imm;
  const short = interpreter.lookup(next_page - 4, 0);
  expect(imm()).toBe(0x1234);
  interpreter.lookup(next_page + 2, 0);
  memory.write_16(next_page, 0x5678);
  interpreter.forget(next_page, next_page + 2);
  expect(imm()).toBe(0x5678);
  expect(interpreter.seen(next_page - 4, 0)).toBe(short);
});
