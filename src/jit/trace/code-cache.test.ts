// The code cache's policy on pieces of its own, and programs made here of much code on the JIT: memory is bounded, results are
// right, and what is used all the time stays.

import { describe, expect, test } from 'vitest';
import { make_elf } from '../../../test/support/make-elf.js';
import { node_host } from '../../host/node.js';
import { load_isa } from '../../load-isa/index.js';
import { Simulator } from '../../simulator.js';
import { type Cached, CodeCache } from './code-cache.js';
import type { JitOptions } from './options.js';

interface Piece extends Cached {
  name: string;
}

/** A cache of pieces of 10 instructions, and what it has done. */
function make_cache(limit: number) {
  const log: string[] = [];
  const cache: CodeCache<Piece> = new CodeCache<Piece>(
    limit,
    ({ name }) => log.push(`out ${name}`),
    (piece) => {
      log.push(`drop ${piece.name}`);
      cache.remove(piece);
    },
  );
  const pieces = new Map<string, Piece>();
  return {
    cache,
    log,
    add(names: string) {
      for (const name of names) {
        const piece = { name, size: 10, on_probation: false };
        pieces.set(name, piece);
        cache.add(piece);
      }
    },
    /** As the dispatcher does. */
    enter(name: string) {
      pieces.get(name)!.on_probation = false;
    },
  };
}

describe('policy', () => {
  test('nothing happens while there is room', () => {
    const { cache, log, add } = make_cache(100);
    add('abcdefg');
    expect([cache.size, log]).toEqual([70, []]);
  });

  test('before the cache is full, the older half is put on probation, once', () => {
    const { log, add } = make_cache(100);
    add('abcdefghij');
    expect(log).toEqual(['out a', 'out b', 'out c', 'out d']);
  });

  test('when it is full, what nobody has entered on probation goes first', () => {
    const { cache, log, add, enter } = make_cache(100);
    add('abcdefgh');
    enter('b');
    add('ijk');
    expect(log.slice(4)).toEqual(['drop a', 'drop c', 'drop d', 'drop e']);
    expect(cache.size).toBe(70);
  });

  test('a piece larger than the cache stays until the next one', () => {
    const { cache, log, add } = make_cache(5);
    add('a');
    expect([cache.size, log]).toEqual([10, []]);
    add('b');
    expect([cache.size, log]).toEqual([10, ['drop a']]);
  });
});

const isa = await load_isa('arm');
const CODE = 0x8000;

/** ARM instructions, encoded by hand after ARM DDI 0100I. */
const mov = (register: number, value: number) => (0xe3a00000 | (register << 12) | value) >>> 0;
const add = (register: number, value: number) => (0xe2800000 | (register << 16) | (register << 12) | value) >>> 0;
const subs_1 = (register: number) => (0xe2500001 | (register << 16) | (register << 12)) >>> 0;
const branch = (condition: number, link: boolean, words: number) =>
  ((condition << 28) | (link ? 0x0b000000 : 0x0a000000) | ((words - 2) & 0xffffff)) >>> 0;
const [NE, ALWAYS] = [1, 14];
const BX_LR = 0xe12fff1e;
const EXIT = [mov(0, 0), 0xef900001];

interface Shape {
  /** Functions, the additions of 1 to r8 in each, and how often each repeats them. */
  functions: number;
  additions: number;
  turns: number;
  /** How often all of them are called, one after the other. */
  rounds: number;
}

