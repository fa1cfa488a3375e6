import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type ElfToMake, make_elf } from '../../test/support/make-elf.js';
import { describe_elf, ElfError, parse_elf, unreadable } from './index.js';

const text = (characters: string) => new TextEncoder().encode(characters);
const code = Uint8Array.of(0x00, 0x10, 0xa0, 0xe3, 0x1e, 0xff, 0x2f, 0xe1);
const program: ElfToMake = {
  entry: 0x8000,
  segments: [
    { address: 0x8000, data: code },
    { address: 0x11000, data: Uint8Array.of(1, 2, 3, 4), memory_size: 0x100, flags: 6, align: 0x1000 },
  ],
  symbols: [{ name: '_start', value: 0x8000, size: 8, type: 2 }],
};

/** The ElfError that a file is refused with. */
function refused(bytes: Uint8Array): ElfError {
  try {
    parse_elf(bytes);
  } catch (error) {
    if (error instanceof ElfError) return error;
    throw error;
  }
  throw new Error('the file was accepted');
}

/** The made program with one field of 16 or 32 bits overwritten. */
function damaged(offset: number, value: number, size: 2 | 4 = 4, elf: ElfToMake = program): Uint8Array {
  const { bytes } = make_elf(elf);
  const view = new DataView(bytes.buffer);
  if (size === 2) view.setUint16(offset, value, true);
  else view.setUint32(offset, value, true);
  return bytes;
}

describe('an ELF file of any kind', () => {
  for (const file_class of [32, 64] as const)
    for (const endianness of ['little', 'big'] as const)
      test(`${file_class} bit, ${endianness}-endian`, () => {
        const made = make_elf({ ...program, class: file_class, endianness, machine: 8, flags: 0x70001000 });
        const image = parse_elf(made.bytes);
        expect(image).toMatchObject({ class: file_class, endianness, machine: 8, machine_name: 'MIPS', type: 2 });
        expect(image).toMatchObject({ entry: 0x8000, flags: 0x70001000 });
        expect(image.segments).toMatchObject([
          { type: 'LOAD', address: 0x8000, file_size: 8, memory_size: 8, flags: 5, align: 4 },
          { type: 'LOAD', address: 0x11000, file_size: 4, memory_size: 0x100, flags: 6, align: 0x1000 },
        ]);
        const { offset, file_size } = image.segments[0];
        expect(made.bytes.subarray(offset, offset + file_size)).toEqual(code);
        expect(image.sections.list.map(({ name }) => name)).toEqual(['', '.text', '.symtab', '.strtab', '.shstrtab']);
        expect([...image.symbols]).toMatchObject([{ name: '_start', address: 0x8000, size: 8, type: 2 }]);
      });

  test('without section headers: no symbols, and no complaint', () => {
    const image = parse_elf(make_elf({ ...program, no_sections: true }).bytes);
    expect(image.segments).toHaveLength(2);
    expect(image.symbols).toMatchObject({ count: 0, problem: undefined });
  });

  test('a file that does not begin at the start of its buffer', () => {
    const { bytes } = make_elf(program);
    const larger = new Uint8Array(bytes.length + 3);
    larger.set(bytes, 3);
    expect(parse_elf(larger.subarray(3)).entry).toBe(0x8000);
  });

  test('a machine that elfy does not know has its name', () => {
    expect(parse_elf(make_elf({ ...program, machine: 243 }).bytes).machine_name).toBe('RISC-V');
    expect(parse_elf(make_elf({ ...program, machine: 4711 }).bytes).machine_name).toBe('machine 4711');
  });
});

