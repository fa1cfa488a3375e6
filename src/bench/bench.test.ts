// The harness as a user meets it: suites on disk, runs of shell scripts in place of simulators, interruption and resumption.

import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { execute, find_shell, guest_account } from './child.js';
import { type BenchOptions, bench } from './index.js';
import { parse_result } from './results.js';
import { first_difference } from './session.js';
import { type Invocation, load_suites } from './suite.js';
import { heading, text_table } from './table.js';
import { split_words } from './words.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pydgin-ts-bench-test-'));
  chmodSync(folder, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
/** A suite of shell scripts, which `sh` simulates. */
function suite(name: string, programs: Record<string, { script: string; run?: object }>): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [program, { script }] of Object.entries(programs)) writeFileSync(join(path, `${program}.sh`), script);
  const list = Object.entries(programs).map(([program, { run = {} }]) => ({
    name: program,
    elf: `${program}.sh`,
    sizes: { test: run },
  }));
  writeFileSync(join(path, 'bench.json'), JSON.stringify({ name, programs: list }));
  return path;
}
const quiet = { out: () => {}, note: () => {}, terminal: false };
const defaults: BenchOptions = {
  suite: '',
  size: 'test',
  isa: 'arm',
  isa_of_programs: 'arm',
  only: [],
  ours: 'ours=sh',
  against: ['other=sh'],
  pairs: 1,
  warm_up: 0,
  timeout: 20,
};
/** Measures, and gives the saved result. */
async function measured(options: Partial<BenchOptions>) {
  const json = options.json ?? join(folder, `${Math.random()}.json`);
  const end = await bench({ ...defaults, ...options, json }, quiet);
  return { end, json, result: parse_result(readFileSync(json, 'utf8'), json) };
}
const problems = (result: { programs: { name: string; problems: Record<string, string> }[] }) =>
  Object.fromEntries(result.programs.map(({ name, problems }) => [name, problems]));

test('runs before the first round are of ours alone, and are not measured', async () => {
  const count = join(folder, 'count.txt');
  writeFileSync(count, '');
  chmodSync(count, 0o666);
  const path = suite('warm', { once: { script: `echo "$0" >> ${count}` } });
  const ours = write('ours.sh', `echo ours >> ${count}; exec sh "$@"`);
  const options = { suite: path, ours: `ours=sh ${ours}`, warm_up: 3, pairs: 2 };
  const { result, json } = await measured(options);
  const lines = readFileSync(count, 'utf8').trim().split('\n');
  expect(lines.slice(0, 6)).toEqual(['ours', './program', 'ours', './program', 'ours', './program']);
  expect(lines.filter((line) => line === 'ours').length).toBe(3 + 2);
  expect(lines.filter((line) => line === './program').length).toBe(3 + 2 + 2);
  expect([result.warm_up, result.programs[0].rounds.length]).toEqual([3, 2]);
  expect(heading(result)).toContain('compiled code of 3 or more runs before');
  await expect(measured({ ...options, json, warm_up: 2, resume: true })).rejects.toThrow(
    /number of runs before the first round was 3 and is 2/,
  );
});

