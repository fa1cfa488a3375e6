// Real programs, as readelf sees them and as the linker's own symbols describe them; and our ELF writer for tests against
// readelf, so that the other tests do not rest on themselves.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { make_elf } from '../../test/support/make-elf.js';
import { GuestMemory, R, X } from '../machine/memory.js';
import { type ElfImage, load_elf, parse_elf } from './index.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const elf_files = (folder: string) =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder))
        .filter((name) => name.endsWith('.elf'))
        .map((name) => join(root, folder, name))
    : [];
// Of the many test programs, which are alike, the first few and hello.elf.
const programs = elf_files('test-binaries');
const files = [
  ...programs.slice(0, 10),
  ...programs.slice(10).filter((path) => path.endsWith('hello.elf')),
  ...elf_files('spec-bench/kernels/arm'),
];
const readelf = ['readelf', 'arm-none-eabi-readelf'].find((tool) => spawnSync(tool, ['--version']).status === 0);
const folder = mkdtempSync(join(tmpdir(), 'pydgin-ts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What readelf says of a file, in the form of what we say. */
function by_readelf(path: string) {
  const output = execFileSync(readelf!, ['-hlsW', path], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: 1 << 28,
  });
  const value = (what: string) => output.match(new RegExp(`^ *${what}: *(.*)$`, 'm'))?.[1] ?? '';
  const segment = /^ {2}(\w+) +0x(\w+) 0x(\w+) 0x\w+ 0x(\w+) 0x(\w+) ([R ][W ][E ]) (0|0x\w+)$/gm;
  const symbol = /^ *\d+: (\w+) +(\d+|0x\w+) (\w+) +(\w+) +\w+ +(?:\[.*?\] +)?(\w+) (.+)$/gm;
  return {
    class: Number(value('Class').slice(3)),
    endianness: value('Data').includes('little') ? 'little' : 'big',
    entry: Number(value('Entry point address')),
    flags: Number.parseInt(value('Flags'), 16),
    segments: [...output.matchAll(segment)].map(([, type, offset, address, file_size, memory_size, flags, align]) => ({
      type: type === 'EXIDX' ? 'ARM_EXIDX' : type,
      offset: Number.parseInt(offset, 16),
      address: Number.parseInt(address, 16),
      file_size: Number.parseInt(file_size, 16),
      memory_size: Number.parseInt(memory_size, 16),
      flags: (flags[0] === 'R' ? 4 : 0) + (flags[1] === 'W' ? 2 : 0) + (flags[2] === 'E' ? 1 : 0),
      align: Number(align),
    })),
    symbols: [...output.matchAll(symbol)]
      .filter(([, , , type, , section]) => section !== 'UND' && type !== 'SECTION' && type !== 'FILE')
      .map(([, number, size, , , , name]) => `${name} ${Number.parseInt(number, 16)} ${Number(size)}`)
      .filter((text) => !/^\$[atd](\.\S*)? /.test(text)),
  };
}

function by_us(image: ElfImage) {
  const { class: file_class, endianness, entry, flags, segments, symbols } = image;
  return {
    class: file_class,
    endianness,
    entry,
    flags,
    segments: segments.map(({ type_number, ...rest }) => rest),
    symbols: [...symbols].map(({ name, value, size }) => `${name} ${value} ${size}`),
  };
}

describe.skipIf(readelf === undefined)('readelf agrees (needs readelf)', () => {
  test.each(files.map((path) => [basename(path), path]))('about %s', (_, path) => {
    const expected = by_readelf(path);
    expect(expected.segments.length).toBeGreaterThan(0);
    expect(expected.symbols.length).toBeGreaterThan(10);
    expect(by_us(parse_elf(readFileSync(path)))).toEqual(expected);
  });

  for (const file_class of [32, 64] as const)
    for (const endianness of ['little', 'big'] as const)
      test(`about made files of ${file_class} bit, ${endianness}-endian`, () => {
        const { bytes } = make_elf({
          class: file_class,
          endianness,
          machine: 8,
          entry: 0x400010,
          flags: 0x70001000,
          segments: [
            { address: 0x400000, data: new Uint8Array(100), align: 0x1000 },
            { address: 0x500000, data: new Uint8Array(7), memory_size: 0x1234, flags: 6 },
          ],
          symbols: [
            { name: 'local_object', value: 0x500000, size: 4, type: 1, binding: 0 },
            { name: '__start', value: 0x400010, size: 20, type: 2 },
          ],
        });
        const path = join(folder, `${file_class}-${endianness}.elf`);
        writeFileSync(path, bytes);
        const expected = by_readelf(path);
        expect(expected.symbols).toEqual(['local_object 5242880 4', '__start 4194320 20']);
        expect(by_us(parse_elf(bytes))).toEqual(expected);
      });
});

describe('programs linked with newlib', () => {
  const of_newlib = files.filter((path) => parse_elf(readFileSync(path)).symbols.find('__bss_start__'));
  test('there are some', () => expect(of_newlib.map((path) => basename(path))).toContain('hello.elf'));

  test.each(of_newlib.map((path) => [basename(path), path]))('%s lies in memory as its linker meant', (_, path) => {
    const bytes = readFileSync(path);
    const image = parse_elf(bytes);
    const memory = new GuestMemory();
    const program = load_elf(image, bytes, memory, { isa: 'arm', elf_machine: 40, endianness: 'little' });
    const { symbols } = program;
    const address = (name: string) => symbols.find(name)!.value;
    // GNU ld's default script defines these, and its entry point is _start.
    expect(program.entry).toBe(address('_start'));
    // It may have several names.
    expect(address(symbols.name_at(program.entry)!)).toBe(program.entry);
    expect(program.brk).toBe(Math.ceil(address('_end') / 4096) * 4096);
    expect(memory.allows(program.entry & ~1, 4, R | X)).toBe(true);
    const bss = memory.bytes(address('__bss_start__'), address('__bss_end__') - address('__bss_start__'));
    expect(bss.every((byte) => byte === 0)).toBe(true);
    const start = symbols.find('_start')!;
    expect(symbols.at(start.address + 4)).toMatchObject({ symbol: { address: start.address }, offset: 4 });
    // Debian's start-up code is ARM code.
    expect(symbols.kind_at(start.address)).toBe('a');
  });
});