describe('what is no ELF file is refused by what it is', () => {
  test.each([
    ['an empty file', new Uint8Array(0), 'the file is empty'],
    ['C source', text('#include <stdio.h>\nint main() {}\n'), 'it is a text file'],
    ['UTF-8 text', text('grüße aus köln\n'), 'it is a text file'],
    ['a shell script', text('#!/bin/sh\nexit 0\n'), 'it is a script'],
    ['an archive', text('!<arch>\nmain.o/'), 'it is a static library'],
    ['a Windows program', text('MZ\x90\0\x03\0'), 'it is a Windows program'],
    ['gzip', Uint8Array.of(0x1f, 0x8b, 8, 0), 'it is compressed by gzip'],
    ['zeros', new Uint8Array(64), 'it begins with 00 00 00 00'],
    ['one byte', Uint8Array.of(0x7f), 'it begins with 7f'],
    ['the magic alone', text('\x7fELF'), 'ends after 4 bytes'],
    ['half a header', make_elf(program).bytes.subarray(0, 40), 'ends after 40 bytes'],
    ['half a header of 64 bits', make_elf({ ...program, class: 64 }).bytes.subarray(0, 60), 'ends after 60 bytes'],
  ])('%s', (_, bytes, message) => {
    expect(refused(bytes).message).toContain(message);
  });

  test.each([
    ['EISDIR', 'it is a directory'],
    ['ENOENT', 'no such file'],
    ['EACCES', 'chmod +r'],
    ['EIO', 'the host reports EIO'],
    [undefined, 'unknown error'],
  ])('a file that cannot be read: %s', (reason, message) => {
    expect(unreadable('dir/prog.elf', reason)).toBeInstanceOf(ElfError);
    expect(unreadable('dir/prog.elf', reason).message).toMatch(/^cannot read dir\/prog.elf: /);
    expect(unreadable('dir/prog.elf', reason).message).toContain(message);
  });
});

