import { describe, expect, it } from 'vitest';
import { remove_known_checks } from './alignment.js';
import type { Statement } from './block.js';
import type { RegionBlock, Transfer } from './region.js';
import { add, and, constant, ne, reg, shl, temp, type Value, wrap_u32 } from './value.js';

const plus = (slot: number, k: number) => wrap_u32(add(reg(slot, 32), constant(k)));
/** Leaves unless an address is a multiple of 4. */
const check = (address: Value): Statement => ({
  kind: 'if',
  condition: ne(and(address, constant(3)), constant(0)),
  yes: [{ kind: 'leave', pc: 0, index: 0, state: [] }],
  no: [],
  phis: [],
  yes_ends: true,
  no_ends: false,
});
const go = (block: number): Transfer => ({ kind: 'goto', to: { key: block, block } });
const either = (yes: number, no: number): Transfer => ({
  kind: 'branch',
  condition: ne(reg(9, 32), constant(0)),
  yes: go(yes),
  no: go(no),
});
const call = (back: number): Transfer => ({
  kind: 'call',
  key: constant(64),
  back: { key: back, block: back },
  seen: [],
});

/** A block that checks an address, if there is one, and changes a slot. */
function block(address: Value | undefined, change: [slot: number, value: Value] | undefined, transfer: Transfer) {
  const changes = change ? [{ slot: change[0], value: change[1] }] : [];
  return { statements: address ? [check(address)] : [], changes, transfer } as unknown as RegionBlock;
}
/** Numbers of the blocks that still have their checks. */
function checking(...blocks: RegionBlock[]): number[] {
  remove_known_checks(blocks);
  return blocks.flatMap(({ statements }, n) => (statements.length > 0 ? n : []));
}
const base = reg(0, 32);

describe('a check', () => {
  it('says so of what comes later, plus and minus multiples', () => {
    const blocks = [
      block(plus(0, 8), [0, plus(0, 4)], go(1)),
      block(base, [0, plus(0, -12)], go(2)),
      block(plus(0, 400), undefined, go(3)),
      block(wrap_u32(add(base, shl(reg(5, 32), constant(2)))), undefined, go(-1)),
    ];
    expect(checking(...blocks)).toEqual([0]);
  });
  it('says nothing when something else is added, or another register takes the place', () => {
    expect(checking(block(base, [0, plus(0, 2)], go(1)), block(base, undefined, go(-1)))).toEqual([0, 1]);
    expect(checking(block(base, [0, reg(1, 32)], go(1)), block(base, undefined, go(-1)))).toEqual([0, 1]);
    expect(checking(block(base, [0, temp(1, 0, 99)], go(1)), block(base, undefined, go(-1)))).toEqual([0, 1]);
  });
  it('says so of a register that takes the value', () => {
    expect(checking(block(base, [1, plus(0, 16)], go(1)), block(reg(1, 32), undefined, go(-1)))).toEqual([0]);
  });
  it('has to be made once in a loop that keeps it so', () => {
    expect(checking(block(base, [0, plus(0, 4)], go(1)), block(base, [0, plus(0, 8)], either(0, 1)))).toEqual([0]);
  });
  it('has to be made at every turn if one way round the loop does not keep it so', () => {
    const blocks = [
      block(base, undefined, go(1)),
      block(base, undefined, either(2, 3)),
      block(undefined, [0, plus(0, 4)], go(1)),
      block(undefined, [0, plus(0, 1)], go(1)),
    ];
    expect(checking(...blocks)).toEqual([0, 1]);
  });
  it('has to be made where ways meet on one of which nothing is known', () => {
    const blocks = [
      block(undefined, undefined, either(1, 2)),
      block(base, undefined, go(2)),
      block(base, undefined, go(-1)),
    ];
    expect(checking(...blocks)).toEqual([1, 2]);
  });
  it('has to be made again after a call', () => {
    expect(checking(block(base, undefined, call(1)), block(base, undefined, go(-1)))).toEqual([0, 1]);
  });
  it('stays if it decides where the block goes on', () => {
    const split: Transfer = { kind: 'split', yes: go(-1), no: go(1) };
    expect(checking(block(base, undefined, go(1)), block(base, undefined, split))).toEqual([0, 1]);
  });
});