describe('one run', () => {
  const invocation = (over: Partial<Invocation> = {}): Invocation => ({
    args: [],
    files: {},
    expect: { exit: 0, outputs: {} },
    ...over,
  });
  const run = (script: string, over?: Partial<Invocation>, shell = find_shell(), seconds = 20) =>
    execute(['sh'], write('script.sh', script), invocation(over), guest_account(), { seconds }, shell);
  const BUSY = 'i=0; while [ $i -lt 150000 ]; do i=$((i+1)); done';

  test.each([find_shell(), 'sh' as const])('%s reports processor time of the program alone', async (shell) => {
    const [busy, idle] = [await run(BUSY, {}, shell), await run('sleep 0.3', {}, shell)];
    expect(busy.cpu).toBeGreaterThan(0.01);
    expect(busy.wall).toBeGreaterThanOrEqual(busy.cpu * 0.8);
    expect(idle.cpu).toBeLessThan(0.1);
    expect(idle.wall).toBeGreaterThanOrEqual(0.29);
  });
  test.skipIf(process.platform !== 'linux')('peak memory is seen, where there is /proc', async () => {
    expect((await run('sleep 0.2')).memory).toBeGreaterThan(0.1);
  });
  test('output, arguments, input, files and exit status are as they should be', async () => {
    const done = await run('cat - in.txt; echo "$@"; echo oops >&2; echo written >out.txt; exit 3', {
      args: ['a b', '*', '--'],
      stdin: write('stdin.txt', 'from stdin\n'),
      files: { 'in.txt': write('in.txt', 'from file\n') },
      expect: { exit: 3, outputs: { 'out.txt': undefined, 'none.txt': undefined } },
    });
    expect(done.stdout.toString()).toBe('from stdin\nfrom file\na b * --\n');
    expect(done.stderr.toString()).toBe('oops\n');
    expect(done.exit).toBe(3);
    expect(done.outputs['out.txt']?.toString()).toBe('written\n');
    expect(done.outputs['none.txt']).toBeUndefined();
  });
  test('a death by signal n shows as status 128 + n', async () => {
    expect((await run('kill -SEGV $$')).exit).toBe(139);
  });
  test('a run that takes too long is ended with its children, and nothing is left behind', async () => {
    const began = performance.now();
    const done = await run('pwd; sleep 60 & sleep 60', {}, find_shell(), 0.4);
    expect(done.timed_out).toBe(true);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(existsSync(done.stdout.toString().trim())).toBe(false);
  });
  test.skipIf(process.getuid?.() !== 0)(
    'root runs guests as another user, who owns the scratch directory',
    async () => {
      const done = await run('id -u; id -G; touch mine && stat -c %u . mine');
      const [uid, groups, ...owners] = done.stdout.toString().trim().split('\n');
      expect(Number(uid)).toBeGreaterThan(0);
      expect(groups.split(' ')).not.toContain('0');
      expect(owners).toEqual([uid, uid]);
    },
  );
  test('a link that the program leaves in place of an output is not followed', async () => {
    const done = await run('ln -s /etc/passwd out', { expect: { exit: 0, outputs: { out: undefined } } });
    expect(done.outputs.out).toBeUndefined();
  });
});

describe('a suite', () => {
  test('every output is checked: stdout, files, exit status, against what is expected or the other simulator', async () => {
    const expected = write('expected.txt', 'one\ntwo\n');
    const path = suite('checked', {
      right: { script: 'echo one; echo two', run: { stdout: expected } },
      wrong: { script: 'echo one; echo three', run: { stdout: expected } },
      status: { script: 'echo no such option >&2; exit 2' },
      silent: { script: 'true', run: { outputs: ['result'] } },
      random: { script: 'echo $$-$(date +%N)' },
      pardoned: { script: 'echo $$-$(date +%N)', run: { compare: 'none' } },
    });
    const { end, result } = await measured({ suite: path });
    expect(end).toBe('failed');
    expect(problems(result)).toMatchObject({
      right: {},
      pardoned: {},
      wrong: { ours: 'stdout differs in line 2: "three" instead of "two"' },
      status: { ours: 'exit status 2 instead of 0: no such option' },
      silent: { ours: 'has not written result' },
      random: { ours: expect.stringContaining("(expected is other's)") },
    });
    expect(Object.keys(problems(result).right)).toEqual([]);
    expect(Object.keys(problems(result).pardoned)).toEqual([]);
  });
  test("several runs make one workload, as SPEC's do", async () => {
    const path = suite('workload', {
      twice: { script: 'sleep 0.1; echo $1', run: { runs: [{ args: ['a'] }, { args: ['b'] }] } },
    });
    const { end, result } = await measured({ suite: path });
    expect(end).toBe('done');
    expect(result.programs[0].rounds[0].costs.ours.wall).toBeGreaterThanOrEqual(0.2);
  });
  test('instruction counts come from --stats-file, and must agree from run to run', async () => {
    const path = suite('counted', { nothing: { script: 'true' } });
    const count = (name: string, number: string) =>
      `ours=sh ${write(name, `echo "{\\"instructions\\":${number}}" >$1; shift; sh "$@"`)} {stats}`;
    const steady = await measured({ suite: path, ours: count('steady.sh', '42'), pairs: 2 });
    expect(steady.result.programs[0].instructions).toBe(42);
    const drifting = await measured({ suite: path, ours: count('drifting.sh', '$(date +1%N)'), pairs: 2 });
    expect(problems(drifting.result).nothing.ours).toContain('the time before');
    // The clock in it makes some part in ten thousand of difference.
    const close = await measured({ suite: path, ours: count('close.sh', '$(date +10000%N)'), pairs: 4 });
    expect(close.end).toBe('done');
    expect(close.result.programs[0].counts_vary).toBeGreaterThan(0);
    expect(text_table(close.result)).toMatch(/note: nothing does not always execute the same: .* by up to 0\.0\d+ %/);
  });
  test('parts of it together are the whole, each program once', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const path = suite('parts', Object.fromEntries(names.map((name) => [name, { script: `echo ${name}` }])));
    const parts: string[] = [];
    for (let index = 1; index <= 3; index++)
      parts.push((await measured({ suite: path, shard: { index, count: 3 } })).json);
    const { end, result } = await measured({ merge: parts, json: join(folder, 'all.json') });
    expect(end).toBe('done');
    expect(result.programs.map(({ name, rounds }) => [name, rounds.length])).toEqual(names.map((name) => [name, 1]));
    const without = await measured({ merge: [parts[0], parts[2]], json: join(folder, 'two.json') });
    expect(without.end).toBe('failed');
    expect(text_table(without.result)).toMatch(/not measured, .*: b, e;/);
  });
  test('what is not built on one machine does not change what the others measure', async () => {
    const path = suite('uneven', { a: { script: 'true' }, b: { script: 'true' }, d: { script: 'true' } });
    const manifest = JSON.parse(readFileSync(join(path, 'bench.json'), 'utf8'));
    manifest.programs.splice(1, 0, { name: 'c', elf: 'a.sh', sizes: { ref: {} } });
    writeFileSync(join(path, 'bench.json'), JSON.stringify(manifest));
    const { result } = await measured({ suite: path, shard: { index: 2, count: 2 } });
    expect(result.programs.map(({ name }) => name)).toEqual(['b', 'd']);
    expect(result.missing).toEqual([]);
  });
});

