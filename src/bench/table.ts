// A result as a table: aligned text for terminals and logs, Markdown for job summaries and documents.

import { ALARMING_FALL, type Baseline, change, falls } from './baseline.js';
import {
  type BenchResult,
  COUNTS_AGREE,
  type Means,
  means,
  type Summary,
  summarise_all,
  unmeasured,
} from './results.js';
import { missing_lines } from './suite.js';

interface Column {
  title: string;
  left?: boolean;
  cell(summary: Summary): string;
  /** In the rows of means over a suite; `of` is its name if there are several. */
  geomean?(means: Means, of: string): string;
  whmean?(means: Means, of: string): string;
}

const number = (value: number | undefined): string =>
  value === undefined || !Number.isFinite(value)
    ? '–'
    : value >= 1000
      ? Math.round(value).toLocaleString('en')
      : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
const millions = (count: number): string => (count / 1e6).toFixed(1);
const ratio = (value: number | undefined): string => (value ? value.toFixed(2) : '–');
const mebibytes = (value: number | undefined): string => (value ? value.toFixed(0) : '–');
const percent = (value: number | undefined, sign = ''): string =>
  value === undefined ? '–' : `${value > 0 ? sign : ''}${(value * 100).toFixed(0)} %`;

/** Milliseconds that compiling took, of what the JIT reports; undefined if it does not. */
export function compile_ms(jit: Record<string, unknown> | undefined): number | undefined {
  const parts = Object.entries(jit ?? {}).filter(
    (entry): entry is [string, number] => /_ms$/.test(entry[0]) && typeof entry[1] === 'number',
  );
  return parts.length === 0 ? undefined : parts.reduce((sum, [, value]) => sum + value, 0);
}

function columns(result: BenchResult, summaries: readonly Summary[], baseline: Baseline | undefined): Column[] {
  const [ours, ...others] = result.simulators.map(({ name }) => name);
  const list: Column[] = [
    {
      title: 'program',
      left: true,
      cell: ({ program }) => program.name,
      geomean: (_, of) => `geomean${of}`,
      whmean: (_, of) => `weighted harmonic mean${of}`,
    },
    {
      title: 'Minsts',
      cell: ({ program }) => number(program.instructions === undefined ? undefined : program.instructions / 1e6),
    },
    ...[ours, ...others].map((name) => ({
      title: `${name} MIPS`,
      cell: ({ program, figures }: Summary) => (program.problems[name] ? 'FAILED' : number(figures[name]?.mips)),
      geomean: (mean: Means) => number(mean.geomean_mips[name]),
      whmean: (mean: Means) => number(mean.whmean_mips[name]),
    })),
  ];
  if (others.length > 0) {
    list.push(
      { title: 'ratio', cell: ({ comparison }) => ratio(comparison?.ratio), geomean: (mean) => ratio(mean.ratio) },
      {
        title: 'wall',
        cell: ({ comparison }) => ratio(comparison?.wall_ratio),
        geomean: (mean) => ratio(mean.wall_ratio),
      },
    );
    if (most_rounds(result) > 1) list.push({ title: 'spread', cell: ({ comparison }) => percent(comparison?.spread) });
  }
  if (baseline)
    list.push({
      title: 'change',
      cell: (summary) => {
        const value = change(baseline, result, summary);
        if (value === undefined) return summary.comparison ? 'new' : '–';
        return percent(value, '+') + (value < -ALARMING_FALL ? ' !!!' : '');
      },
    });
  list.push({ title: 'cpu s', cell: ({ figures }) => number(figures[ours]?.cpu) });
  list.push({ title: 'wall s', cell: ({ figures }) => number(figures[ours]?.wall) });
  if (summaries.some(({ program }) => program.jit !== undefined))
    list.push(
      { title: 'compile ms', cell: ({ program }) => number(compile_ms(program.jit)) },
      {
        title: 'coverage',
        cell: ({ program: { jit } }) =>
          typeof jit?.coverage === 'number' ? `${(jit.coverage * 100).toFixed(1)} %` : '–',
      },
    );
  list.push({
    title: 'MiB',
    cell: ({ figures }) => [ours, ...others].map((name) => mebibytes(figures[name]?.memory)).join('/'),
  });
  return list;
}

/** Of the program that was measured most often. */
const most_rounds = ({ programs }: BenchResult): number => Math.max(0, ...programs.map(({ rounds }) => rounds.length));

