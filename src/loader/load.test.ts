import { describe, expect, test } from 'vitest';
import { type ElfToMake, make_elf } from '../../test/support/make-elf.js';
import { GUEST_END, GuestMemory, make_memory, PAGE_SIZE } from '../machine/memory.js';
import { ElfError, type LoadOptions, load_elf, parse_elf, plan_address_space, STACK_SIZE } from './index.js';

const ARM: LoadOptions = { isa: 'arm', elf_machine: 40, endianness: 'little' };
const text = { address: 0x8000, data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), flags: 5 };
const data = { address: 0x11004, data: Uint8Array.of(9, 10, 11, 12), memory_size: 0x2000, flags: 6 };
const program: ElfToMake = { entry: 0x8000, segments: [text, data] };

function load(elf: ElfToMake, options = ARM, memory = new GuestMemory()) {
  const { bytes } = make_elf(elf);
  return { memory, ...load_elf(parse_elf(bytes), bytes, memory, options) };
}

function refused(elf: ElfToMake, options = ARM): string {
  try {
    load(elf, options);
  } catch (error) {
    if (error instanceof ElfError) return error.message;
    throw error;
  }
  throw new Error('the program was loaded');
}

test('what an ISA refuses for its e_flags is said in its words', () => {
  const refuses = (flags: number) => (flags & 0x20 ? 'the ABI n32' : undefined);
  const options = { ...ARM, refuses, title: 'Some ISA' };
  expect(refused({ ...program, flags: 0x20 }, options)).toMatch(
    /^this is a program for the ABI n32, which arm does not run; build it for Some ISA /,
  );
  expect(load({ ...program, flags: 0x10 }, options).entry).toBe(0x8000);
});

