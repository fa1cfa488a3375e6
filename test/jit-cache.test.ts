// Compiled code that is used again in a later run: results, counts and registers stay the interpreter's, nothing is compiled
// that was compiled before, and files that are damaged or from somebody else do no harm.

import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { native_code } from '../src/cli/v8.js';
import { decode_saved, encode_saved, type SavedCode } from '../src/jit/trace/saved.js';
import { cli, ended, program, ROOT, scratch, start } from './cli/support.js';
import { type Engine, interpreter } from './conformance/engines.js';
import { kernel_runs, program_runs, type Run, run_program } from './conformance/programs.js';

const EAGER: Engine = { name: 'JIT', jit: { threshold: 3, compile_share: Infinity } };
/** Slices end so often that what runs for long is built better and better. */
const IMPROVING: Engine = { name: 'JIT that optimises much', jit: { ...EAGER.jit, slice: 300 } };

const kernel = (name: string, size: string): Run => ({
  ...kernel_runs().find((run) => run.name === name)!,
  args: [size],
});
const named = (name: string): Run => program_runs().find((run) => run.name === name)!;

/** Runs a program with what earlier runs of it have compiled, if there were any; returns what it leaves for the next. */
function run_with(run: Run, saved: SavedCode | undefined, engine = EAGER, native = native_code()) {
  let reused = 0;
  let regions = 0;
  let next: SavedCode | undefined;
  const result = run_program(run, {
    ...engine,
    begin: ({ jit }) => {
      jit!.saves_code = true;
      jit!.earlier.native = native;
      if (saved) jit!.use_saved(saved);
    },
    end: ({ jit }) => {
      ({ reused, regions } = jit!.statistics);
      next = decode_saved(encode_saved(jit!.save()));
    },
  });
  return { result, reused, regions, saved: next! };
}