describe('a damaged field is named with its place', () => {
  // Offsets from the gABI: ELF header of 52 bytes, program headers of 32 at 52, the second at 84.
  test.each([
    ['class', damaged(4, 0x00010103), 4, /class 3/],
    ['byte order', damaged(4, 0x00010701), 5, /data encoding 7/],
    ['identification version', damaged(4, 0x00090101), 6, /identification version 9/],
    ['file type', damaged(16, 0xffff, 2), 16, /file type 65535/],
    ['no machine', damaged(18, 0, 2), 18, /names no machine/],
    ['version', damaged(20, 2), 20, /version 2/],
    ['header size', damaged(40, 0, 2), 40, /header size 0 is not 52/],
    ['program headers beyond the end', damaged(28, 0xfffffff0), 28, /beyond the file's end/],
    ['program headers at 0', damaged(28, 0), 28, /at no place/],
    ['program header size', damaged(42, 31, 2), 42, /size 31 is not 32/],
    ['program header count', damaged(44, 0xfffe, 2), 28, /65534 program headers/],
    ['extended program header count', damaged(44, 0xffff, 2), 44, /65535 or more/],
    ['segment offset', damaged(52 + 4, 0x7fffffff), 56, /header 0: .* beyond the file's end/],
    ['file size', damaged(84 + 16, 0xffffffff), 88, /header 1: .* beyond the file's end/],
    ['memory size below file size', damaged(84 + 20, 3), 100, /4 bytes of the file do not fit its 3/],
    ['memory size', damaged(84 + 20, 0xffffffff), 104, /leave the address space/],
    ['alignment', damaged(84 + 28, 24), 112, /alignment 24 is no power of 2/],
    ['overlapping segments', damaged(84 + 8, 0x8004), undefined, /0x8000 \(8 bytes\) and 0x8004 overlap/],
  ])('%s', (_, bytes, offset, message) => {
    const error = refused(bytes);
    expect(error.message).toMatch(message);
    if (offset === undefined) return;
    expect(error.offset).toBe(offset);
    expect(error.message).toContain(`(at file offset 0x${offset.toString(16)})`);
  });

  test('an address of 64 bits that a number cannot hold', () => {
    const { bytes } = make_elf({ ...program, class: 64 });
    new DataView(bytes.buffer).setBigUint64(24, 0xffffffff81000000n, true);
    expect(refused(bytes)).toMatchObject({ offset: 24, message: expect.stringContaining('beyond 2^53') });
  });

  test('many segments that all take the same bytes of the file', () => {
    const data = new Uint8Array(4096);
    const { bytes } = make_elf({
      segments: Array.from({ length: 100 }, (_, n) => ({
        address: n * 0x10000,
        data: n === 0 ? data : data.subarray(0, 1),
      })),
    });
    const view = new DataView(bytes.buffer);
    const first = view.getUint32(52 + 4, true);
    for (let n = 1; n < 100; n++) {
      view.setUint32(52 + 32 * n + 4, first, true);
      view.setUint32(52 + 32 * n + 16, 4096, true);
      view.setUint32(52 + 32 * n + 20, 4096, true);
    }
    expect(refused(bytes).message).toMatch(/the segments take 409600 bytes from a file of/);
  });

  test('in sections and symbols stops nobody from running the program', () => {
    const made = make_elf(program);
    const view = new DataView(made.bytes.buffer);
    view.setUint32(32, 0xfffffff0, true);
    const image = parse_elf(made.bytes);
    expect(image.segments).toHaveLength(2);
    expect(image.sections.problem).toMatch(/beyond the end of the file/);
    expect(image.symbols.count).toBe(0);
    expect(describe_elf(image)).toMatch(/damaged: the section headers lie beyond the end of the file/);
  });
});

describe('info', () => {
  test('says what a program is and how to run it', () => {
    const info = describe_elf(parse_elf(make_elf({ ...program, flags: 0x05000200 }).bytes));
    expect(info).toContain('machine   ARM (40), EABI version 5, soft-float\n');
    expect(info).toContain('type      executable, statically linked\n');
    expect(info).toContain('entry     0x00008000 _start\n');
    expect(info).toContain('memory    264 bytes in 2 segments\n');
    expect(info).toContain('run with  pydgin-ts run arm FILE\n');
    expect(info).toContain('symbols   1: functions 1, objects 0\n');
  });

  test.each<[string, ElfToMake, string]>([
    ['MIPS, big-endian', { ...program, machine: 8, endianness: 'big' }, 'pydgin-ts run mips FILE'],
    ['MIPS, little-endian', { ...program, machine: 8 }, 'pydgin-ts run mipsel FILE'],
    ['another machine', { ...program, machine: 243 }, 'pydgin-ts run ./my-isa.ts FILE'],
    ['an object file', { type: 1 }, 'nothing: it is no program'],
    ['a shared library', { ...program, type: 3, entry: 0 }, 'nothing: it is no program'],
    [
      'a dynamically linked program',
      { ...program, segments: [...program.segments!, { type: 3, address: 0x8000, data: text('/lib/ld.so\0') }] },
      'link it with -static',
    ],
  ])('%s', (_, elf, advice) => {
    const line = describe_elf(parse_elf(make_elf(elf).bytes)).match(/^run with {2}(.*)$/m)![1];
    expect(line).toContain(advice);
  });

  test('control characters in names do not reach the terminal', () => {
    const { bytes } = make_elf({ ...program, symbols: [{ name: 'a\x1b[2Jb\n', value: 0x8000, size: 4, type: 2 }] });
    expect(parse_elf(bytes).symbols.name_at(0x8000)).toBe('a?[2Jb?');
    expect(describe_elf(parse_elf(bytes))).not.toContain('\x1b');
  });
});

test('a program of 5 MB is parsed in milliseconds', () => {
  const hello = readFileSync(fileURLToPath(new URL('../../test-binaries/hello.elf', import.meta.url)));
  const large = new Uint8Array(5 << 20);
  large.set(hello);
  parse_elf(large);
  const times = Array.from({ length: 5 }, () => {
    const started = performance.now();
    parse_elf(large);
    return performance.now() - started;
  });
  // Copying the file, or looking at each byte once, would take longer.
  expect(Math.min(...times)).toBeLessThan(2);
});
