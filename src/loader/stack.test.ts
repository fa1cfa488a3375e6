import { describe, expect, test } from 'vitest';
import { GuestMemory, R, W, X } from '../machine/memory.js';
import { build_stack, ElfError, plan_address_space, type StackOptions } from './index.js';

const HEADERS = Uint8Array.from({ length: 96 }, (_, n) => n);
const program = {
  address_space: plan_address_space([{ address: 0x8000, size: 0x1000 }]),
  entry: 0x8054,
  endianness: 'little' as 'little' | 'big',
  executable_stack: true,
  program_headers: { address: 0x8034 as number | undefined, bytes: HEADERS, count: 3, size: 32 },
};

/** Reads an initial stack as a C library's start-up code does: from the stack pointer upwards. */
function start_up(memory: GuestMemory, stack_pointer: number, endianness: 'little' | 'big') {
  const view = new DataView(memory.u8.buffer, memory.u8.byteOffset + 4096);
  let at = stack_pointer;
  const word = () => {
    const value = view.getUint32(at, endianness === 'little');
    at += 4;
    return value;
  };
  const string = (address: number) => Buffer.from(memory.c_string(address));
  const until_null = () => {
    const addresses: number[] = [];
    for (let address = word(); address !== 0; address = word()) addresses.push(address);
    return addresses;
  };
  const argc = word();
  const argv = until_null();
  const env = until_null();
  const auxv = new Map<number, number>();
  for (let type = word(), value = word(); type !== 0; type = word(), value = word()) auxv.set(type, value);
  return { argc, argv: argv.map(string), env: env.map(string), auxv, string, argv_addresses: argv, end: at };
}

function started(options: StackOptions, endianness: 'little' | 'big' = 'little', memory = new GuestMemory()) {
  const stack = build_stack(memory, { ...program, endianness }, options);
  return { memory, stack, ...start_up(memory, stack.stack_pointer, endianness) };
}

describe.each(['little', 'big'] as const)('the initial stack, %s-endian', (endianness) => {
  test('arguments and environment', () => {
    const { argc, argv, env } = started(
      { argv: ['prog', '', 'two words', 'ü'], env: ['HOME=/', 'EMPTY='] },
      endianness,
    );
    expect(argc).toBe(4);
    expect(argv.map(String)).toEqual(['prog', '', 'two words', 'ü']);
    expect(env.map(String)).toEqual(['HOME=/', 'EMPTY=']);
  });

  test('nothing at all', () => {
    const { argc, argv, env, auxv } = started({ argv: [] }, endianness);
    expect({ argc, argv, env }).toEqual({ argc: 0, argv: [], env: [] });
    expect(auxv.get(6)).toBe(4096);
  });

  test('the auxiliary vector', () => {
    const random = Uint8Array.from({ length: 16 }, (_, n) => 200 + n);
    const { auxv, string, memory } = started(
      { argv: ['prog'], executable: '/bin/prog', hwcap: 0x97, platform: 'v5l', uid: 7, gid: 8, random },
      endianness,
    );
    // Numbers from Linux's include/uapi/linux/auxvec.h.
    expect([3, 4, 5, 6, 9].map((type) => auxv.get(type))).toEqual([0x8034, 32, 3, 4096, 0x8054]);
    expect([11, 12, 13, 14, 16, 17, 23].map((type) => auxv.get(type))).toEqual([7, 7, 8, 8, 0x97, 100, 0]);
    expect(string(auxv.get(15)!).toString()).toBe('v5l');
    expect(string(auxv.get(31)!).toString()).toBe('/bin/prog');
    expect(memory.bytes(auxv.get(25)!, 16)).toEqual(random);
  });
});

describe('the initial stack', () => {
  test('bytes that are no UTF-8 reach the program as they are', () => {
    const { argv } = started({ argv: ['p', Uint8Array.of(0xff, 0x80, 0x41)] });
    expect([...argv[1]]).toEqual([0xff, 0x80, 0x41]);
  });

  test('a program whose headers are not in memory gets a copy', () => {
    const memory = new GuestMemory();
    const program_headers = { ...program.program_headers, address: undefined };
    const { stack_pointer } = build_stack(memory, { ...program, program_headers }, { argv: ['p'] });
    const { auxv } = start_up(memory, stack_pointer, 'little');
    expect([auxv.get(4), auxv.get(5)]).toEqual([32, 3]);
    const address = auxv.get(3)!;
    expect(address % 4).toBe(0);
    expect(address).toBeGreaterThan(stack_pointer);
    expect(memory.bytes(address, 96)).toEqual(HEADERS);
  });

  test.each([0, 1, 2, 3, 4, 5])('the stack pointer is a multiple of 16, with %i arguments', (count) => {
    const memory = new GuestMemory();
    for (let length = 0; length < 17; length++) {
      const options = { argv: new Array(count).fill('x'.repeat(length)), env: ['A=B'] };
      const { stack, end, argv_addresses } = started(options, 'little', memory);
      expect(stack.stack_pointer % 16).toBe(0);
      for (const address of argv_addresses) expect(address).toBeGreaterThanOrEqual(end);
    }
  });

  test('its parts are where the result says', () => {
    const { stack, memory } = started({ argv: ['a', 'b'], env: ['C=D'] });
    expect(memory.read_32(stack.stack_pointer)).toBe(stack.argc);
    expect(stack.argv).toBe(stack.stack_pointer + 4);
    expect(String(Buffer.from(memory.c_string(memory.read_32(stack.envp))))).toBe('C=D');
    // The first pair is AT_PHDR.
    expect(memory.read_32(stack.auxv)).toBe(3);
  });

  test('the whole stack can be read and written, and executed where the program asks for it; what surrounds it cannot', () => {
    const { memory } = started({ argv: ['p'] });
    const { start, end } = program.address_space.stack;
    expect(memory.allows(start, end - start, R | W | X)).toBe(true);
    build_stack(memory, { ...program, executable_stack: false }, { argv: ['p'] });
    expect(memory.allows(start, end - start, R | W)).toBe(true);
    expect(memory.allows(end - 4, 1, X)).toBe(false);
    expect(memory.allows(start - 1, 1, R)).toBe(false);
    expect(memory.allows(end, 1, R)).toBe(false);
  });

  test('is the same in every run, unless random bytes are given', () => {
    const bytes = () => {
      const { memory, stack } = started({ argv: ['p', 'q'], env: ['E=1'] });
      return memory.bytes(stack.stack_pointer, program.address_space.stack.end - stack.stack_pointer);
    };
    expect(bytes()).toEqual(bytes());
  });

  test('more arguments than the stack has room for', () => {
    const small = { ...program, address_space: plan_address_space([{ address: 0x8000, size: 16 }], 1 << 16) };
    const argv = new Array(100).fill('x'.repeat(1000));
    expect(() => build_stack(new GuestMemory(), small, { argv })).toThrow(ElfError);
    expect(() => build_stack(new GuestMemory(), small, { argv })).toThrow(/larger stack/);
  });
});
