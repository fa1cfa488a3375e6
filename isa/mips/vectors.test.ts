// Every MIPS32 encoding, big- and little-endian, against qemu-mips and qemu-mipsel: recorded outcomes anywhere, fresh
// random ones where they are installed.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { load_isa } from '../../src/load-isa/index.js';
import { interpreter } from '../../test/fuzz/interpreter.js';
import { jit, mips_trampoline } from '../../test/fuzz/jit.js';
import { coverage, environment, generate, qemu_mips, REGISTERS, UNDEFINED_WORD } from '../../test/fuzz/mips.js';
import { record_vectors } from '../../test/fuzz/qemu.js';
import { read_vectors, run_vectors } from '../../test/fuzz/vectors.js';
import mipsel from '../mipsel/index.js';
import mips from './index.js';

/** FUZZ_CASES=50000 FUZZ_SEED=7 npx vitest run isa/mips/vectors.test.ts looks longer. */
const CASES = Number(process.env.FUZZ_CASES ?? 3000);

describe.each([mips, mipsel])('$name', (isa) => {
  const big = isa.abi.endianness === 'big';
  const recorded = read_vectors(readFileSync(new URL(`../${isa.name}/vectors.txt.gz`, import.meta.url)));

  test('recorded vectors cover every encoding', () => {
    const rows = coverage(recorded.vectors);
    expect(rows.length).toBeGreaterThan(150);
    expect(rows.filter(({ vectors }) => vectors < 5)).toEqual([]);
  });

  test('the interpreter ends each recorded vector as qemu did', () => {
    expect(run_vectors(recorded, isa, environment, interpreter)).toEqual([]);
  });

  const target = qemu_mips(big);
  const present = spawnSync(target.command[0], ['--version']).status === 0;

  test.skipIf(!present)(
    `fresh random cases${present ? '' : ` (skipped: no ${target.command[0]})`}`,
    async () => {
      const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
      const header = { made_by: 'test', seed, undefined_word: UNDEFINED_WORD, registers: REGISTERS };
      const file = record_vectors(target, header, generate(CASES, seed));
      expect(file.vectors.length).toBeGreaterThan(CASES * 0.8);
      expect(run_vectors(file, isa, environment, interpreter), `seed ${seed}`).toEqual([]);
      const { isa: loaded, twins } = await load_isa(isa.name);
      const compiled = jit(twins, mips_trampoline);
      expect(run_vectors(file, loaded, environment, compiled), `compiled, seed ${seed}`).toEqual([]);
    },
    600_000,
  );
});
