// Every ARM and Thumb encoding against qemu-arm: recorded outcomes anywhere, fresh random ones where qemu-arm is installed.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { coverage, environment, generate, qemu_arm, REGISTERS, UNDEFINED_WORD } from '../../test/fuzz/arm.js';
import { interpreter } from '../../test/fuzz/interpreter.js';
import { record_vectors } from '../../test/fuzz/qemu.js';
import { read_vectors, run_vectors, write_vectors } from '../../test/fuzz/vectors.js';
import isa from './index.js';

const recorded = read_vectors(readFileSync(new URL('vectors.txt.gz', import.meta.url)));

test('recorded vectors cover every encoding', () => {
  const rows = coverage(recorded.vectors);
  const total = rows.reduce((sum, { vectors }) => sum + vectors, 0);
  console.log(`${rows.length} encodings, ${total} vectors of them, ${recorded.vectors.length - total} others`);
  expect(rows.filter(({ vectors }) => vectors < 5)).toEqual([]);
});

test('the interpreter ends each recorded vector as qemu-arm did', () => {
  expect(run_vectors(recorded, isa, environment, interpreter)).toEqual([]);
});

test('vectors survive being written and read', () => {
  expect(read_vectors(write_vectors(recorded))).toEqual(recorded);
});

test('an engine that computes something else is found out', () => {
  const file = { ...recorded, vectors: recorded.vectors.slice(0, 200) };
  const wrong = run_vectors(file, isa, environment, (...parts) => {
    const engine = interpreter(...parts);
    const state = parts[3] as unknown as { rf: Uint32Array };
    return {
      run(limit) {
        state.rf[3] ^= 1;
        engine.run(limit);
      },
    };
  });
  expect(wrong.length).toBeGreaterThan(150);
});

const qemu = spawnSync(qemu_arm.command[0], ['--version']).status === 0;

test.skipIf(!qemu)(`fresh random cases${qemu ? '' : ' (skipped: no qemu-arm)'}`, () => {
  const seed = Date.now() % 1_000_000;
  const header = { made_by: 'test', seed, undefined_word: UNDEFINED_WORD, registers: REGISTERS };
  const file = record_vectors(qemu_arm, header, generate(3000, seed));
  expect(file.vectors.length).toBeGreaterThan(2500);
  expect(run_vectors(file, isa, environment, interpreter), `seed ${seed}`).toEqual([]);
});
