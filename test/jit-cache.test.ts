// Compiled code that is used again in a later run: results, counts and registers stay the interpreter's, nothing is compiled
// that was compiled before, and files that are damaged or from somebody else do no harm.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decode_saved, encode_saved, type SavedCode } from '../src/jit/trace/saved.js';
import { cli, program, scratch } from './cli/support.js';
import { type Engine, interpreter } from './conformance/engines.js';
import { kernel_runs, program_runs, type Run, run_program } from './conformance/programs.js';

const EAGER: Engine = { name: 'JIT', jit: { threshold: 3, compile_share: Infinity } };

const kernel = (name: string, size: string): Run => ({
  ...kernel_runs().find((run) => run.name === name)!,
  args: [size],
});
const named = (name: string): Run => program_runs().find((run) => run.name === name)!;

/** Runs a program twice, the second time with what the first has compiled. */
function run_twice(run: Run, change = (saved: SavedCode) => saved) {
  let saved: SavedCode | undefined;
  let reused = 0;
  const first = run_program(run, {
    ...EAGER,
    begin: ({ jit }) => {
      jit!.saves_code = true;
    },
    end: ({ jit }) => {
      saved = decode_saved(encode_saved(jit!.save()));
    },
  });
  const second = run_program(run, {
    ...EAGER,
    begin: ({ jit }) => jit!.use_saved(change(saved!)),
    end: ({ jit }) => {
      reused = jit!.statistics.reused;
    },
  });
  return { first, second, reused, saved: saved! };
}

describe('a second run with the code of the first', () => {
  test.each([
    kernel('coremark_like', '2'),
    kernel('fib', '12'),
    kernel('vm', '4'),
    kernel('qsort', '1'),
    named('selfmod'),
    named('setjmp'),
    named('thumb_program'),
    named('interwork'),
  ])('$name', (run) => {
    const { first, second, reused } = run_twice(run);
    expect(reused).toBeGreaterThan(0);
    expect(second).toEqual(first);
    expect(second).toEqual(run_program(run, interpreter));
  });

  test('code that has changed is compiled anew', () => {
    const { second, reused } = run_twice(kernel('fib', '12'), ({ modules, constants }) => ({
      modules: modules.map((module) => ({
        ...module,
        code: module.code.map(({ start, bytes }) => ({
          start,
          bytes: bytes.map((byte, n) => (n === 0 ? byte ^ 1 : byte)),
        })),
      })),
      constants,
    }));
    expect(reused).toBe(0);
    expect(second).toEqual(run_program(kernel('fib', '12'), interpreter));
  });

  test('what is no module at all is compiled anew', () => {
    const { second, reused } = run_twice(kernel('fib', '12'), ({ modules, constants }) => ({
      modules: modules.map((module) => ({ ...module, wasm: module.wasm.subarray(0, 20) })),
      constants,
    }));
    expect(reused).toBe(0);
    expect(second).toEqual(run_program(kernel('fib', '12'), interpreter));
  });
});

describe('all code that can be found, compiled before the program runs', () => {
  test.each([
    kernel('coremark_like', '2'),
    kernel('fib', '12'),
    kernel('vm', '4'),
    kernel('qsort', '1'),
    named('bigswitch'),
    named('setjmp'),
    named('thumb_program'),
    named('interwork'),
  ])('$name', (run) => {
    let saved: SavedCode | undefined;
    let statistics: Record<string, number> = {};
    const precompiled = run_program(run, {
      ...EAGER,
      begin: (simulator) => {
        saved = decode_saved(encode_saved(simulator.compile_ahead()));
      },
    });
    const second = run_program(run, {
      name: 'precompiled, and the interpreter for the rest',
      jit: { threshold: 1e9 },
      begin: ({ jit }) => jit!.use_saved(saved!),
      end: ({ jit }) => {
        statistics = { ...jit!.statistics, executed: jit!.executed };
      },
    });
    const expected = run_program(run, interpreter);
    expect(second).toEqual(expected);
    // A machine that has looked through its program runs it like any other.
    expect(precompiled).toEqual(expected);
    expect(statistics.reused).toBeGreaterThan(5);
    expect(statistics.executed).toBeGreaterThan(expected.executed / 2);
    expect(statistics.regions).toBe(0);
  });
});

