// Compiled code against qemu: recorded vectors of every encoding, some sequences and loops, each compiled before it runs.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { JitEngine } from '../../src/jit/trace/engine.js';
import { load_isa } from '../../src/load-isa/index.js';
import * as arm from './arm.js';
import { arm_trampoline, jit, mips_trampoline } from './jit.js';
import * as mips from './mips.js';
import { read_vectors, run_vectors } from './vectors.js';

/** Compiling takes milliseconds a vector, so one in so many; all of them with VECTORS=1. */
const EVERY = Number(process.env.VECTORS ?? 13);

test('compiled ARM and Thumb code ends each recorded vector as qemu-arm did', async () => {
  const { isa, twins } = await load_isa('arm');
  const file = read_vectors(readFileSync(new URL('../../isa/armv5/vectors.txt.gz', import.meta.url)));
  const wanted = (index: number) => index % EVERY === 0;
  const rows = arm.coverage(file.vectors.filter((_, index) => wanted(index)));
  expect(rows.filter(({ vectors }) => vectors === 0)).toEqual([]);
  let engine: JitEngine | undefined;
  const make_engine = jit(twins, arm_trampoline, {}, (made) => (engine = made));
  expect(run_vectors(file, isa, arm.environment, make_engine, wanted)).toEqual([]);
  expect(engine!.executed).toBeGreaterThan(file.vectors.length / EVERY);
}, 600_000);

test.each(['mips', 'mipsel'])(
  'compiled %s code ends each recorded vector as qemu did',
  async (name) => {
    const { isa, twins } = await load_isa(name);
    const file = read_vectors(readFileSync(new URL(`../../isa/${name}/vectors.txt.gz`, import.meta.url)));
    const wanted = (index: number) => index % 5 === 0 || process.env.VECTORS !== undefined;
    let engine: JitEngine | undefined;
    const make_engine = jit(twins, mips_trampoline, { compile_share: Infinity }, (made) => (engine = made));
    expect(run_vectors(file, isa, mips.environment, make_engine, wanted)).toEqual([]);
    expect(engine!.executed).toBeGreaterThan(100);
  },
  600_000,
);