/** A program of so much code. Returns it and the number of instructions that it executes. */
function program({ functions, additions, turns, rounds }: Shape): { elf: Uint8Array; executed: number; code: number } {
  const body = [
    mov(1, turns),
    ...Array<number>(additions).fill(add(8, 1)),
    subs_1(1),
    branch(NE, false, -(additions + 1)),
    BX_LR,
  ];
  const words = Array<number[]>(functions).fill(body).flat();
  const entry = CODE + words.length * 4;
  words.push(mov(8, 0), mov(9, rounds));
  for (let n = 0; n < functions; n++) words.push(branch(ALWAYS, true, n * body.length - words.length));
  words.push(subs_1(9), branch(NE, false, -(functions + 1)), ...EXIT);
  const data = new Uint8Array(words.length * 4);
  const view = new DataView(data.buffer);
  for (const [n, word] of words.entries()) view.setUint32(4 * n, word, true);
  const { bytes } = make_elf({ machine: 40, flags: 0x1000, entry, segments: [{ address: CODE, data, flags: 5 }] });
  const called = 3 + turns * (additions + 2);
  return { elf: bytes, executed: 2 + rounds * (functions * called + 2) + 2, code: words.length };
}

function simulate(elf: Uint8Array, jit: Partial<JitOptions> | false): Simulator {
  return new Simulator(isa, elf, { argv: ['big'], host: node_host({ directories: [] }), jit });
}

test('a million instructions that run once are not compiled, and do not stay decoded', () => {
  const shape = { functions: 4000, additions: 250, turns: 1, rounds: 1 };
  const { elf, executed, code } = program(shape);
  expect(code).toBeGreaterThan(1_000_000);
  const simulator = simulate(elf, {});
  expect(simulator.run()).toEqual({ kind: 'exit', status: 0 });
  expect(simulator.executed).toBe(executed);
  expect(simulator.register('r8')).toBe(1_000_000);
  expect(simulator.jit!.statistics.compiled_instructions).toBeLessThan(1000);
  const { interpreter } = simulator;
  let decoded = 0;
  for (let n = 0; n < code; n++) if (interpreter.seen(CODE + 4 * n, 0)) decoded++;
  expect(decoded).toBeLessThanOrEqual(interpreter.decoded_limit);
});

test.each([{ jit: false as const }, { jit: { threshold: 10, compile_share: Infinity } }])(
  'a program runs right when its instructions are forgotten again and again: $jit',
  ({ jit }) => {
    const shape = { functions: 20, additions: 30, turns: 20, rounds: 5 };
    const { elf, executed } = program(shape);
    const simulator = simulate(elf, jit);
    simulator.interpreter.decoded_limit = 50;
    expect(simulator.run()).toEqual({ kind: 'exit', status: 0 });
    expect(simulator.executed).toBe(executed);
    expect(simulator.register('r8')).toBe(20 * 30 * 20 * 5);
  },
);

describe('a cache that is smaller than the hot code', () => {
  const shape = { functions: 300, additions: 30, turns: 60, rounds: 4 };
  const { elf, executed } = program(shape);

  function run(cache: number) {
    const options = { threshold: 5, compile_share: Infinity, cache, region_limit: 200, inline_limit: 0 };
    const simulator = simulate(elf, options);
    const jit = simulator.jit!;
    let most = 0;
    const compiled: number[] = [];
    jit.on_compiled = (regions) => {
      const { compiled_instructions, evicted_instructions } = jit.statistics;
      most = Math.max(most, compiled_instructions - evicted_instructions);
      compiled.push(...regions.map(({ key }) => key));
    };
    expect(simulator.run()).toEqual({ kind: 'exit', status: 0 });
    expect(simulator.executed).toBe(executed);
    expect(simulator.register('r8')).toBe(300 * 30 * 60 * 4);
    return { most, compiled, ...jit.statistics };
  }

  test('holds what it may, and compiles again what had to go', () => {
    const { most, evicted_instructions, compiled_instructions } = run(2000);
    expect(most).toBeGreaterThan(1000);
    expect(most).toBeLessThanOrEqual(2000);
    expect(evicted_instructions).toBeGreaterThan(300 * 30 - 2000);
    expect(compiled_instructions).toBeGreaterThan(2 * 300 * 30);
  });

  test('a large one compiles everything once', () => {
    const { evicted_instructions, compiled_instructions } = run(100_000);
    expect(evicted_instructions).toBe(0);
    expect(compiled_instructions).toBeLessThan(2 * 300 * 35);
  });
});
