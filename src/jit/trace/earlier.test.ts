// Which functions of earlier runs are used, and which modules the next run gets.

import { beforeEach, describe, expect, test } from 'vitest';
import { type GuestMemory, make_memory, R, W, X } from '../../machine/memory.js';
import { op } from '../backend/bytes.js';
import type { RegionFunction } from '../backend/calls.js';
import { link_module } from '../backend/module.js';
import type { Grade } from '../ir/region.js';
import { EarlierRuns } from './earlier.js';
import { extents, type SavedModule } from './saved.js';

const READ_ONLY = 0x8000;
const WRITABLE = 0x9000;

let memory: GuestMemory;
let runs: EarlierRuns;
let compiled: WebAssembly.Module[];

const make_runs = () =>
  new EarlierRuns(memory, (module) => {
    compiled.push(module);
    return { r0: 'first function', r1: 'second function', r2: 'third function' } as unknown as WebAssembly.Exports;
  });

beforeEach(() => {
  memory = make_memory('little');
  memory.map(READ_ONLY, 0x1000, R | X);
  memory.map(WRITABLE, 0x1000, R | W | X);
  compiled = [];
  runs = make_runs();
});

/** A function that calls others, whose keys are given, and then returns its key and fuel. */
function calling(keys: readonly number[]): RegionFunction {
  const body = [0];
  const calls = keys.map((key) => {
    body.push(...[0, 1, 2, 3, 4].flatMap((parameter) => [op.local_get, parameter]), op.drop, op.drop);
    const start = body.length - 2;
    // In place of the two drops.
    return { start, end: start + 2, key, last: false };
  });
  for (const { end } of [...calls].reverse()) body.splice(end, 0, op.drop, op.drop);
  const shifted = calls.map((call, n) => ({ ...call, start: call.start + 2 * n, end: call.end + 2 * n }));
  body.push(op.local_get, 2, op.local_get, 0, op.end);
  return { body: new Uint8Array(body), calls: shifted };
}

interface About {
  key: number;
  size?: number;
  grade?: Grade;
  calls?: number[];
}

function module_of(...about: About[]): SavedModule {
  const { wasm, functions } = link_module(
    about.map(({ calls = [] }) => calling(calls)),
    () => undefined,
    true,
  );
  return {
    functions: about.map(({ key, size = 10, grade = 0 }, n) => ({
      key,
      entries: [],
      size,
      grade,
      ranges: [[key, key + 8]],
      code: functions[n],
    })),
    wasm,
    native: new Uint8Array(0),
    code: extents(
      memory,
      about.map(({ key }) => [key, key + 8]),
    ),
  };
}

const keys_of = (modules: readonly SavedModule[]) => modules.map(({ functions }) => functions.map(({ key }) => key));
const all = (...modules: SavedModule[]) =>
  modules.flatMap((module) => module.functions.map((_, index) => ({ module, index })));

describe('a function', () => {
  test('is taken once, its module compiled once', () => {
    runs.use([module_of({ key: READ_ONLY }, { key: READ_ONLY + 8 }, { key: READ_ONLY + 16 })]);
    expect(runs.has(READ_ONLY)).toBe(true);
    expect(runs.take(READ_ONLY)).toMatchObject({ entry: 'first function', is_first: true });
    expect(runs.has(READ_ONLY)).toBe(false);
    expect(runs.take(READ_ONLY)).toBeUndefined();
    expect(runs.take(READ_ONLY + 8)).toMatchObject({ entry: 'second function', is_first: false });
    // Whoever notes where code is has to do so again after a change.
    runs.forget();
    expect(runs.take(READ_ONLY + 16)).toMatchObject({ entry: 'third function', is_first: true });
    expect(compiled.length).toBe(1);
  });

  test('is not taken when the code of its module has changed, before or since', () => {
    const module = module_of({ key: WRITABLE }, { key: WRITABLE + 8 });
    runs.use([module]);
    expect(runs.take(WRITABLE)).toBeDefined();
    memory.write_32(WRITABLE + 4, 1);
    runs.forget();
    expect(runs.take(WRITABLE + 8)).toBeUndefined();
    const others = make_runs();
    others.use([module]);
    expect(others.take(WRITABLE)).toBeUndefined();
  });
});

