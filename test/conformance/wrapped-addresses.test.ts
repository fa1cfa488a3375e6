// Addresses whose computation goes beyond 2^32, in a program that has memory at address 0: compiled code must not leave adding
// the offset to WebAssembly, which would trap.

import { expect, test } from 'vitest';
import { node_host } from '../../src/host/node.js';
import { load_isa } from '../../src/load-isa/index.js';
import { Simulator } from '../../src/simulator.js';
import { make_elf } from '../support/make-elf.js';

const CODE = 0x100;
const WORDS = [
  0xe3e00003, // mvn r0, #3
  0xe5901104, // ldr r1, [r0, #0x104]
  0xe0822001, // add r2, r2, r1
  0xe5802204, // str r2, [r0, #0x204]
  0xeafffffb, // b 0x104
];
const TURNS = 1000;

test.each([{ jit: false }, { jit: { threshold: 2, compile_share: Infinity, slice: 50 } }] as const)(
  '%o',
  async ({ jit }) => {
    const loaded = await load_isa('arm');
    const data = new Uint8Array(0x200);
    WORDS.forEach((word, n) => new DataView(data.buffer).setUint32(4 * n, word, true));
    const segments = [{ address: CODE, data, flags: 7 }];
    const { bytes } = make_elf({ endianness: 'little', machine: loaded.isa.abi.elf_machine, entry: CODE, segments });
    const simulator = new Simulator(loaded, bytes, { argv: ['wrapped'], host: node_host({ directories: [] }), jit });
    expect(simulator.run(1 + 4 * TURNS).kind).toBe('limit');
    const { memory } = simulator.interpreter;
    expect(simulator.jit ? simulator.jit.statistics.regions : 1).toBeGreaterThan(0);
    // 0xfffffffc + 0x104 is the first instruction, and 0xfffffffc + 0x204 is the word behind the segment's first half.
    expect(memory.read_32(0x200)).toBe((WORDS[0] * TURNS) % 2 ** 32);
  },
);
