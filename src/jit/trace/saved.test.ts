// The file format of saved code, and what may not be used again.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { make_memory, R, W, X } from '../../machine/memory.js';
import type { Grade } from '../ir/region.js';
import { decode_saved, encode_saved, extents, same_code, same_constants, union } from './saved.js';

const address = fc.integer({ min: 0, max: 0xffff_ffff });
const extent = fc.record({ start: address, bytes: fc.uint8Array({ maxLength: 20 }) });
const range = fc.tuple(address, address);
const call = fc.record({
  start: fc.nat(50),
  end: fc.nat(50),
  key: fc.option(address, { nil: undefined }),
  last: fc.boolean(),
});
const saved_module = fc
  .record({
    functions: fc.array(
      fc.record({
        key: address,
        entries: fc.array(address, { maxLength: 3 }),
        size: fc.nat(1000),
        grade: fc.constantFrom<Grade>(0, 1, 2),
        ranges: fc.array(range, { maxLength: 3 }),
        code: fc.option(fc.record({ body: range, calls: fc.array(call, { maxLength: 3 }) }), { nil: undefined }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    wasm: fc.uint8Array({ maxLength: 50 }),
    native: fc.uint8Array({ maxLength: 50 }),
    code: fc.array(extent, { maxLength: 3 }),
  })
  .map(({ functions, ...module }) => ({
    ...module,
    // A function's code is a part of its module.
    functions: functions.map(({ code, ...rest }) => {
      const [start, end] = (code?.body ?? []).map((n) => n % (module.wasm.length + 1)).sort((a, b) => a - b);
      return { ...rest, code: code && { ...code, body: module.wasm.subarray(start, end) } };
    }),
  }));
const saved_code = fc.record({
  modules: fc.array(saved_module, { maxLength: 4 }),
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
