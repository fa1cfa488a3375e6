// A result as an HTML page that needs nothing else: key figures, charts in the form of the Pydgin paper's figures, the
// whole table, the trend over commits, and, apart from all that, what others have published.

import type { Baseline } from './baseline.js';
import { bar_chart, escape_html, line_chart, range_chart, ratio_chart } from './charts.js';
import { PUBLISHED, PUBLISHED_NOTE } from './published.js';
import { type BenchResult, type Means, means, type Summary, summarise_all } from './results.js';
import { compile_ms, heading, machine_lines, remarks } from './table.js';

export interface ReportOptions {
  baseline?: Baseline;
  /** Earlier results in any order; those of other suites, sizes or simulators are left out. */
  trend?: readonly BenchResult[];
}

/** The page. */
export function html_report(result: BenchResult, { baseline, trend = [] }: ReportOptions = {}): string {
  const summaries = summarise_all(result);
  const suites = [...new Set(summaries.map(({ program }) => program.suite))];
  const title = `pydgin-ts bench: ${result.suite}, ${result.size} size`;
  const sections = [
    `<header><h1>${escape_html(title)}</h1><p>${escape_html(heading(result))}.</p>
<p class="quiet">${[...machine_lines(result).map((line) => `Measured on ${line}`), `Begun ${result.when.slice(0, 16).replace('T', ' ')} UTC`].map(escape_html).join('<br>')}</p></header>`,
    notes(remarks(result, baseline)),
    ...suites.flatMap((suite) => {
      const members = summaries.filter(({ program }) => program.suite === suite);
      const mean = means(result, members);
      return [
        suites.length > 1 ? `<h1 class="suite">${escape_html(suite)}</h1>` : '',
        key_figures(result, members, mean),
        mips_charts(result, members, mean),
        ratios(result, members, mean),
        history(result, trend, suite),
        table(result, members, mean),
      ];
    }),
    method(result),
    published(),
  ];
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape_html(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${sections.filter((section) => section !== '').join('\n')}
</main>
</body>
</html>
`;
}

const figure = (chart: string, caption: string): string =>
  `<figure>${chart}<figcaption>${escape_html(caption)}</figcaption></figure>`;

const fixed = (value: number | undefined, digits: number): string =>
  value === undefined || Number.isNaN(value)
    ? '–'
    : value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

const seconds = (value: number | undefined): string => fixed(value, value !== undefined && value < 1 ? 3 : 2);

const mips = (value: number | undefined): string => fixed(value, value !== undefined && value < 100 ? 1 : 0);

function key_figures(result: BenchResult, summaries: readonly Summary[], mean: Means | undefined): string {
  if (!mean) return '';
  const [ours, other] = result.simulators.map(({ name }) => name);
  const won = summaries.filter(({ comparison }) => comparison && comparison.ratio >= 1).length;
  const tiles: [string, string][] = [];
  if (other !== undefined)
    tiles.push(
      [`${fixed(mean.ratio, 2)} ×`, `${other}'s speed, geometric mean, processor time`],
      [`${fixed(mean.wall_ratio, 2)} ×`, 'the same by the clock'],
      [`${won} of ${mean.programs}`, `programs at least as fast as in ${other}`],
    );
  tiles.push(
    [mips(mean.geomean_mips[ours]), `MIPS of ${ours}, geometric mean`],
    [mips(mean.whmean_mips[ours]), 'MIPS, weighted harmonic mean'],
  );
  return `<section class="tiles">${tiles.map(([value, what]) => `<div><b>${escape_html(value)}</b><span>${escape_html(what)}</span></div>`).join('')}</section>`;
}

function notes(lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const item = (line: string) => `<li${/^(FAILED|!!!)/.test(line) ? ' class="alarm"' : ''}>${escape_html(line)}</li>`;
  return `<ul class="notes">${lines.map(item).join('')}</ul>`;
}