describe('a program in memory', () => {
  test('has its bytes, zeroed bss and page rights', () => {
    const { memory } = load(program);
    expect([...memory.bytes(0x8000, 9)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 0]);
    expect(memory.read_32(0x11004)).toBe(0x0c0b0a09);
    expect(memory.bytes(0x11008, 0x1ffc).every((byte) => byte === 0)).toBe(true);
    const rights = [0x0, 0x7000, 0x8000, 0x9000, 0x10000, 0x11000, 0x12000, 0x13000, 0x14000];
    expect(rights.map((address) => memory.pages[address >>> 12])).toEqual([0, 0, 5, 0, 0, 6, 6, 6, 0]);
  });

  test('two segments in one page: the page has the rights of both', () => {
    const { memory } = load({ ...program, segments: [text, { ...data, address: 0x8800 }] });
    expect(memory.pages[8]).toBe(7);
    expect(memory.read_8(0x8800)).toBe(9);
    expect(memory.read_8(0x8007)).toBe(8);
  });

  test('what is executable or writable can be read', () => {
    const { memory } = load({
      ...program,
      segments: [
        { ...text, flags: 1 },
        { ...data, flags: 2 },
      ],
    });
    expect([memory.pages[0x8], memory.pages[0x11]]).toEqual([5, 6]);
  });

  // As under qemu-arm and qemu-mipsel, tried with arm-linux-gnueabi-gcc -z execstack, noexecstack, and newlib's no header.
  test.each([
    ['its header says so', [{ type: 0x6474e551, address: 0, data: new Uint8Array(), flags: 7 }], true],
    ['it has no header', [], true],
    ['its header does not say so', [{ type: 0x6474e551, address: 0, data: new Uint8Array(), flags: 6 }], false],
  ])('the stack may hold code: %s', (_, stack, executable) => {
    expect(load({ ...program, segments: [text, ...stack] }).executable_stack).toBe(executable);
  });

  test('bss over memory that was used before is cleared', () => {
    const memory = new GuestMemory();
    memory.map(0x11000, 0x2000, 6);
    memory.bytes(0x11000, 0x2000).fill(0xff);
    load(program, ARM, memory);
    expect([...memory.bytes(0x11000, 12)]).toEqual([255, 255, 255, 255, 9, 10, 11, 12, 0, 0, 0, 0]);
    expect(memory.bytes(0x11008, 0x1ff8).every((byte) => byte === 0)).toBe(true);
  });

  test('checked memory does not stop the loader from writing text', () => {
    const { memory } = load(program, ARM, make_memory('little', true));
    expect(memory.read_32(0x8000)).toBe(0x04030201);
    expect(() => memory.write_8(0x8000, 0)).toThrow(/read-only/);
  });

  test('entry, break and stack', () => {
    const { entry, brk, bias, stack_top, address_space } = load(program);
    // The data ends at 0x13004.
    expect({ entry, bias, brk }).toEqual({ entry: 0x8000, bias: 0, brk: 0x14000 });
    expect(stack_top).toBe(address_space.stack.end);
  });

  test('an entry point in Thumb code keeps its bit 0', () => {
    expect(load({ ...program, entry: 0x8003 }).entry).toBe(0x8003);
  });

  test('big-endian bytes are copied as they are', () => {
    const { memory, endianness } = load(
      { ...program, machine: 8, endianness: 'big' },
      { isa: 'mips', elf_machine: 8, endianness: 'big' },
    );
    expect(endianness).toBe('big');
    expect([...memory.bytes(0x8000, 4)]).toEqual([1, 2, 3, 4]);
  });

  test('program headers are found where a segment contains them', () => {
    // 52 bytes of ELF header, then the headers: a first segment that begins at offset 0, as glibc programs have it.
    const made = make_elf({ ...program, segments: [{ ...text, address: 0x10000 }, data], entry: 0x10034 });
    const view = new DataView(made.bytes.buffer);
    const length = view.getUint32(52 + 4, true) + 8;
    view.setUint32(52 + 4, 0, true);
    view.setUint32(52 + 16, length, true);
    view.setUint32(52 + 20, length, true);
    const { program_headers } = load_elf(parse_elf(made.bytes), made.bytes, new GuestMemory(), ARM);
    const bytes = made.bytes.subarray(52, 52 + 2 * 32);
    expect(program_headers).toEqual({ address: 0x10034, bytes, count: 2, size: 32 });
    expect(load(program).program_headers.address).toBeUndefined();
  });

  test('a static position-independent program is moved above the null page', () => {
    const { entry, bias, memory, brk, symbols } = load({
      type: 3,
      entry: 0x104,
      segments: [
        { address: 0x100, data: text.data },
        { type: 2, address: 0x100, data: text.data },
      ],
      symbols: [{ name: '_start', value: 0x104, size: 4, type: 2 }],
    });
    expect({ entry, bias, brk }).toEqual({ entry: 0x400104, bias: 0x400000, brk: 0x401000 });
    expect(memory.read_32(0x400100)).toBe(0x04030201);
    expect(symbols.name_at(entry)).toBe('_start');
  });

  test('half of the address space as bss costs no time', () => {
    const started = performance.now();
    const { memory } = load({ ...program, segments: [text, { ...data, memory_size: 0x70000000 }] });
    expect(memory.allows(0x60000000, 4, 6)).toBe(true);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('a program that cannot run here is refused with advice', () => {
  const dynamic = [...program.segments!, { type: 3, address: 0x8000, data: new TextEncoder().encode('/lib/ld.so\0') }];
  test.each<[string, ElfToMake, LoadOptions, RegExp]>([
    ['dynamically linked', { ...program, segments: dynamic }, ARM, /dynamically linked.*link it with -static/],
    ['dynamically linked PIE', { ...program, type: 3, segments: dynamic }, ARM, /link it with -static/],
    ['MIPS, little-endian', { ...program, machine: 8 }, ARM, /for MIPS, 32 bit, little-endian, .*run mipsel/],
    [
      'MIPS, big-endian',
      { ...program, machine: 8, endianness: 'big' },
      ARM,
      /big-endian, .*use: pydgin-ts run mips \(/,
    ],
    ['ARM for mips', program, { isa: 'mips', elf_machine: 8, endianness: 'big' }, /use: pydgin-ts run arm/],
    ['ARM, big-endian', { ...program, endianness: 'big' }, ARM, /build it for ARM, 32 bit, little-endian/],
    ['AArch64', { ...program, machine: 183, class: 64 }, ARM, /AArch64, 64 bit.*build it for ARM/],
    ['x86-64', { ...program, machine: 62, class: 64 }, ARM, /x86-64, 64 bit.*build it for ARM/],
    ['RISC-V', { ...program, machine: 243 }, ARM, /RISC-V.*path of a description/],
    ['64 bit of the same machine', { ...program, class: 64 }, ARM, /ARM, 64 bit.*build it for ARM, 32 bit/],
    ['an object file', { type: 1 }, ARM, /object file.*leave out -c/],
    ['a core dump', { ...program, type: 4 }, ARM, /core dump/],
    ['a shared library', { ...program, type: 3, entry: 0 }, ARM, /shared library/],
    ['nothing to load', { ...program, segments: [{ ...text, type: 4 }] }, ARM, /no segment to load/],
    ['entry elsewhere', { ...program, entry: 0x20000 }, ARM, /entry point 0x20000 lies in no loaded segment/],
    ['entry 0', { ...program, entry: 0 }, ARM, /entry point 0x0 lies in no loaded segment/],
    [
      'the page that does not exist',
      { ...program, segments: [text, { ...data, address: 0xfffff000, memory_size: 8 }] },
      ARM,
      /goes beyond 0xfffff000/,
    ],
    [
      'no room for a stack',
      { ...program, segments: [text, { ...data, address: 0x10000, memory_size: GUEST_END - 0x10000 }] },
      ARM,
      /no room for a stack/,
    ],
  ])('%s', (_, elf, options, message) => {
    expect(refused(elf, options)).toMatch(message);
  });
});

describe('the address space', () => {
  const ranges = (plan: ReturnType<typeof plan_address_space>) => [plan.program, plan.heap, plan.mmap, plan.stack];

  /** No two of program, heap, mappings and stack share an address, and all exist. */
  function expect_apart(plan: ReturnType<typeof plan_address_space>) {
    const sorted = ranges(plan).toSorted((a, b) => a.start - b.start || a.end - b.end);
    for (const [n, { start, end }] of sorted.entries()) {
      expect(start).toBeLessThanOrEqual(end);
      expect(start % PAGE_SIZE).toBe(0);
      expect(end % PAGE_SIZE).toBe(0);
      if (n > 0) expect(start).toBeGreaterThanOrEqual(sorted[n - 1].end);
    }
    expect(sorted.at(-1)!.end).toBeLessThanOrEqual(GUEST_END);
  }

  test('a million nested calls with 200 bytes each fit the stack', () => {
    const plan = plan_address_space([{ address: 0x8000, size: 0x10000 }]);
    expect_apart(plan);
    expect(plan.stack.end - plan.stack.start).toBe(STACK_SIZE);
    expect(STACK_SIZE).toBeGreaterThan(1e6 * 200);
    // A gap, so that too deep a recursion does not run into the heap unseen.
    expect(plan.stack.start - plan.heap.end).toBeGreaterThanOrEqual(0x100000);
    expect(plan.heap.end - plan.heap.start).toBeGreaterThan(0x40000000);
    expect(plan.mmap.end - plan.mmap.start).toBeGreaterThan(0x30000000);
  });

  test('the stack can be made smaller', () => {
    const { stack } = plan_address_space([{ address: 0x8000, size: 16 }], 8 << 20);
    expect(stack.end - stack.start).toBe(8 << 20);
  });

  test.each([
    ['MIPS kseg0', [{ address: 0x80020000, size: 0x40000 }]],
    ['at the top', [{ address: 0xfff00000, size: 0xff000 }]],
    ['across the middle', [{ address: 0x7fff0000, size: 0x20000 }]],
    ['where the stack would be', [{ address: 0xa0000000, size: 0x1000 }]],
    ['where the mappings would be', [{ address: 0xd0000000, size: 0x1000 }]],
    ['at 0', [{ address: 0, size: 0x1000 }]],
    ['large', [{ address: 0x8000, size: 0xb0000000 }]],
  ])('a program linked %s has its stack, heap and mappings elsewhere', (_, segments) => {
    const plan = plan_address_space(segments);
    expect_apart(plan);
    expect(plan.stack.end - plan.stack.start).toBeGreaterThanOrEqual(8 << 20);
    const monitor = { start: 0xbfc00000, end: 0xbfc10000 };
    for (const { start, end } of [plan.heap, plan.mmap, plan.stack])
      expect(end <= monitor.start || start >= monitor.end).toBe(true);
  });

  test('parts far apart: the stack lies between them', () => {
    const segments = [
      { address: 0x8000, size: 0x1000 },
      { address: 0x90000000, size: 0x1000 },
    ];
    const { heap, mmap, stack } = plan_address_space(segments);
    for (const { start, end } of [heap, mmap, stack])
      for (const { address, size } of segments) expect(end <= address || start >= address + size).toBe(true);
  });
});
