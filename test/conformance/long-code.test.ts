// A loop that is much longer than a region may be, and what is compiled of it.

import { expect, test } from 'vitest';
import { node_host } from '../../src/host/node.js';
import type { JitOptions } from '../../src/jit/trace/options.js';
import { load_isa } from '../../src/load-isa/index.js';
import { Simulator } from '../../src/simulator.js';
import { make_elf } from '../support/make-elf.js';

const CODE = 0x8000;

/** Runs a loop of so many instructions, and gives how many were compiled. */
async function compiled(instructions: number, turns: number, jit: Partial<JitOptions>): Promise<number> {
  const loaded = await load_isa('arm');
  const data = new Uint8Array(4 * instructions);
  const view = new DataView(data.buffer);
  for (let n = 0; n < instructions - 1; n++) view.setUint32(4 * n, 0xe2811001, true); // add r1, r1, #1
  const back = (-instructions - 1) & 0xff_ffff;
  view.setUint32(4 * (instructions - 1), (0xea00_0000 | back) >>> 0, true); // b CODE
  const { elf_machine } = loaded.isa.abi;
  const segments = [{ address: CODE, data, flags: 5 }];
  const { bytes } = make_elf({ endianness: 'little', machine: elf_machine, entry: CODE, segments });
  const options = { argv: ['long'], host: node_host({ directories: [] }), jit: { ...jit, compile_share: Infinity } };
  const simulator = new Simulator(loaded, bytes, options);
  expect(simulator.run(turns * instructions)).toMatchObject({ kind: 'limit' });
  expect(simulator.memory.u32[simulator.layout.find('r1')!]).toBe(turns * (instructions - 1));
  return simulator.jit!.statistics.compiled_instructions;
}

test('what follows its first region need not get hot from the beginning', async () => {
  // Eighteen regions, each after 40 arrivals, would take 720 turns.
  expect(await compiled(9000, 200, { threshold: 40, region_limit: 500 })).toBeGreaterThanOrEqual(9000);
});

test('of a loop that does not fit the cache, ever less is compiled again', async () => {
  // Were all as hot again as at first, some 600,000.
  const total = await compiled(4000, 4000, { threshold: 3, region_limit: 100, cache: 1000 });
  expect(total).toBeGreaterThan(1000);
  expect(total).toBeLessThan(100_000);
});