function mips_charts(result: BenchResult, summaries: readonly Summary[], mean: Means | undefined): string {
  const shown = summaries.filter(({ figures }) => Object.values(figures).some((f) => f.mips !== undefined));
  if (shown.length === 0) return '';
  const averaged = mean !== undefined && Object.keys(mean.geomean_mips).length > 0;
  const groups = shown.map(({ program }) => program.name);
  if (averaged) groups.push('geomean', 'whmean');
  const series = result.simulators.map(({ name }) => ({
    name,
    values: [
      ...shown.map(({ figures }) => figures[name]?.mips),
      ...(averaged ? [mean.geomean_mips[name], mean.whmean_mips[name]] : []),
    ],
  }));
  const draw = (kind: 'linear' | 'log') => bar_chart(groups, series, 'MIPS', kind, shown.length);
  return `<section><h2>Million guest instructions a second</h2>
${figure(draw('linear'), 'Linear scale. Guest instructions divided by the processor time of the whole process, start-up and compilation included; medians. whmean is weighted with instructions.')}
${figure(draw('log'), 'The same on a logarithmic scale.')}</section>`;
}

function ratios(result: BenchResult, summaries: readonly Summary[], mean: Means | undefined): string {
  const other = result.simulators[1]?.name;
  const compared = summaries.filter(({ comparison }) => comparison);
  if (other === undefined || compared.length === 0) return '';
  const groups = compared.map(({ program, comparison }) => ({ name: program.name, ...comparison! }));
  const all = mean ? [...groups, { name: 'geomean', ratio: mean.ratio, samples: [] }] : groups;
  const chart = ratio_chart(all, `${other}'s processor time / ours`, groups.length);
  return `<section><h2>Against ${escape_html(other)}</h2>
${figure(chart, `Above 1, ${result.simulators[0].name} is faster. Bars: medians; dots: each interleaved pair.`)}</section>`;
}

/** Ratios over commits: the geometric mean, and each program. */
function history(result: BenchResult, trend: readonly BenchResult[], suite: string): string {
  if (trend.length === 0) return '';
  // The folder may hold this result already.
  const here = trend.some(({ when, commit }) => when === result.when && commit?.id === result.commit?.id);
  const time = ({ commit, when }: BenchResult) => Date.parse(commit?.when ?? when);
  const in_order = [...trend, ...(here ? [] : [result])].sort((a, b) => time(a) - time(b));
  const same = in_order.filter(
    (r) =>
      r.programs.some((program) => program.suite === suite) &&
      r.size === result.size &&
      r.isa === result.isa &&
      r.simulators[1]?.name === result.simulators[1]?.name,
  );
  if (result.simulators[1] === undefined || same.length === 0) return '';
  const steps = same.map(({ commit, when }) =>
    commit ? `${commit.id.slice(0, 9)}${commit.dirty ? '+' : ''}` : when.slice(0, 10),
  );
  const points = same.map((r) => {
    const all = summarise_all(r).filter(({ program }) => program.suite === suite);
    return { mean: means(r, all)?.ratio, all: new Map(all.map((s) => [s.program.name, s.comparison?.ratio])) };
  });
  const names = [...new Set(points.flatMap(({ all }) => [...all.keys()]))];
  const series = [
    { name: 'geomean', values: points.map(({ mean }) => mean) },
    ...names.map((name) => ({ name, values: points.map(({ all }) => all.get(name)) })),
  ];
  return `<section><h2>Over the commits</h2>
${figure(line_chart(steps, series, `${result.simulators[1].name}'s processor time / ours`), 'Each point is a result of its own, oldest commit first; + marks a commit with changes.')}</section>`;
}