/** What was measured, how, and with what. */
export function heading(result: BenchResult): string {
  const simulators = result.simulators.map(({ name, version }) => (version ? `${name} (${version})` : name));
  const against = simulators.length > 1 ? ` against ${simulators.slice(1).join(' and ')}` : '';
  const commit = result.commit
    ? ` at ${result.commit.id.slice(0, 9)}${result.commit.dirty ? ' with changes' : ''}`
    : '';
  const round = result.simulators.length > 1 ? 'interleaved pair' : 'round';
  const counts = result.programs.map(({ rounds }) => rounds.length).filter((count) => count > 0);
  const [least, most] = [Math.min(...counts, most_rounds(result)), most_rounds(result)];
  const before =
    result.warm_up === undefined ? '' : ` with the compiled code of ${result.warm_up} or more runs before,`;
  return (
    `${result.suite}, ${result.size} size, ${result.isa}: ${simulators[0]}${against}${commit}; ` +
    `${least === most ? '' : `${least} to `}${most} ${round}${most === 1 ? '' : 's'},${before} processor time of whole processes`
  );
}

/** The machines, one to a line. */
export const machine_lines = (result: BenchResult): string[] =>
  result.machines.map(
    ({ cpu, cores, memory_gib, system, node }) => `${cores} × ${cpu}, ${memory_gib} GiB, ${system}, Node ${node}`,
  );

function rows(result: BenchResult, baseline: Baseline | undefined): { columns: Column[]; cells: string[][] } {
  const summaries = summarise_all(result);
  const list = columns(result, summaries, baseline);
  const cells: string[][] = [];
  const suites = new Set(summaries.map(({ program }) => program.suite));
  for (const suite of suites) {
    const members = summaries.filter(({ program }) => program.suite === suite);
    cells.push(...members.map((summary) => list.map(({ cell }) => cell(summary))));
    const mean = means(result, members);
    if (mean === undefined) continue;
    const of = suites.size > 1 ? ` (${suite})` : '';
    cells.push(list.map(({ geomean }) => geomean?.(mean, of) ?? ''));
    cells.push(list.map(({ whmean }) => whmean?.(mean, of) ?? ''));
  }
  return { columns: list, cells };
}

/** What is to be said below the table, one line each: failures, alarming falls, what was left out. */
export function remarks(result: BenchResult, baseline: Baseline | undefined): string[] {
  const lines: string[] = [];
  for (const program of result.programs)
    for (const [name, problem] of Object.entries(program.problems))
      lines.push(`FAILED ${program.name} on ${name}: ${problem}`);
  if (baseline)
    for (const { name, before, after } of falls(baseline, result, summarise_all(result)))
      lines.push(
        `!!! SLOWER: ${name} has a ratio of ${after.toFixed(2)}, and ${before.toFixed(2)} in the baseline ` +
          `(${percent(after / before - 1)}). Measure again with more pairs; if it stays, find out why.`,
      );
  for (const { name, counts_vary } of result.programs)
    if (counts_vary !== undefined)
      lines.push(
        `note: ${name} does not always execute the same: instruction counts differ by up to ${(counts_vary * 100).toPrecision(1)} %`,
      );
  for (const { name, instructions, counted_elsewhere: other } of result.programs)
    if (instructions !== undefined && other !== undefined && Math.abs(instructions / other - 1) > COUNTS_AGREE)
      lines.push(
        `note: ${name} executed ${millions(instructions)} million instructions, expected were ${millions(other)}`,
      );
  const missed = unmeasured(result);
  if (missed.length > 0)
    lines.push(
      `not measured, or not ${result.pairs} times: ${missed.join(', ')}; to go on: --resume, or --merge with the other parts`,
    );
  for (const line of missing_lines(result.missing)) lines.push(`left out: ${line}`);
  return lines;
}

/** Aligned columns, with heading and remarks. */
export function text_table(result: BenchResult, baseline?: Baseline): string {
  const { columns: list, cells } = rows(result, baseline);
  const lines = [list.map(({ title }) => title), ...cells];
  const widths = list.map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  const table = lines.map((line) =>
    line
      .map((cell, i) => (list[i].left ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd(),
  );
  return `${[heading(result), ...machine_lines(result), '', ...table, '', ...remarks(result, baseline)].join('\n').trimEnd()}\n`;
}

/** The same for a page on GitHub. */
export function markdown_table(result: BenchResult, baseline?: Baseline): string {
  const { columns: list, cells } = rows(result, baseline);
  const line = (fields: readonly string[]) =>
    `| ${fields.map((field) => field.replace(/[|<]/g, (mark) => (mark === '|' ? '\\|' : '&lt;'))).join(' | ')} |`;
  const notes = remarks(result, baseline).map((note) => `- ${note.replace(/^(FAILED|!!! SLOWER)/, '**$1**')}`);
  return `${[
    heading(result),
    '',
    line(list.map(({ title }) => title)),
    line(list.map(({ left }) => (left ? ':--' : '--:'))),
    ...cells.map(line),
    '',
    ...notes,
    ...(notes.length > 0 ? [''] : []),
    `Measured on ${machine_lines(result).join('; ')}.`,
  ].join('\n')}\n`;
}
