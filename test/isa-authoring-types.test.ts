// What an editor says while an ISA is written: each line below an @ts-expect-error must be an error, or `npm run types` fails.
// A program is needed only to show that the correct form of the same lines works.

import { defineIsa, encodings, flag, type Instruction, instruction_set, registers, type StateOf } from 'pydgin-ts/adl';
import { expect, test } from 'vitest';

const state = { r: registers(4), Z: flag('zero') };
type State = StateOf<typeof state>;

const table = encodings([
  ['add', '00 rd:2 rn:2 rm:2', 'add r{rd}, r{rn}, r{rm}'],
  ['jump', '01 S xxx offset:2'],
]);
const fields = { top: '7:6' } as const;
type Inst = Instruction<typeof table, typeof fields>;

const inst = { rd: 1, rn: 2, rm: 3, S: 0, offset: 0, top: 0, word: 0x1b, size: 1 } satisfies Inst;
const s = { r: [5, 6, 7, 8], Z: 0 } as unknown as State;

function execute_add(s: State, inst: Inst): void {
  s.r[inst.rd] = s.r[inst.rn] + s.r[inst.rm];
}
function execute_jump(s: State, inst: Inst): void {
  s.next_pc = inst.offset;
}
const abi = {
  elf_machine: 1,
  endianness: 'little' as const,
  stack_pointer: 'r3',
  arguments: [],
  result: 'r0',
  start() {},
  syscall: () => ({ convention: '', number: 0 }),
};

test('fields are those of the patterns and of the field table', () => {
  execute_add(s, inst);
  expect(s.r[1]).toBe(15);
  const fields_of_rows: number[] = [inst.rd, inst.S, inst.top, inst.word];
  expect(fields_of_rows).toEqual([1, 0, 0, 0x1b]);
  const any_inst: Inst = inst;
  // @ts-expect-error there is no field rx
  expect(any_inst.rx).toBeUndefined();
  // @ts-expect-error runs of x are no field
  expect(any_inst.xxx).toBeUndefined();
});

test('fields cannot be assigned', () => {
  const copy: Inst = { ...inst };
  // @ts-expect-error a decoded instruction is read-only
  copy.rd = 2;
  expect(copy.rd).toBe(2);
});

test('state has what was declared', () => {
  s.Z = 1;
  expect(s.Z).toBe(1);
  // @ts-expect-error no flag N was declared
  expect(s.N).toBeUndefined();
  // @ts-expect-error flags are numbers
  s.Z = true;
  // @ts-expect-error the current address cannot be assigned; next_pc can
  s.pc = 4;
});

test('every encoding needs its function', () => {
  const parts = { name: 'small', parcel: 8 as const, encodings: table, fields };
  const set = instruction_set({ ...parts, semantics: { execute_add, execute_jump } });
  expect(set.name).toBe('small');
  // @ts-expect-error execute_jump is missing
  const incomplete = instruction_set({ ...parts, semantics: { execute_add } });
  expect(() => defineIsa({ name: 'tiny', title: '', state, instruction_sets: [incomplete], abi })).toThrow(
    "no function execute_jump for the encoding 'jump'",
  );
});

test('a function for fields that the table lacks is refused', () => {
  const wrong = (_: State, inst: { immediate: number }) => inst.immediate;
  const parts = { name: 'small', parcel: 8 as const, encodings: table, fields };
  // @ts-expect-error there is no field `immediate`
  expect(instruction_set({ ...parts, semantics: { execute_add: wrong, execute_jump } })).toBeDefined();
});

test('operand formatters know the fields', () => {
  const parts = {
    name: 'small',
    parcel: 8 as const,
    encodings: table,
    semantics: { execute_add, execute_jump },
    fields,
  };
  expect(instruction_set({ ...parts, operands: { rd: (inst) => `r${inst.rd}` } })).toBeDefined();
  // @ts-expect-error there is no field rx
  expect(instruction_set({ ...parts, operands: { rd: (inst) => `r${inst.rx}` } })).toBeDefined();
});

test('the selector of instruction sets is a declared register', () => {
  const set = instruction_set({
    name: 'small',
    parcel: 8,
    encodings: table,
    fields,
    semantics: { execute_add, execute_jump },
  });
  const parts = { name: 'tiny', title: '', state, instruction_sets: [set], abi };
  expect(defineIsa({ ...parts, selector: 'Z' }).selector).toBe('Z');
  // @ts-expect-error no register T
  expect(() => defineIsa({ ...parts, selector: 'T' })).toThrow('T');
});

test('two registers cannot have the same name', () => {
  const set = instruction_set({
    name: 'small',
    parcel: 8,
    encodings: table,
    fields,
    semantics: { execute_add: () => {}, execute_jump: () => {} },
  });
  const parts = { name: 'tiny', title: '', instruction_sets: [set] };
  const four = registers(4);
  expect(() => defineIsa({ ...parts, abi: abi as never, state: { a: four, b: four } })).toThrow(
    'state b: there is a register r0 already, in a; give it another name',
  );
  expect(() => defineIsa({ ...parts, abi: abi as never, state: { a: registers(2, { names: 'x x' }) } })).toThrow(
    'state a: there is a register x already, in a',
  );
  const named = registers(4, { names: 's0 s1 s2 s3' });
  expect(defineIsa({ ...parts, abi: abi as never, state: { a: four, b: named } }).name).toBe('tiny');
});