function table(result: BenchResult, summaries: readonly Summary[], mean: Means | undefined): string {
  const names = result.simulators.map(({ name }) => name);
  const [ours, other] = names;
  const groups: [title: string, columns: string[]][] = [
    ['', ['program']],
    ['', ['Minsts']],
    ['MIPS', names],
    ...(other === undefined ? [] : [['ratio', ['cpu', 'clock', 'spread']] as [string, string[]]]),
    ['cpu s', names],
    ['clock s', names],
    ['peak MiB', names],
    ['JIT', ['compile ms', 'coverage', 'k entries']],
  ];
  const share = (value: unknown) => (typeof value === 'number' ? `${(value * 100).toFixed(1)} %` : '–');
  const rows = summaries.map(({ program, figures, comparison }) => [
    program.name,
    fixed(program.instructions === undefined ? undefined : program.instructions / 1e6, 1),
    ...names.map((name) => (program.problems[name] === undefined ? mips(figures[name]?.mips) : 'FAILED')),
    ...(other === undefined
      ? []
      : [fixed(comparison?.ratio, 2), fixed(comparison?.wall_ratio, 2), share(comparison?.spread)]),
    ...names.map((name) => seconds(figures[name]?.cpu)),
    ...names.map((name) => seconds(figures[name]?.wall)),
    ...names.map((name) => fixed(figures[name]?.memory, 0)),
    fixed(compile_ms(program.jit), 0),
    share(program.jit?.coverage),
    typeof program.jit?.entries === 'number' ? fixed(program.jit.entries / 1000, 0) : '–',
  ]);
  const mean_row = (name: string, rates: Record<string, number>, rest: string[]) => {
    const cells = [name, '', ...names.map((n) => mips(rates[n])), ...rest];
    const all = groups.reduce((sum, [, columns]) => sum + columns.length, 0);
    return [...cells, ...Array<string>(all - cells.length).fill('')];
  };
  const feet = mean
    ? [
        mean_row(
          'geometric mean',
          mean.geomean_mips,
          other === undefined ? [] : [fixed(mean.ratio, 2), fixed(mean.wall_ratio, 2)],
        ),
        mean_row('weighted harmonic mean', mean.whmean_mips, []),
      ]
    : [];
  const firsts = new Set(
    groups.map((_, i) => groups.slice(0, i).reduce((sum, [, columns]) => sum + columns.length, 0)),
  );
  const edge = (i: number) => (i > 0 && firsts.has(i) ? ' class="edge"' : '');
  const over = groups
    .map(
      ([title, columns], i) =>
        `<th colspan="${columns.length}"${i > 0 ? ' class="edge"' : ''}>${escape_html(title)}</th>`,
    )
    .join('');
  const head = groups
    .flatMap(([, columns]) => columns)
    .map((name, i) => `<th scope="col"${edge(i)}>${escape_html(name)}</th>`)
    .join('');
  const about = new Map(summaries.map(({ program }) => [program.name, program.about]));
  const cells = (row: readonly string[]) =>
    row
      .map((cell, i) =>
        i === 0
          ? `<th scope="row" title="${escape_html(about.get(cell) ?? '')}">${escape_html(cell)}</th>`
          : `<td${edge(i)}>${escape_html(cell)}</td>`,
      )
      .join('');
  const lines = (list: readonly string[][]) => list.map((row) => `<tr>${cells(row)}</tr>`).join('\n');
  const programs = summaries
    .filter(({ program }) => program.about !== undefined)
    .map(({ program }) => `<dt>${escape_html(program.name)}</dt><dd>${escape_html(program.about!)}</dd>`);
  return `<section><h2>All figures</h2><div class="wide"><table>
<thead><tr class="over">${over}</tr><tr>${head}</tr></thead>
<tbody>${lines(rows)}</tbody><tfoot>${lines(feet)}</tfoot></table></div>
<p class="quiet">Minsts: millions of guest instructions. cpu: processor time, user and system. Spread: interquartile range of the pairs' ratios, as a part of their median. MiB: peak resident memory. Coverage: part of the instructions that compiled code of ${escape_html(ours)} executed. k entries: thousands of times that it was entered from outside.</p>
${programs.length > 0 ? `<details><summary>The programs</summary><dl>${programs.join('')}</dl></details>` : ''}</section>`;
}

function method(result: BenchResult): string {
  const commands = result.simulators.map(
    ({ name, command, version }) =>
      `<li><b>${escape_html(name)}</b>${version ? ` ${escape_html(version)}` : ''}: <code>${escape_html(command)} PROGRAM ARGUMENTS</code></li>`,
  );
  const mixed =
    result.machines.length > 1
      ? '<p>The parts were measured on several machines: ratios compare runs on one machine, but MIPS of different programs need not be comparable.</p>'
      : '';
  return `<section><h2>How it was measured</h2><ul>${commands.join('')}</ul>
<p>In each round every simulator runs the same file once, in turns as to who begins. Processor time is user and system time of the whole process with all its threads, as the kernel accounts it; every run's output and exit status is checked. Instructions are counted exactly by ${escape_html(result.simulators[0].name)}, and the same number is taken for all.</p>${mixed}</section>`;
}

