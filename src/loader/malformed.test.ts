// Damaged ELF files, thousands of them: each either loads or is refused with an ElfError, quickly and in little memory.
// Runs in a child process, so that its memory can be limited and measured.

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { make_elf } from '../../test/support/make-elf.js';
import type { MalformedReport } from '../../test/support/malformed-elf.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';
const program = () => join(folder, 'malformed-elf.mjs');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pydgin-ts-'));
  const bundle = await rolldown({ input: join(root, 'test/support/malformed-elf.ts'), platform: 'node' });
  await bundle.write({ file: program(), format: 'esm' });
  await bundle.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** 3 MB limit of young space and 128 MB of old: a crash of the heap would fail the test too. */
async function run(mutations: number, seed: number, files: string[]): Promise<MalformedReport> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--max-old-space-size=128', program(), String(mutations), String(seed), ...files],
    { timeout: 50_000 },
  );
  return JSON.parse(stdout) as MalformedReport;
}

function made(name: string, elf: Parameters<typeof make_elf>[0]): string {
  const path = join(folder, name);
  writeFileSync(path, make_elf(elf).bytes);
  return path;
}

const small = {
  entry: 0x8000,
  segments: [
    { address: 0x8000, data: new Uint8Array(256).fill(0xe1) },
    { address: 0x9000, data: new Uint8Array(64), memory_size: 0x1000, flags: 6 },
    { type: 4, address: 0x8000, data: new Uint8Array(16) },
  ],
  symbols: [
    { name: '$a', value: 0x8000, binding: 0 },
    { name: '_start', value: 0x8000, size: 32, type: 2 },
    { name: 'main', value: 0x8021, size: 64, type: 2 },
  ],
};

describe('damaged ELF files', () => {
  test('thousands of mutations of small files of both byte orders and classes', async () => {
    const files = [
      made('arm.elf', small),
      made('mips.elf', { ...small, endianness: 'big', machine: 8 }),
      made('wide.elf', { ...small, class: 64, machine: 183 }),
      made('wide-big.elf', { ...small, class: 64, endianness: 'big', machine: 21 }),
    ];
    const report = await run(3000, 20150329, files);
    expect(report.mutations).toBe(12000);
    expect(report.loaded).toBeGreaterThan(500);
    expect(report.refused).toBeGreaterThan(2000);
    expect(report.messages.length, report.messages.join('\n')).toBeGreaterThan(20);
    expect(report.slowest_ms, report.slowest).toBeLessThan(1000);
    expect(report.growth_mb).toBeLessThan(256);
  });

  const hello = join(root, 'test-binaries/hello.elf');
  test.skipIf(!existsSync(hello))('mutations of a real program (needs test-binaries/hello.elf)', async () => {
    const report = await run(2000, 7, [hello]);
    expect(report.mutations).toBe(2000);
    expect(report.loaded).toBeGreaterThan(100);
    expect(report.refused).toBeGreaterThan(100);
    expect(report.slowest_ms, report.slowest).toBeLessThan(1000);
    expect(report.growth_mb).toBeLessThan(256);
  });

  test('files made to exhaust time or memory', async () => {
    // A string table that is one long string, with a symbol beginning at each of its bytes.
    const overlapping = make_elf({
      ...small,
      symbols: Array.from({ length: 20_000 }, (_, n) => ({ name: 'x', value: 0x8000 + n, size: 1, type: 2 })),
    });
    const { bytes, symbols, strings } = overlapping;
    const view = new DataView(bytes.buffer);
    bytes.fill(0x41, strings + 1, strings + 39_999);
    for (let n = 1; n <= 20_000; n++) view.setUint32(symbols + 16 * n, n, true);
    const long_names = join(folder, 'long-names.elf');
    writeFileSync(long_names, bytes);
    // The whole address space as bss, and symbols that all enclose each other.
    const huge_bss = made('huge-bss.elf', {
      ...small,
      segments: [small.segments[0], { address: 0x9000, data: new Uint8Array(4), memory_size: 0x7fff0000, flags: 6 }],
    });
    const nested = made('nested.elf', {
      ...small,
      symbols: Array.from({ length: 20_000 }, (_, n) => ({
        name: `n${n}`,
        value: 0x8000 + n,
        size: 1e6 - 2 * n,
        type: 2,
      })),
    });
    const report = await run(50, 3, [long_names, huge_bss, nested]);
    expect(report.mutations).toBe(150);
    expect(report.slowest_ms, report.slowest).toBeLessThan(1000);
    expect(report.growth_mb).toBeLessThan(256);
  });

  test('every truncation of a file', async () => {
    const { parse_elf, ElfError } = await import('./index.js');
    const { bytes } = make_elf(small);
    const whole = parse_elf(bytes).segments;
    let accepted = 0;
    for (let length = 0; length < bytes.length; length++) {
      try {
        // The end of the file holds sections and symbols, which a program runs without.
        expect(parse_elf(bytes.subarray(0, length)).segments).toEqual(whole);
        accepted++;
      } catch (error) {
        if (!(error instanceof ElfError)) throw error;
        expect(accepted).toBe(0);
      }
    }
    expect(accepted).toBeGreaterThan(0);
  });
});
