import { expect, it } from 'vitest';
import type { StateChange } from './block.js';
import { informed_ways, NOTHING_KNOWN } from './knowledge.js';
import { type RegionBlock, SlotSet, type Transfer } from './region.js';
import { add, constant, eq, le, lt, reg, temp, type Value, wrap_u32 } from './value.js';

const [A, B, Z, C] = [0, 1, 2, 3];
const flags = SlotSet.empty(32);
flags.add(Z);
flags.add(C);
const [a, b] = [reg(A, 32), reg(B, 32)];
const go = (key: number): Transfer => ({ kind: 'goto', to: { key, block: key } });
const either = (condition: Value): Transfer => ({ kind: 'branch', condition, yes: go(1), no: go(2) });

/** What is known on each way out of a block, of which `known` was known before. */
function ways(transfer: Transfer, changes: StateChange[], known = NOTHING_KNOWN) {
  const block = { changes, transfer } as unknown as RegionBlock;
  return informed_ways(block, known, flags).map(({ knowledge }) => knowledge());
}
/** Flags as a comparison of a with b sets them. */
const compared = (x: Value, y: Value): StateChange[] => [
  { slot: Z, value: eq(x, y) },
  { slot: C, value: le(y, x) },
];

it('flags are known in terms of what was compared, as far as it is still there', () => {
  const [known] = ways(go(1), compared(a, b));
  expect(known.slots.get(Z)).toMatchObject({ op: 'eq', a: { op: 'reg', k: A }, b: { op: 'reg', k: B } });
  const [overwritten] = ways(go(1), [...compared(a, b), { slot: B, value: constant(5) }]);
  expect(overwritten.slots.size).toBe(0);
});

it('a register that holds what was loaded stands for it', () => {
  const loaded = temp(0, 0, 0xffffffff);
  const [known] = ways(go(1), [{ slot: A, value: loaded }, ...compared(loaded, b)]);
  expect(known.slots.get(C)).toMatchObject({ op: 'le', a: { op: 'reg', k: B }, b: { op: 'reg', k: A } });
  const [nowhere] = ways(go(1), compared(loaded, b));
  expect(nowhere.slots.size).toBe(0);
});

it('a register that holds a sum of 33 bits without the highest does not stand for the sum', () => {
  const sum = add(a, b);
  const changes = [
    { slot: B, value: wrap_u32(sum) },
    { slot: C, value: lt(constant(0xffffffff), sum) },
  ];
  expect(ways(go(1), changes)[0].slots.has(C)).toBe(false);
});

it('a decision tells each side of it', () => {
  const [higher_or_same, lower] = ways(either(le(b, a)), compared(a, b));
  expect(higher_or_same.slots.get(C)).toMatchObject({ op: 'const', k: 1 });
  expect(higher_or_same.slots.get(Z)).toMatchObject({ op: 'eq' });
  expect(lower.slots.get(C)).toMatchObject({ op: 'const', k: 0 });
  expect(lower.slots.get(Z)).toMatchObject({ op: 'const', k: 0 });
  const [equal, different] = ways(either(eq(a, b)), compared(a, b));
  expect([equal.slots.get(Z)?.k, equal.slots.get(C)?.k]).toEqual([1, 1]);
  expect(different.slots.get(Z)).toMatchObject({ op: 'const', k: 0 });
  expect(different.slots.get(C)).toMatchObject({ op: 'le' });
});

it('what was known before stays so until a register or the flag changes', () => {
  const [before] = ways(go(1), compared(a, b));
  expect([...ways(go(1), [], before)[0].slots.keys()]).toEqual([Z, C]);
  expect([...ways(go(1), [{ slot: C, value: temp(0, 0, 1) }], before)[0].slots.keys()]).toEqual([Z]);
  expect(ways(go(1), [{ slot: A, value: temp(0, 0, 1) }], before)[0].slots.size).toBe(0);
});

it('nothing is known after a call', () => {
  const call: Transfer = { kind: 'call', key: constant(64), back: { key: 1, block: 1 }, seen: [] };
  expect(ways(call, compared(a, b))).toEqual([NOTHING_KNOWN]);
});