describe('pydgin-ts compile', () => {
  const compiled = (name: string) => join(scratch(), `${name}.wasm`);
  const compile = (name: string, ...options: string[]) =>
    cli(['compile', 'arm', program(name), '-o', compiled(name), ...options]);
  const run = (file: string, name: string, ...options: string[]) =>
    cli(['run', '--stats=json', '--precompiled', file, ...options, 'arm', program(name)]);

  test('makes a module that run --precompiled uses', async () => {
    const { status, stderr } = await compile('sorting');
    expect(status).toBe(0);
    expect(stderr).toMatch(/sorting\.wasm: \d+ regions of \d+ instructions, \d+ bytes\n$/);
    expect(WebAssembly.validate(readFileSync(compiled('sorting')))).toBe(true);
    const plain = await cli(['run', '--stats=json', 'arm', program('sorting')]);
    const hot = await run(compiled('sorting'), 'sorting');
    expect([hot.status, hot.stdout]).toEqual([plain.status, plain.stdout]);
    expect(JSON.parse(hot.stderr).instructions).toBe(JSON.parse(plain.stderr).instructions);
    expect(JSON.parse(hot.stderr).jit.reused).toBeGreaterThan(10);
  });

  test('what was made of another program, with other settings, or is damaged, is refused', async () => {
    await compile('hello');
    const file = compiled('hello');
    const other = /was made of another program, for another ISA, with other --jit settings or by another version/;
    for (const { status, stderr } of [await run(file, 'cat'), await run(file, 'hello', '--jit', 'region_limit=50')]) {
      expect(status).toBe(2);
      expect(stderr).toMatch(other);
    }
    const good = readFileSync(file);
    const flipped = Buffer.from(good);
    flipped[good.length - 1] ^= 1;
    const bad = join(scratch(), 'bad.wasm');
    for (const bytes of [flipped, good.subarray(0, 100), Buffer.from('\0asm\x01\0\0\0', 'latin1'), Buffer.alloc(0)]) {
      writeFileSync(bad, bytes);
      const { status, stderr } = await run(bad, 'hello');
      expect([status, stderr]).toEqual([
        2,
        `error: --precompiled ${bad}: no file that 'pydgin-ts compile' has made, or damaged\n`,
      ]);
    }
    expect((await run(join(scratch(), 'none.wasm'), 'hello')).stderr).toContain('cannot be read (ENOENT)');
  });

  test('says what is missing or cannot be written', async () => {
    const without = await cli(['compile', 'arm', program('hello')]);
    expect([without.status, without.stderr]).toEqual([2, expect.stringContaining('-o, --output <file>')]);
    const nowhere = await cli(['compile', 'arm', program('hello'), '-o', '/nowhere/x.wasm']);
    expect([nowhere.status, nowhere.stderr]).toEqual([
      2,
      'error: --output /nowhere/x.wasm: cannot be written (ENOENT)\n',
    ]);
  });
});

describe('--jit-cache', () => {
  const options = (folder: string, ...more: string[]) => ['run', '--stats=json', '--jit-cache', folder, ...more, 'arm'];
  const figures = async (args: string[]) => {
    const { status, stdout, stderr } = await cli(args);
    expect(status).toBe(0);
    const { instructions, jit } = JSON.parse(stderr);
    return { stdout, instructions, regions: jit.regions as number, reused: jit.reused as number };
  };
  const sorting = (folder: string, ...more: string[]) => [
    ...options(folder, '--jit', 'threshold=20,compile_share=1000', ...more),
    program('sorting'),
  ];

  test('the second run starts with the code of the first, and only the second run of the same', async () => {
    const folder = join(scratch(), 'cache');
    const first = await figures(sorting(folder));
    expect([first.regions > 0, first.reused]).toEqual([true, 0]);
    expect(readdirSync(folder).length).toBe(1);
    const second = await figures(sorting(folder));
    expect(second.reused).toBeGreaterThan(0);
    expect(second.regions).toBeLessThan(first.regions);
    expect([second.stdout, second.instructions]).toEqual([first.stdout, first.instructions]);
    // Other parameters, another program.
    expect((await figures(sorting(folder, '--jit', 'region_limit=50'))).reused).toBe(0);
    expect(
      (await figures([...options(folder, '--jit', 'threshold=20,compile_share=1000'), program('heap')])).reused,
    ).toBe(0);
    expect(readdirSync(folder).length).toBe(3);
  });

  test('damaged and foreign files are ignored, and written anew', async () => {
    const folder = join(scratch(), 'damaged');
    const first = await figures(sorting(folder));
    const [file] = readdirSync(folder).map((name) => join(folder, name));
    const good = readFileSync(file);
    const flipped = Buffer.from(good);
    flipped[flipped.length >> 1] ^= 1;
    for (const bad of [flipped, good.subarray(0, good.length - 1), Buffer.alloc(0), Buffer.from('something else')]) {
      writeFileSync(file, bad);
      const run = await figures(sorting(folder));
      expect([run.reused, run.stdout, run.instructions]).toEqual([0, first.stdout, first.instructions]);
    }
    expect((await figures(sorting(folder))).reused).toBeGreaterThan(0);
  });

  test('a folder that cannot be is an error', async () => {
    const file = join(scratch(), 'a-file');
    writeFileSync(file, '');
    const { status, stderr } = await cli([...options(file), program('hello')]);
    expect([status, stderr]).toEqual([2, `error: --jit-cache ${file}: cannot be made a folder (EEXIST)\n`]);
  });
});
