// Memory as hosts see it, byte ranges and strings, beside memory as the guest's instructions see it, byte by byte.

import { describe, expect, test } from 'vitest';
import { make_memory, parts_of, R, W, X } from './memory.js';

const START = 0x10000;
const SIZE = 64;

describe.each(['little', 'big'] as const)('%s-endian memory', (endianness) => {
  const memory = make_memory(endianness);
  memory.map(START, 0x1000, R | W);
  const guest_bytes = () => Array.from({ length: SIZE }, (_, n) => memory.read_8(START + n));
  const fill = () => {
    for (let n = 0; n < SIZE; n++) memory.write_8(START + n, n + 1);
  };
  /** Ranges that begin and end anywhere in a word, in one, or in none. */
  const ranges = [0, 1, 2, 3].flatMap((from) =>
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 21].map((size) => ({ from: 8 + from, size })),
  );

  test.each(ranges)('$size bytes at $from are read', ({ from, size }) => {
    fill();
    expect([...memory.read_bytes(START + from, size)]).toEqual(guest_bytes().slice(from, from + size));
  });

  test.each(ranges)('$size bytes at $from are written, and none beside them', ({ from, size }) => {
    fill();
    const expected = guest_bytes();
    const bytes = Uint8Array.from({ length: size }, (_, n) => 200 + n);
    expected.splice(from, size, ...bytes);
    memory.write_bytes(START + from, bytes);
    expect(guest_bytes()).toEqual(expected);
  });

  test.each(ranges)('$size bytes at $from become zero, and none beside them', ({ from, size }) => {
    fill();
    const expected = guest_bytes().fill(0, from, from + size);
    memory.clear(START + from, size);
    expect(guest_bytes()).toEqual(expected);
  });

  test.each([0, 1, 63, 64, 65, 600])('a string of %i bytes ends before its zero, or at the limit', (length) => {
    const text = Uint8Array.from({ length }, (_, n) => 1 + (n % 255));
    memory.write_bytes(START + 1, text);
    memory.write_8(START + 1 + length, 0);
    expect([...memory.c_string(START + 1)]).toEqual([...text]);
    expect([...memory.c_string(START + 1, 10)]).toEqual([...text.subarray(0, 10)]);
  });
});

test('whole words of a range that has more than 2 GiB', () => {
  expect(parts_of(0x1001, 0x8800_0001)).toEqual({ head: 3, words: 0x87ff_fffc });
  expect(parts_of(0x1000, 0x8800_0001)).toEqual({ head: 0, words: 0x8800_0000 });
});

test.each(['little', 'big'] as const)(
  'code of %s-endian guests need not be readable, whatever its parcels are',
  (endianness) => {
    const memory = make_memory(endianness, true);
    memory.map(START, 0x1000, W | X);
    memory.write_32(START + 4, 0x81828384);
    const in_order = endianness === 'little' ? [0x84, 0x83, 0x82, 0x81] : [0x81, 0x82, 0x83, 0x84];
    expect(memory.fetch(START + 4, 4) >>> 0).toBe(0x81828384);
    expect(memory.fetch(START + 6, 2)).toBe(endianness === 'little' ? 0x8182 : 0x8384);
    expect([4, 5, 6, 7].map((n) => memory.fetch(START + n, 1))).toEqual(in_order);
    for (const read of ['read_8', 'read_16', 'read_32'] as const)
      expect(() => memory[read](START + 4)).toThrow('unreadable');
  },
);
