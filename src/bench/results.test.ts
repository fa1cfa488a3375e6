import { describe, expect, test } from 'vitest';
import { change, falls, parse_baseline, update_baseline } from './baseline.js';
import { html_report } from './report.js';
import {
  type BenchResult,
  FORMAT,
  is_complete,
  means,
  merge,
  type ProgramResult,
  parse_result,
  summarise_all,
  unmeasured,
} from './results.js';
import { markdown_table, text_table } from './table.js';

const machine = { cpu: 'Example CPU', cores: 2, memory_gib: 8, system: 'Linux 6', node: 'v20.0.0' };

/** A program of 100 M instructions whose rounds took these processor times, ours and the other's; the clock shows twice that. */
function program(name: string, times: [ours: number, other: number][]): ProgramResult {
  const cost = (cpu: number) => ({ cpu, wall: 2 * cpu, memory: 50 });
  return {
    name,
    suite: 'kernels',
    elf_sha256: `hash of ${name}`,
    instructions: 100e6,
    rounds: times.map(([ours, other]) => ({ costs: { 'pydgin-ts': cost(ours), 'qemu-arm': cost(other) }, machine: 0 })),
    problems: {},
  };
}

function result(...programs: ProgramResult[]): BenchResult {
  return {
    format: FORMAT,
    suite: 'kernels',
    size: 'test',
    isa: 'arm',
    pairs: 3,
    when: '2026-01-02T03:04:05Z',
    version: '1.0.0',
    commit: { id: '0123456789abcdef', when: '2026-01-01T00:00:00Z', dirty: false },
    machines: [machine],
    simulators: [
      { name: 'pydgin-ts', command: 'pydgin-ts run arm' },
      { name: 'qemu-arm', command: 'qemu-arm', version: '7.2' },
    ],
    programs,
    missing: [],
  };
}

const fast = program('fast', [
  [1, 2],
  [1, 2.2],
  [1, 9],
]);
const slow = program('slow', [
  [4, 2],
  [2, 1],
  [2, 1],
]);

describe('figures from samples', () => {
  const both = result(fast, slow);
  const [first, second] = summarise_all(both);
  test('MIPS are instructions by the median of processor time', () => {
    expect(first.figures['pydgin-ts'].mips).toBe(100);
    expect(second.figures['pydgin-ts'].mips).toBe(50);
    expect(second.figures['pydgin-ts'].wall_mips).toBe(25);
  });
  test('ratios are of pairs, so that a machine that is slow for a while does no harm', () => {
    expect(first.comparison?.ratio).toBeCloseTo(2.2);
    expect(second.comparison?.ratio).toBe(0.5);
    expect(second.comparison?.spread).toBe(0);
  });
  test('means as the original reports them', () => {
    const mean = means(both, summarise_all(both))!;
    expect(mean.geomean_mips['pydgin-ts']).toBeCloseTo(Math.sqrt(100 * 50));
    expect(mean.whmean_mips['pydgin-ts']).toBeCloseTo(200 / 3);
    expect(mean.ratio).toBeCloseTo(Math.sqrt(2.2 * 0.5));
  });
  test('each suite of a result has its own means', () => {
    const table = text_table(result(fast, { ...slow, suite: 'mine' }));
    expect(table.match(/^geomean .*$/gm)?.map((line) => line.split(/ +/).slice(1, 3))).toEqual([
      ['(kernels)', '100'],
      ['(mine)', '50.0'],
    ]);
    const page = html_report(result(fast, { ...slow, suite: 'mine' }));
    expect(page.match(/<h1 class="suite">\w+/g)).toHaveLength(2);
  });
  test('a program with wrong output counts in no mean', () => {
    const wrong = { ...slow, problems: { 'pydgin-ts': 'stdout differs' } };
    const partly = result(fast, wrong);
    expect(means(partly, summarise_all(partly))?.programs).toBe(1);
    expect(is_complete(partly)).toBe(false);
    expect(text_table(partly)).toContain('FAILED slow on pydgin-ts: stdout differs');
  });
});

describe('merging', () => {
  test('shards become one result, in order', () => {
    const merged = merge([
      { path: 'b.json', result: result(slow) },
      { path: 'a.json', result: result(fast) },
    ]);
    expect(merged.programs.map(({ name }) => name)).toEqual(['fast', 'slow']);
    expect(text_table(merged)).toBe(text_table(result(fast, slow)));
  });
  test('rounds of the same program add up, and remember their machine', () => {
    const other = { ...result(fast), machines: [{ ...machine, cpu: 'Another CPU' }] };
    const merged = merge([
      { path: 'a.json', result: result(fast) },
      { path: 'b.json', result: other },
    ]);
    expect(merged.machines.map(({ cpu }) => cpu)).toEqual(['Example CPU', 'Another CPU']);
    expect(merged.programs[0].rounds.map(({ machine }) => machine)).toEqual([0, 0, 0, 1, 1, 1]);
  });

  test('what was to be measured and was not is missed, whichever part comes first', () => {
    const here = { path: 'here.json', result: { ...result(fast), planned: ['fast', 'slow'] } };
    const elsewhere = {
      path: 'elsewhere.json',
      result: { ...result(), missing: [{ name: 'slow', reason: 'not built' }] },
    };
    const older = { path: 'older.json', result: result() };
    for (const parts of [
      [here, elsewhere],
      [elsewhere, here],
      [here, older],
      [older, here],
    ]) {
      const merged = merge(parts);
      expect([is_complete(merged), unmeasured(merged), merged.missing]).toEqual([false, ['slow'], []]);
    }
    const shard = { path: 'shard.json', result: { ...here.result, dealt: ['fast'] } };
    expect(merge([shard, elsewhere])).toMatchObject({ planned: ['fast'], missing: [{ name: 'slow' }] });
  });
  test('results that do not belong together are refused, with the reason', () => {
    const parts = (other: BenchResult) => () =>
      merge([
        { path: 'a.json', result: result(fast) },
        { path: 'b.json', result: other },
      ]);
    expect(parts({ ...result(slow), size: 'ref' })).toThrow(
      'b.json cannot be merged with a.json: the size was test and is ref',
    );
    expect(parts({ ...result(slow), commit: undefined })).toThrow('the commit was');
    expect(parts(result({ ...fast, elf_sha256: 'another' }))).toThrow('fast is another file');
    expect(parts(result({ ...fast, instructions: 7 }))).toThrow('executed 7 instructions');
  });
});