describe('what the next run gets', () => {
  test('one module of all that was compiled, in the order of addresses, which WebAssembly accepts', () => {
    const modules = [
      module_of({ key: READ_ONLY + 16, grade: 1, calls: [READ_ONLY, READ_ONLY + 8] }),
      module_of({ key: READ_ONLY, grade: 2, calls: [READ_ONLY + 16, READ_ONLY + 24] }),
      module_of({ key: READ_ONLY + 8, grade: 0, calls: [READ_ONLY + 8] }),
    ];
    const kept = runs.keep(all(...modules));
    expect(keys_of(kept)).toEqual([[READ_ONLY, READ_ONLY + 8, READ_ONLY + 16]]);
    const [{ wasm, functions }] = kept;
    expect(WebAssembly.validate(wasm as BufferSource)).toBe(true);
    // Functions 1 to 3; 0 looks in the table. Nobody calls the one of grade 0 directly, nor one that is not there.
    const called = functions.map(({ code }) =>
      code!.calls.map(({ start }) => [...code!.body.subarray(start, start + 2)]),
    );
    expect(called).toEqual([
      [
        [op.call, 3],
        [op.call, 0],
      ],
      [[op.call, 0]],
      [
        [op.call, 1],
        [op.call, 0],
      ],
    ]);
  });

  test('the newest function of a key', () => {
    const old = module_of({ key: READ_ONLY, size: 5 }, { key: READ_ONLY + 8, size: 5 });
    const better = module_of({ key: READ_ONLY, size: 50, grade: 2 });
    runs.use([old]);
    runs.take(READ_ONLY);
    const kept = runs.keep(all(better));
    expect(keys_of(kept)).toEqual([[READ_ONLY, READ_ONLY + 8]]);
    expect(kept[0].functions.map(({ size }) => size)).toEqual([50, 5]);
  });

  test('the old module and the new one, if little is new', () => {
    const old = module_of({ key: READ_ONLY, size: 100 });
    runs.use([old]);
    expect(keys_of(runs.keep(all(module_of({ key: READ_ONLY + 8, size: 25 }))))).toEqual([
      [READ_ONLY],
      [READ_ONLY + 8],
    ]);
    expect(keys_of(runs.keep(all(module_of({ key: READ_ONLY + 8, size: 26 }))))).toEqual([[READ_ONLY, READ_ONLY + 8]]);
  });

  test('one module in place of many small ones', () => {
    const many = Array.from({ length: 8 }, (_, n) => module_of({ key: READ_ONLY + 8 * n, size: 100 }));
    runs.use(many.slice(1));
    expect(runs.keep(all(module_of({ key: READ_ONLY + 80 }))).length).toBe(8);
    const more = make_runs();
    more.use(many);
    expect(more.keep(all(module_of({ key: READ_ONLY + 80 }))).length).toBe(1);
  });

  test('modules of code that can be written as they are', () => {
    const fixed = [module_of({ key: READ_ONLY }), module_of({ key: READ_ONLY + 8 })];
    const loose = [module_of({ key: WRITABLE }), module_of({ key: WRITABLE + 8 })];
    const kept = runs.keep(all(...fixed, ...loose));
    expect(keys_of(kept)).toEqual([[WRITABLE], [WRITABLE + 8], [READ_ONLY, READ_ONLY + 8]]);
    expect(kept.slice(0, 2)).toEqual(loose);
    // What has changed since, and can no more.
    memory.write_32(WRITABLE, 1);
    memory.protect(WRITABLE, 0x1000, R | X);
    expect(keys_of(runs.keep(all(...loose)))).toEqual([[WRITABLE], [WRITABLE + 8]]);
  });
});