describe('written files', () => {
  test('report, Markdown and a new baseline, which the next run is compared with', async () => {
    const path = suite('written', { only: { script: 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done' } });
    const [html, markdown, baseline] = ['w.html', 'w.md', 'w.json'].map((name) => join(folder, name));
    await measured({ suite: path, html, markdown, update_baseline: baseline });
    expect(readFileSync(html, 'utf8')).toContain('</html>');
    expect(readFileSync(markdown, 'utf8')).toContain('| only |');
    expect(JSON.parse(readFileSync(baseline, 'utf8')).ratios['written/only/test/arm'].ratio).toBeGreaterThan(0);
    let table = '';
    const console = { ...quiet, out: (text: string) => (table += text) };
    await bench({ ...defaults, suite: path, baseline }, console);
    expect(table).toMatch(/change.*\n *only .* [+-]?\d+ %/);
  });
  test('a place that cannot be written is found before anything is measured', async () => {
    const path = suite('unwritten', { only: { script: 'sleep 5' } });
    const began = performance.now();
    await expect(measured({ suite: path, html: join(folder, 'no/such/folder.html') })).rejects.toThrow(
      'cannot be written',
    );
    expect(performance.now() - began).toBeLessThan(4000);
  });
});

describe('resuming', () => {
  test('goes on where it stopped, and measures nothing twice', async () => {
    const log = write('log', '');
    chmodSync(log, 0o666);
    const path = suite('resumed', {
      first: { script: `echo first >>${log}` },
      second: { script: `echo second >>${log}` },
    });
    const json = join(folder, 'resumed.json');
    await measured({ suite: path, json, only: ['first'], pairs: 2, against: ['none'] });
    const { result } = await measured({ suite: path, json, pairs: 3, against: ['none'], resume: true });
    expect(result.programs.map(({ name, rounds }) => [name, rounds.length])).toEqual([
      ['first', 3],
      ['second', 3],
    ]);
    expect(readFileSync(log, 'utf8').split('\n').slice(0, -1)).toEqual([
      ...['first', 'first', 'first'],
      ...['second', 'second', 'second'],
    ]);
  });
  test('what failed is measured again, and what is not asked for stays failed', async () => {
    const path = suite('failing', { good: { script: 'true' }, bad: { script: 'exit 3' } });
    const json = join(folder, 'failing.json');
    expect((await measured({ suite: path, json })).end).toBe('failed');
    const again = await measured({ suite: path, json, resume: true });
    expect([again.end, again.result.programs.map(({ rounds }) => rounds.length)]).toEqual(['failed', [1, 1]]);
    expect((await measured({ suite: path, json, only: ['good'], resume: true })).end).toBe('failed');
  });
  test('refuses to mix what cannot be mixed', async () => {
    const path = suite('mixed', { only: { script: 'true' } });
    const { json } = await measured({ suite: path });
    await expect(measured({ suite: path, json, resume: true, against: ['third=sh'] })).rejects.toThrow(
      'cannot be resumed: the simulators was',
    );
    writeFileSync(join(path, 'only.sh'), 'true # anew');
    await expect(measured({ suite: path, json, resume: true })).rejects.toThrow('only has been built anew');
  });
});

describe('reading suites', () => {
  const request = { size: 'test', isa: 'arm', spec_bench: join(process.cwd(), 'spec-bench') } as const;
  test('the kernels are there, with what they print', () => {
    const { benchmarks } = load_suites('kernels', request);
    expect(benchmarks).toHaveLength(12);
    for (const { elf, invocations } of benchmarks) {
      expect(existsSync(elf)).toBe(true);
      expect(invocations[0].expect.stdout).toBeDefined();
    }
  });
  test('programs that are not built are named with the command that builds them', () => {
    const before = process.env.PYDGIN_BENCH_DIR;
    process.env.PYDGIN_BENCH_DIR = join(folder, 'nothing-here');
    try {
      expect(() => load_suites('spec', request)).toThrow(
        /401\.bzip2, .*: not built for arm: spec-bench\/programs\/build\.sh/,
      );
      const { missing } = load_suites('kernels,spec', request);
      expect(missing).toHaveLength(12);
    } finally {
      if (before === undefined) delete process.env.PYDGIN_BENCH_DIR;
      else process.env.PYDGIN_BENCH_DIR = before;
    }
  });
  test.each([
    ['not JSON', '{', /bench\.json: /],
    ['no programs', '{}', 'bench.json: programs is missing; it should be a list'],
    ['no name', '{"programs":[{}]}', 'bench.json: programs[0].name is missing; it should be a text'],
    [
      'no file',
      '{"programs":[{"name":"a","elf":"gone","sizes":{"test":{}}}]}',
      /programs\[0\]\.elf: .*gone does not exist/,
    ],
    ['another ISA', '{"isa":"mipsel","programs":[]}', 'say --isa mipsel'],
    [
      'an output elsewhere',
      '{"programs":[{"name":"a","elf":"bench.json","sizes":{"test":{"outputs":["../x"]}}}]}',
      '../x is not a path inside',
    ],
    [
      'no such size',
      '{"programs":[{"name":"a","elf":"bench.json","sizes":{"ref":{}}}]}',
      'nothing to run\n  a: has no size test',
    ],
  ])('a manifest with %s is refused with file and field', (what, text, message) => {
    const path = join(folder, what.replaceAll(' ', '-'));
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'bench.json'), text);
    expect(() => load_suites(path, request)).toThrow(message);
  });
});

test('commands are split as a shell splits them', () => {
  expect(split_words(String.raw`qemu-arm  -L '/a b' "c'd" e\ f ''`)).toEqual([
    'qemu-arm',
    '-L',
    '/a b',
    "c'd",
    'e f',
    '',
  ]);
  expect(execFileSync('sh', ['-c', String.raw`printf '%s|' -L '/a b' "c'd" e\ f ''`], { encoding: 'utf8' })).toBe(
    "-L|/a b|c'd|e f||",
  );
  expect(() => split_words('a "b')).toThrow('the quote " is not closed');
});

test('a difference is shown with its line', () => {
  const compare = (a: string, b: string) => first_difference(Buffer.from(a), Buffer.from(b));
  expect(compare('a\nb\n', 'a\nb\n')).toBeUndefined();
  expect(compare('a\nx\n', 'a\nb\n')).toBe('differs in line 2: "x" instead of "b"');
  expect(compare('a', 'a\n')).toBe('differs in line 2: the end instead of ""');
  expect(compare('a\nb\n', 'a\nb')).toBe('differs in line 3: "" instead of the end');
  expect(compare('a\nb', 'a\nbc')).toBe('differs in line 2: "b" instead of "bc"');
  expect(compare('', 'a')).toBe('differs in line 1: "" instead of "a"');
  expect(compare('a\n\nx', 'a\n\ny')).toBe('differs in line 3: "x" instead of "y"');
});