describe('result files', () => {
  test('what was saved is read', () => expect(parse_result(JSON.stringify(result(fast)), 'f')).toEqual(result(fast)));
  test.each([
    ['{', 'f.json: '],
    ['[]', 'is not a result of pydgin-ts bench'],
    ['{"format":"pydgin-ts bench 99"}', "this version reads 'pydgin-ts bench 1'"],
    [JSON.stringify({ ...result(fast), machines: undefined }), 'is damaged: a list is missing'],
    [JSON.stringify({ ...result(fast), machines: [] }), 'is damaged: the program fast'],
    [JSON.stringify({ ...result(fast), programs: [null] }), 'is damaged: the program (without a name)'],
  ])('%.40s is refused with a reason', (text, reason) => {
    expect(() => parse_result(text, 'f.json')).toThrow(reason);
  });
});

describe('the baseline', () => {
  const baseline = update_baseline(undefined, result(fast, slow));
  const now = result(program('fast', [[2, 2]]), program('slow', [[1.3, 0.5]]), program('young', [[1, 1]]));
  test('shows how each ratio has changed', () => {
    const [first, second, third] = summarise_all(now);
    expect(change(baseline, now, first)).toBeCloseTo(1 / 2.2 - 1);
    expect(change(baseline, now, second)).toBeCloseTo(0.5 / 1.3 / 0.5 - 1);
    expect(change(baseline, now, third)).toBeUndefined();
  });
  test('a fall by more than a quarter is flagged loudly, a smaller one is not', () => {
    expect(falls(baseline, now, summarise_all(now)).map(({ name }) => name)).toEqual(['fast']);
    expect(text_table(now, baseline)).toContain(
      '!!! SLOWER: fast has a ratio of 1.00, and 2.20 in the baseline (-55 %)',
    );
    expect(markdown_table(now, baseline)).toContain('**!!! SLOWER**: fast');
  });
  test('other programs and sizes in it are kept', () => {
    const larger = update_baseline(baseline, { ...result(fast), size: 'ref' });
    expect(Object.keys(larger.ratios)).toEqual([
      'kernels/fast/ref/arm',
      'kernels/fast/test/arm',
      'kernels/slow/test/arm',
    ]);
    expect(parse_baseline(JSON.stringify(larger), 'b')).toEqual(JSON.parse(JSON.stringify(larger)));
  });
  test('a damaged one is refused', () => {
    expect(() => parse_baseline('{"ratios":{"a":{}}}', 'b.json')).toThrow('b.json: is not a baseline');
  });
});

describe('the HTML report', () => {
  test('shows every program and needs nothing from elsewhere', () => {
    const html = html_report(result(fast, slow), { trend: [result(fast, slow), result(fast)] });
    for (const text of ['fast', 'slow', 'Over the commits', 'Not measured here']) expect(html).toContain(text);
    expect(html).not.toMatch(/\b(src|href)=|url\(|<script|NaN|undefined|Infinity/);
  });
  test('the trend is in the order of commits, with the result itself, once', () => {
    const at = (id: string, day: number, dirty = false) => ({
      ...result(fast),
      when: `2026-02-0${day}T00:00:00Z`,
      commit: { id, when: `2026-01-0${day}T00:00:00Z`, dirty },
    });
    const [first, second, third] = [at('aaaaaaaaaa', 1), at('bbbbbbbbbb', 2, true), at('cccccccccc', 3)];
    const steps = (trend: BenchResult[]) =>
      [...html_report(second, { trend }).matchAll(/<title>geomean at (\S+):/g)].map(([, step]) => step);
    const expected = ['aaaaaaaaa', 'bbbbbbbbb+', 'ccccccccc'];
    expect(steps([third, first])).toEqual(expected);
    expect(steps([second, third, first])).toEqual(expected);
    expect(steps([])).toEqual([]);
  });
  test('text from suites and simulators cannot become markup', () => {
    const sly = program('<img src=x onerror=alert(1)>', [[1, 1]]);
    expect(html_report(result({ ...sly, about: '<b>"&' }))).not.toMatch(/<img|<b>"/);
  });
  test('a result of nothing but failures, or with one simulator, is shown as well', () => {
    const failed = { ...fast, rounds: [], problems: { 'pydgin-ts': 'exit status 1' } };
    const alone = { ...result(fast), simulators: [{ name: 'pydgin-ts', command: 'x' }] };
    for (const page of [html_report(result(failed)), html_report(alone)])
      expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });
});
