// A loop that is much longer than a region may be: what follows its first region need not get hot from the beginning.

import { expect, test } from 'vitest';
import { node_host } from '../../src/host/node.js';
import { load_isa } from '../../src/load-isa/index.js';
import { Simulator } from '../../src/simulator.js';
import { make_elf } from '../support/make-elf.js';

const CODE = 0x8000;
const INSTRUCTIONS = 9000;
const TURNS = 200;
const jit = { threshold: 40, region_limit: 500, compile_share: Infinity };

test('is compiled before each of its regions has been arrived at as often as its first', async () => {
  const loaded = await load_isa('arm');
  const data = new Uint8Array(4 * INSTRUCTIONS);
  const view = new DataView(data.buffer);
  for (let n = 0; n < INSTRUCTIONS - 1; n++) view.setUint32(4 * n, 0xe2811001, true); // add r1, r1, #1
  const back = (-INSTRUCTIONS - 1) & 0xff_ffff;
  view.setUint32(4 * (INSTRUCTIONS - 1), (0xea00_0000 | back) >>> 0, true); // b CODE
  const { elf_machine } = loaded.isa.abi;
  const segments = [{ address: CODE, data, flags: 5 }];
  const { bytes } = make_elf({ endianness: 'little', machine: elf_machine, entry: CODE, segments });
  const simulator = new Simulator(loaded, bytes, { argv: ['long'], host: node_host({ directories: [] }), jit });
  expect(simulator.run(TURNS * INSTRUCTIONS)).toMatchObject({ kind: 'limit' });
  expect(simulator.memory.u32[simulator.layout.find('r1')!]).toBe(TURNS * (INSTRUCTIONS - 1));
  expect(simulator.jit!.statistics.compiled_instructions).toBeGreaterThanOrEqual(INSTRUCTIONS);
});