function published(): string {
  const rows = PUBLISHED.map(
    ({ simulator, what, low, high }) =>
      `<tr><th scope="row">${escape_html(simulator)}</th><td class="text">${escape_html(what)}</td><td>${low}</td><td>${high}</td></tr>`,
  );
  const ranges = PUBLISHED.map(({ simulator, low, high }) => ({ name: simulator, low, high }));
  return `<section class="reference"><h2>For reference: figures that others have published</h2>
<p><b>Not measured here.</b> ARM simulators on the real SPEC CINT2006, on the Pydgin authors' machine of 2015, as their article gives them: the lowest and the highest MIPS of the twelve programs. Machine, compiler and programs differ from those above, so compare orders of magnitude, not figures.</p>
${figure(range_chart(ranges, 'MIPS as published, logarithmic'), 'Source: article of the Pydgin authors, March 2015, announcing Lockhart, Ilbeyi and Batten, ISPASS 2015.')}
<div class="wide"><table><thead><tr><th scope="col">simulator</th><th scope="col" class="text">technique</th><th scope="col">lowest</th><th scope="col">highest</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>
<p class="quiet">${escape_html(PUBLISHED_NOTE)}</p></section>`;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --quiet: #5d6877; --line: #dde2e9; --paper: #fff; --panel: #f5f7fa;
  --s0: #1f6fd6; --s1: #f0942e; --s2: #3a9b62; --s3: #a05bc9; --s4: #c8463f; --s5: #6b7280; --bad: #c8463f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --quiet: #98a3b3; --line: #323b47; --paper: #14181e; --panel: #1d232c;
  --s0: #5aa2f7; --s1: #f5ab58; --s2: #61c48b; --s3: #c18be4; --s4: #ec7a73; --s5: #9aa3b0; --bad: #ec7a73; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 28px 20px 60px; }
h1 { font-size: 26px; margin: 0 0 6px; } .suite { margin-top: 56px; padding-top: 20px; border-top: 2px solid var(--line); } h2 { font-size: 19px; margin: 40px 0 10px; }
p { margin: 8px 0; } .quiet, figcaption { color: var(--quiet); font-size: 13.5px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); gap: 12px; margin: 22px 0; }
.tiles div { background: var(--panel); border-radius: 8px; padding: 12px 14px; }
.tiles b { display: block; font-size: 24px; line-height: 1.25; } .tiles span { color: var(--quiet); font-size: 13px; line-height: 1.35; display: block; }
.notes { padding-left: 20px; } .alarm { color: var(--bad); font-weight: 600; }
figure { margin: 14px 0 22px; } svg { width: 100%; height: auto; display: block; font-family: inherit; }
.grid { stroke: var(--line); } .base { stroke: var(--quiet); } .divider { stroke: var(--quiet); stroke-dasharray: 3 4; }
.tick, .name, .end, .key, .value { font-size: 11px; fill: var(--ink); } .tick, .axis { fill: var(--quiet); } .axis { font-size: 12px; }
.value { font-size: 9.5px; } .strong { font-weight: 700; }
.s0 { fill: var(--s0); } .s1 { fill: var(--s1); } .s2 { fill: var(--s2); } .s3 { fill: var(--s3); } .s4 { fill: var(--s4); } .s5 { fill: var(--s5); }
.win { fill: var(--s0); opacity: .75; } .loss { fill: var(--bad); opacity: .75; } .dot { fill: var(--ink); stroke: var(--paper); stroke-width: .6; }
path.heavy { fill: none; stroke: var(--s0); stroke-width: 2.6; } path.thin { fill: none; stroke: var(--quiet); stroke-width: 1; opacity: .55; }
.heavy.point { fill: var(--s0); } .thin.point { fill: var(--quiet); } .published { fill: var(--s5); opacity: .7; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: 12.5px; font-variant-numeric: tabular-nums; white-space: nowrap; }
th, td { padding: 4px 7px; text-align: right; border-bottom: 1px solid var(--line); } thead th { color: var(--quiet); font-weight: 600; vertical-align: bottom; white-space: normal; }
th:first-child, .text { text-align: left; } .over th { border-bottom: 0; text-align: center; padding-bottom: 0; } .edge { border-left: 1px solid var(--line); } tfoot th { white-space: normal; } tfoot th, tfoot td { font-weight: 700; border-bottom: 0; }
.reference { margin-top: 48px; padding: 2px 20px 16px; border: 2px dashed var(--line); border-radius: 10px; } .reference h2 { margin-top: 18px; }
code { font-size: 13px; } dt { font-weight: 600; } dd { margin: 0 0 6px 0; color: var(--quiet); } details { margin-top: 10px; }
@media print { main { max-width: none; } figure { break-inside: avoid; } }
`;
