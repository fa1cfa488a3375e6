// How good the decoder generated for ARM is: depth and tests per decode against the if-chain that the original used, over
// all encodings and over a real program, and how long generation takes.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import isa from '../../isa/armv5/index.js';
import { type DecoderReport, describe_report, make_decoder } from './index.js';

const [arm, thumb] = ['arm', 'thumb'].map((name) => isa.instruction_sets.find((set) => set.name === name)!);
const hello = fileURLToPath(new URL('../../test-binaries/hello.elf', import.meta.url));

/** The words of an ELF file's executable segments: code, and the literal pools within it. */
function code_words(file: string): number[] {
  const elf = readFileSync(file);
  const words: number[] = [];
  for (let i = 0; i < elf.readUInt16LE(44); i++) {
    const header = elf.readUInt32LE(28) + i * elf.readUInt16LE(42);
    if (elf.readUInt32LE(header) !== 1 || (elf.readUInt32LE(header + 24) & 1) === 0) continue;
    const [offset, size] = [elf.readUInt32LE(header + 4), elf.readUInt32LE(header + 16)];
    for (let at = offset; at + 4 <= offset + size; at += 4) words.push(elf.readUInt32LE(at));
  }
  return words;
}

function show(name: string, report: DecoderReport): void {
  console.log(`${name}: ${describe_report(report).replaceAll('\n', '; ')}`);
}

describe('the ARM decoder', () => {
  const { report, decode, text } = make_decoder(arm.encodings, arm);

  test('makes about two tests per decode where an if-chain makes fifty', () => {
    show('ARM', report);
    expect(report.rows).toBeGreaterThan(90);
    expect(report.depth).toBeLessThanOrEqual(4);
    expect(report.average_tests).toBeLessThan(2.2);
    expect(report.naive_average / report.average_tests).toBeGreaterThan(20);
  });

  test.skipIf(!existsSync(hello))('makes fewer still on a real program (needs test-binaries/hello.elf)', () => {
    const words = code_words(hello).filter((word) => decode(word) >= 0);
    expect(words.length).toBeGreaterThan(1000);
    const measured = report.over(words);
    console.log(`ARM, ${measured.words} words of hello.elf: ${measured.average_tests.toFixed(2)} tests per decode; an if-chain makes ${measured.naive_average.toFixed(1)}`); // biome-ignore format: one sentence
    expect(measured.average_tests).toBeLessThan(2);
  });

  test('jumps on the bits that the manual decodes by (ARM DDI 0100I, A3.1): 27 to 20, then 7 to 4', () => {
    expect(text).toMatch(/^function decode\(word\) \{\n {2}switch \(\(word >>> 20\) & 0xff\)/);
    expect(text).toContain('switch ((word >>> 4) & 0xf)');
  });

  test('is generated in a few milliseconds once warm', () => {
    const times: number[] = [];
    for (let i = 0; i < 40; i++) {
      const start = performance.now();
      make_decoder(arm.encodings, arm);
      times.push(performance.now() - start);
    }
    const best = Math.min(...times);
    console.log(`ARM decoder generated in ${best.toFixed(1)} ms (first ${times[0].toFixed(1)} ms)`);
    // The aim is 10 ms; the bound allows for a slow and busy machine.
    expect(best).toBeLessThan(30);
  });
});

test('the Thumb decoder needs one or two tests', () => {
  const { report } = make_decoder(thumb.encodings, thumb);
  show('Thumb', report);
  expect(report.average_tests).toBeLessThan(2);
  expect(report.depth).toBeLessThanOrEqual(3);
});
