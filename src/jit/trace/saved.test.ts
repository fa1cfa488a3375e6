// The file format of saved code, and what may not be used again.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { make_memory, R, W, X } from '../../machine/memory.js';
import { decode_saved, encode_saved, extents, same_code, same_constants, union } from './saved.js';

const address = fc.integer({ min: 0, max: 0xffff_ffff });
const extent = fc.record({ start: address, bytes: fc.uint8Array({ maxLength: 20 }) });
const saved_code = fc.record({
  modules: fc.array(
    fc
      .record({
        regions: fc.array(fc.tuple(address, fc.array(address, { maxLength: 3 })), { minLength: 1, maxLength: 3 }),
        size: fc.nat(1000),
        grade: fc.constantFrom(0, 1, 2),
        wasm: fc.uint8Array({ maxLength: 50 }),
        code: fc.array(extent, { maxLength: 3 }),
      })
      .map(({ regions, ...rest }) => ({
        keys: regions.map(([key]) => key),
        entries: regions.map(([, entries]) => entries),
        ...rest,
      })),
    { maxLength: 4 },
  ),
  constants: fc.array(extent, { maxLength: 3 }),
});

describe('format', () => {
  test('what is written is read', () => {
    fc.assert(
      fc.property(saved_code, (saved) => {
        expect(decode_saved(encode_saved(saved))).toEqual(saved);
      }),
    );
  });
  test('whatever is cut off or appended makes it nothing', () => {
    fc.assert(
      fc.property(saved_code, fc.nat(), (saved, n) => {
        const bytes = encode_saved(saved);
        expect(decode_saved(bytes.subarray(0, n % bytes.length))).toBeUndefined();
        expect(decode_saved(new Uint8Array([...bytes, 0]))).toBeUndefined();
      }),
    );
  });
  test('bytes of any kind raise no error', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => void decode_saved(bytes)));
  });
});

test('ranges that overlap or touch become one', () => {
  expect(
    union([
      [8, 12],
      [0, 4],
      [4, 6],
      [10, 20],
      [30, 31],
    ]),
  ).toEqual([
    [0, 6],
    [8, 20],
    [30, 31],
  ]);
});

describe.each(['little', 'big'] as const)('%s-endian memory', (endianness) => {
  const memory = make_memory(endianness);
  memory.map(0x8000, 0x1000, R | X);
  memory.map(0x9000, 0x1000, R | W);
  memory.write_bytes(0x8ffc, new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]));

  test('code is the same until a byte of it changes', () => {
    const code = extents(memory, [[0x8ffc, 0x8fff]]);
    expect(code).toEqual([{ start: 0x8ffc, bytes: new Uint8Array([1, 2, 3]) }]);
    expect(same_code(memory, code)).toBe(true);
    memory.write_bytes(0x8ffe, new Uint8Array([9]));
    expect(same_code(memory, code)).toBe(false);
    memory.write_bytes(0x8ffe, new Uint8Array([3]));
    expect(same_code(memory, code)).toBe(true);
  });
  test('code is none where it may not be executed', () => {
    expect(same_code(memory, extents(memory, [[0x8ffc, 0x9001]]))).toBe(false);
    expect(same_code(memory, extents(memory, [[0xa000, 0xa004]]))).toBe(false);
  });
  test('a constant is none where it may be written', () => {
    expect(same_constants(memory, extents(memory, [[0x8ffc, 0x9000]]))).toBe(true);
    expect(same_constants(memory, extents(memory, [[0x8ffc, 0x9004]]))).toBe(false);
    expect(same_constants(memory, [{ start: 0x8ffc, bytes: new Uint8Array([2]) }])).toBe(false);
  });
});