/** Runs a program twice, the second time with what the first has compiled. */
function run_twice(run: Run, change = (saved: SavedCode) => saved) {
  const { result: first, saved } = run_with(run, undefined);
  const { result: second, reused } = run_with(run, change(saved));
  return { first, second, reused };
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

  test.each([
    kernel('coremark_like', '3'),
    kernel('qsort', '1'),
    kernel('strings', '2'),
    named('selfmod'),
    named('thumb_program'),
  ])('$name, again and again, with what is built better each time', (run) => {
    const expected = run_program(run, interpreter);
    let saved: SavedCode | undefined;
    for (let n = 0; n < 5; n++) {
      const next = run_with(run, saved, IMPROVING);
      expect(next.result).toEqual(expected);
      if (n > 0) expect(next.reused).toBeGreaterThan(0);
      saved = next.saved;
    }
  });

  test('what came piece by piece is one module, in which calls are direct', () => {
    const run = kernel('qsort', '2');
    const first = run_with(run, undefined, IMPROVING);
    expect(first.regions).toBeGreaterThan(5);
    const [module, ...others] = first.saved.modules;
    expect(others).toEqual([]);
    expect(module.functions.length).toBeGreaterThan(5);
    const keys = module.functions.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    const calls = module.functions.flatMap(({ code }) =>
      code!.calls.map(({ start, key }) => ({ key, code: code!.body[start] })),
    );
    const to_better = calls.filter(({ key }) => module.functions.some((one) => one.key === key && one.grade > 0));
    expect(to_better.length).toBeGreaterThan(0);
    // A function that stays the same in a later run, and so does its place.
    const second = run_with(run, first.saved, { ...IMPROVING, jit: { threshold: 1e9 } });
    expect(second.regions).toBe(0);
    expect(second.saved.modules.map(({ wasm }) => wasm)).toEqual([module.wasm]);
  });

  test('little new code is a module beside the old one, much is one with it', () => {
    const run = kernel('qsort', '1');
    const { saved } = run_with(run, undefined);
    const [{ functions }] = saved.modules;
    const without = (keys: number) => ({
      ...saved,
      modules: saved.modules.map((module) => ({ ...module, functions: module.functions.slice(0, -keys) })),
    });
    const sizes = functions.map(({ size }) => size);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    // The last function is less than a quarter of the rest.
    expect(sizes.at(-1)! * 4).toBeLessThan(total - sizes.at(-1)!);
    expect(run_with(run, without(1)).saved.modules.length).toBe(2);
    expect(run_with(run, without(functions.length - 1)).saved.modules.length).toBe(1);
  });

  test('V8 gives its machine code, and takes back none but its own', async () => {
    const run = kernel('fib', '30');
    let { saved } = run_with(run, undefined);
    // V8 optimises in threads of its own.
    for (let n = 0; n < 20 && saved.modules.every(({ native }) => native.length === 0); n++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      ({ saved } = run_with(run, saved));
    }
    const machine_code = saved.modules.map(({ native }) => native.length);
    expect(Math.max(...machine_code)).toBeGreaterThan(500);
    const taken: boolean[] = [];
    const native = native_code()!;
    const watched = {
      ...native,
      module: (...args: Parameters<typeof native.module>) => {
        const module = native.module(...args);
        taken.push(module !== undefined);
        return module;
      },
    };
    const expected = run_program(run, interpreter);
    const with_native = (change: (bytes: Uint8Array) => Uint8Array): SavedCode => ({
      ...saved,
      modules: saved.modules.map((module) => ({ ...module, native: change(module.native) })),
    });
    expect(
      run_with(
        run,
        with_native((bytes) => bytes),
        EAGER,
        watched,
      ).result,
    ).toEqual(expected);
    expect(taken).toContain(true);
    expect(taken).not.toContain(false);
    // Another version of V8 has another number in the second word.
    taken.length = 0;
    const other = (bytes: Uint8Array) => bytes.map((byte, n) => (n === 4 ? byte ^ 1 : byte));
    expect(run_with(run, with_native(other), EAGER, watched).result).toEqual(expected);
    expect(taken).toContain(false);
    expect(taken).not.toContain(true);
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

describe('without --jit-cache', () => {
  /** A home of its own, and a folder in it to work in. */
  const places = (name: string) => {
    const home = join(scratch(), name);
    const work = join(home, 'work');
    mkdirSync(work, { recursive: true });
    return { home, work, cache: join(home, '.cache/pydgin-ts') };
  };
  const sorting = join(ROOT, program('sorting'));
  const reused = async (options: string[], cwd: string, env: Record<string, string>) => {
    const { status, stderr } = await cli(['run', '--stats=json', ...options, 'arm', sorting], '', { cwd, env });
    expect(status).toBe(0);
    expect(stderr.trim().split('\n').length).toBe(1);
    return JSON.parse(stderr).jit.reused as number;
  };

  test("code is kept in the user's own folder, for nobody else", async () => {
    const { home, work, cache } = places('home');
    expect(await reused([], work, { HOME: home })).toBe(0);
    expect(readdirSync(cache).length).toBe(1);
    expect(statSync(cache).mode & 0o777).toBe(0o700);
    expect(await reused([], work, { HOME: home })).toBeGreaterThan(0);
    expect(await reused(['--no-jit-cache'], work, { HOME: home })).toBe(0);
    // Who sets parameters wants to see what comes of it.
    expect(await reused(['--jit', 'threshold=20'], work, { HOME: home })).toBe(0);
    expect(readdirSync(cache).length).toBe(1);
  });

  test('or in that of XDG_CACHE_HOME, if it is a whole path', async () => {
    const { home, work, cache } = places('xdg');
    const elsewhere = join(home, 'elsewhere');
    await reused([], work, { HOME: home, XDG_CACHE_HOME: elsewhere });
    expect(readdirSync(join(elsewhere, 'pydgin-ts')).length).toBe(1);
    expect(existsSync(cache)).toBe(false);
    await reused([], work, { HOME: home, XDG_CACHE_HOME: 'elsewhere' });
    expect(readdirSync(cache).length).toBe(1);
  });

  test('where the program itself could write, nothing is taken from', async () => {
    const { home, work, cache } = places('granted');
    await reused([], work, { HOME: home });
    expect(await reused([], home, { HOME: home })).toBe(0);
    expect(await reused(['--dir', `${home}::/home`], work, { HOME: home })).toBe(0);
    expect(await reused(['--no-fs'], home, { HOME: home })).toBeGreaterThan(0);
    chmodSync(cache, 0o770);
    expect(await reused([], work, { HOME: home })).toBe(0);
  });

  test('nobody hears of a folder that cannot be, nor of a damaged file', async () => {
    const { home, work, cache } = places('trouble');
    expect(await reused([], work, { HOME: '/proc' })).toBe(0);
    expect(await reused([], work, {})).toBe(0);
    await reused([], work, { HOME: home });
    const [name] = readdirSync(cache);
    writeFileSync(join(cache, name), 'rubbish');
    expect(await reused([], work, { HOME: home })).toBe(0);
    expect(await reused([], work, { HOME: home })).toBeGreaterThan(0);
  });

  test('an interrupted program leaves nothing', async () => {
    const { home, work, cache } = places('interrupted');
    const fib = join(ROOT, 'spec-bench/kernels/arm/fib.elf');
    const child = start(['run', 'arm', fib, '60'], { cwd: work, env: { HOME: home } });
    // Compiled code has been asked for, and runs for hours.
    while (!existsSync(cache)) await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setTimeout(resolve, 200));
    child.kill('SIGINT');
    expect((await ended(child)).status).toBe(130);
    expect(readdirSync(cache)).toEqual([]);
  });

  test('a short program leaves nothing', async () => {
    const { home, work, cache } = places('short');
    const hello = join(ROOT, program('hello'));
    const { stdout, status } = await cli(['run', 'arm', hello], '', { cwd: work, env: { HOME: home } });
    expect([stdout, status]).toEqual([(await cli(['run', 'arm', hello])).stdout, 40]);
    expect(existsSync(cache)).toBe(false);
  });
});
