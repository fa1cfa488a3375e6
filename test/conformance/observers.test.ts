// Watching a part of a run that is compiled before and after it: every instruction is seen, and nothing else changes.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { node_host } from '../../src/host/node.js';
import { InputStream, OutputStream } from '../../src/host/streams.js';
import type { JitOptions } from '../../src/jit/trace/options.js';
import { load_isa } from '../../src/load-isa/index.js';
import { Simulator } from '../../src/simulator.js';

const COMPILED = 300_000;
const WATCHED = 10_000;
const TIMES = 3;

async function start(isa: string, jit: Partial<JitOptions> | false) {
  const elf = fileURLToPath(new URL(`../../spec-bench/kernels/${isa}/qsort.elf`, import.meta.url));
  const stdout = new OutputStream();
  const stdio = [new InputStream(''), stdout, new OutputStream()] as const;
  const host = node_host({ directories: [], stdio: [...stdio] });
  return { stdout, sim: new Simulator(await load_isa(isa), readFileSync(elf), { argv: ['qsort', '2'], host, jit }) };
}

test.each(['arm', 'mips', 'mipsel'])('an observer comes and goes in a compiled run of %s', async (isa) => {
  const { sim, stdout } = await start(isa, { threshold: 3, compile_share: Infinity });
  const compiled: number[] = [];
  for (let n = 0; n < TIMES; n++) {
    const before = sim.jit!.executed;
    sim.run(COMPILED);
    compiled.push(sim.jit!.executed - before);

    const from = sim.executed;
    const path: number[] = [];
    let expected = sim.pc;
    sim.run_observed(WATCHED, {
      before: ({ pc }) => {
        expect(pc).toBe(expected);
      },
      after: ({ pc }) => {
        path.push(pc);
        expected = sim.pc;
      },
    });
    expect([path.length, sim.executed - from]).toEqual([WATCHED, WATCHED]);
  }
  // From the second time on, all but what is interpreted before each stop.
  expect(Math.min(...compiled.slice(1))).toBeGreaterThan(0.9 * COMPILED);
  const outcome = sim.run();

  const reference = await start(isa, false);
  expect(outcome).toEqual(reference.sim.run());
  expect(sim.executed).toBe(reference.sim.executed);
  expect(stdout.text).toBe(reference.stdout.text);
  const registers = ({ layout, memory }: Simulator) => layout.named.map(({ name, slot }) => [name, memory.u32[slot]]);
  expect(registers(sim)).toEqual(registers(reference.sim));
});
