import { describe, expect, test } from 'vitest';
import { make_elf, type SymbolToMake } from '../../test/support/make-elf.js';
import { parse_elf } from './index.js';

const FUNC = 2;
const OBJECT = 1;

/** The symbols of an ARM file whose .text is 0x8000 … 0x80ff. */
const symbols_of = (symbols: SymbolToMake[], machine = 40) =>
  parse_elf(make_elf({ machine, segments: [{ address: 0x8000, data: new Uint8Array(256) }], symbols }).bytes).symbols;

describe('the name of an address', () => {
  const symbols = symbols_of([
    { name: 'main', value: 0x8020, size: 0x20, type: FUNC },
    { name: 'loop', value: 0x8028, binding: 0 },
    { name: '_start', value: 0x8000 },
    { name: 'helper', value: 0x8040, size: 8, type: FUNC },
    { name: 'tail', value: 0x8060 },
  ]);
  test.each([
    [0x7fff, undefined],
    [0x8000, '_start'],
    [0x8010, '_start+0x10'],
    [0x8020, 'main'],
    [0x8024, 'main+0x4'],
    // A label within a function does not take its name away.
    [0x8028, 'main+0x8'],
    [0x803f, 'main+0x1f'],
    [0x8040, 'helper'],
    // Behind the end of a function that has a size.
    [0x8048, undefined],
    // A label without a size reaches to the end of its section.
    [0x80ff, 'tail+0x9f'],
    [0x8100, undefined],
    [0xffffffff, undefined],
  ])('%i is %s', (address, name) => {
    expect(symbols.name_at(address)).toBe(name);
  });

  test('of several at one address: the function, the global one', () => {
    const several = symbols_of([
      { name: 'label', value: 0x8000, size: 8 },
      { name: 'local_name', value: 0x8000, size: 8, type: FUNC, binding: 0 },
      { name: 'weak_name', value: 0x8000, size: 8, type: FUNC, binding: 2 },
      { name: 'global_name', value: 0x8000, size: 8, type: FUNC, binding: 1 },
      { name: 'data', value: 0x8000, size: 8, type: OBJECT },
    ]);
    expect(several.name_at(0x8004)).toBe('global_name+0x4');
  });

  test('the innermost of nested symbols', () => {
    const nested = symbols_of([
      { name: 'outer', value: 0x8000, size: 0x40, type: FUNC },
      { name: 'inner', value: 0x8010, size: 0x10, type: FUNC },
    ]);
    expect(nested.name_at(0x8018)).toBe('inner+0x8');
    expect(nested.name_at(0x8020)).toBe('outer+0x20');
    expect(nested.name_at(0x8040)).toBeUndefined();
  });

  test('absolute and undefined symbols, sections and source files name no address', () => {
    const symbols = symbols_of([
      { name: 'absolute', value: 0x8000, size: 4, section: 0xfff1 },
      { name: 'undefined', value: 0x8000, size: 4, section: 0 },
      { name: 'section', value: 0x8000, size: 4, type: 3 },
      { name: 'file.c', value: 0x8000, size: 4, type: 4, section: 0xfff1 },
    ]);
    expect(symbols.name_at(0x8000)).toBeUndefined();
    expect([...symbols].map(({ name }) => name)).toEqual(['absolute']);
    expect(symbols.find('absolute')?.value).toBe(0x8000);
  });

  test('moves with a position-independent program', () => {
    const moved = symbols.moved(0x400000);
    expect(moved.name_at(0x408024)).toBe('main+0x4');
    expect(moved.name_at(0x8024)).toBeUndefined();
    expect(moved.find('main')?.address).toBe(0x408020);
    expect(symbols.find('main')?.address).toBe(0x8020);
  });
});

describe('the address of a name', () => {
  test('is found by the whole name', () => {
    const symbols = symbols_of([
      { name: 'printf_unlocked', value: 0x8010, type: FUNC },
      { name: 'printf', value: 0x8020, type: FUNC },
      { name: 'grüß', value: 0x8030, type: FUNC },
    ]);
    expect(symbols.find('printf')?.address).toBe(0x8020);
    expect(symbols.find('print')).toBeUndefined();
    expect(symbols.find('')).toBeUndefined();
    expect(symbols.find('x'.repeat(10_000))).toBeUndefined();
  });

  test('a global symbol comes before a weak and a local one', () => {
    const symbols = symbols_of([
      { name: 'f', value: 0x8010, type: FUNC, binding: 0 },
      { name: 'f', value: 0x8020, type: FUNC, binding: 2 },
      { name: 'f', value: 0x8030, type: FUNC, binding: 1 },
    ]);
    expect(symbols.find('f')?.address).toBe(0x8030);
  });
});

describe('ARM', () => {
  const list: SymbolToMake[] = [
    { name: '$a', value: 0x8000, binding: 0 },
    { name: '$d', value: 0x8010, binding: 0 },
    { name: '$t.7', value: 0x8020, binding: 0 },
    { name: '$d.realdata', value: 0x8040, binding: 0 },
    { name: '$x', value: 0x8044, binding: 0 },
    { name: 'arm_function', value: 0x8000, size: 0x10, type: FUNC },
    { name: 'thumb_function', value: 0x8021, size: 0x20, type: FUNC },
    { name: 'odd_data', value: 0x8041, size: 1, type: OBJECT },
  ];
  const symbols = symbols_of(list);

  test('a Thumb function is at the even address; jumps go to the odd one', () => {
    expect(symbols.find('thumb_function')).toMatchObject({ address: 0x8020, value: 0x8021 });
    expect(symbols.name_at(0x8020)).toBe('thumb_function');
    expect(symbols.name_at(0x803f)).toBe('thumb_function+0x1f');
    expect(symbols.find('odd_data')?.address).toBe(0x8041);
  });

  test('mapping symbols tell code from data, and are no names', () => {
    expect(symbols.mapping()).toEqual([
      { address: 0x8000, kind: 'a' },
      { address: 0x8010, kind: 'd' },
      { address: 0x8020, kind: 't' },
      { address: 0x8040, kind: 'd' },
    ]);
    expect([0x7fff, 0x8000, 0x800c, 0x8010, 0x803e, 0x9000].map((address) => symbols.kind_at(address))).toEqual(
      [undefined, 'a', 'a', 'd', 't', 'd'], // the last one reaches on
    );
    expect(symbols.name_at(0x8010)).toBeUndefined();
    expect(symbols.find('$a')).toBeUndefined();
    expect(symbols.find('$x')?.address).toBe(0x8044);
  });

  test('other machines have no mapping symbols', () => {
    const other = symbols_of(list, 243);
    expect(other.mapping()).toEqual([]);
    expect(other.find('$a')?.address).toBe(0x8000);
    expect(other.find('thumb_function')?.address).toBe(0x8021);
  });
});

test('a name that never ends is left out, the others stay', () => {
  const { bytes, symbols, strings } = make_elf({
    segments: [{ address: 0x8000, data: new Uint8Array(16) }],
    symbols: [
      { name: 'good', value: 0x8000, type: FUNC },
      { name: 'bad', value: 0x8004, type: FUNC },
    ],
  });
  new DataView(bytes.buffer).setUint32(symbols + 32, 0x7fffffff, true);
  const damaged = parse_elf(bytes).symbols;
  expect(damaged.problem).toMatch(/symbol 2 has a name beyond/);
  expect([...damaged].map(({ name }) => name)).toEqual(['good']);
  expect(bytes[strings]).toBe(0);
});
