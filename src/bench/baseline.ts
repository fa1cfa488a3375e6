// The committed baseline: ratios of an earlier commit, against which a run is compared. A ratio depends far less on the
// machine than MIPS do, which is why a baseline made elsewhere says something; noise remains, so a fall is shown and
// never fails a run.

import { BenchError } from './errors.js';
import { type BenchResult, type Summary, summarise_all } from './results.js';

/** A ratio that has fallen by more than this part of the baseline's is flagged. */
export const ALARMING_FALL = 0.25;

export interface Baseline {
  note: string;
  /** By `suite/program/size/isa`. */
  ratios: Record<string, BaselineEntry>;
}

export interface BaselineEntry {
  ratio: number;
  mips?: number;
  /** The other simulator. */
  against: string;
  version?: string;
  commit?: string;
  cpu: string;
}

const NOTE =
  'Ratios of processor time, the other simulator / ours; npm run bench -- --update-baseline FILE writes this.';

const key = (result: BenchResult, { program }: Summary): string =>
  `${program.suite}/${program.name}/${result.size}/${result.isa}`;

export function parse_baseline(text: string, path: string): Baseline {
  let value: Partial<Baseline>;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BenchError(`${path}: ${(error as Error).message}`);
  }
  const ratios = Object.entries(value?.ratios ?? {});
  if (value?.ratios === undefined || ratios.some(([, entry]) => !(entry?.ratio > 0)))
    throw new BenchError(`${path}: is not a baseline; --update-baseline makes one`);
  return value as Baseline;
}

/** The baseline with this result's programs put in or replaced. */
export function update_baseline(old: Baseline | undefined, result: BenchResult): Baseline {
  const ratios = { ...old?.ratios };
  for (const summary of summarise_all(result)) {
    const { program, comparison, figures } = summary;
    if (!comparison) continue;
    const ours = figures[result.simulators[0].name];
    ratios[key(result, summary)] = {
      ratio: Number(comparison.ratio.toFixed(3)),
      mips: ours.mips === undefined ? undefined : Math.round(ours.mips),
      against: result.simulators[1].name,
      version: result.simulators[1].version,
      commit: result.commit?.id.slice(0, 9),
      cpu: result.machines[program.rounds[0].machine].cpu,
    };
  }
  const sorted = Object.fromEntries(Object.entries(ratios).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { note: NOTE, ratios: sorted };
}

/** The earlier ratio of a program against the same simulator. */
function before(baseline: Baseline, result: BenchResult, summary: Summary): number | undefined {
  const entry = baseline.ratios[key(result, summary)];
  return entry?.against === result.simulators[1]?.name ? entry?.ratio : undefined;
}

/** Change of a program's ratio since the baseline, as a part of it; undefined if either is unknown. */
export function change(baseline: Baseline, result: BenchResult, summary: Summary): number | undefined {
  const earlier = before(baseline, result, summary);
  return earlier === undefined || !summary.comparison ? undefined : summary.comparison.ratio / earlier - 1;
}

export interface Fall {
  name: string;
  before: number;
  after: number;
}

/** The programs whose ratio has fallen alarmingly, worst first. */
export function falls(baseline: Baseline, result: BenchResult, summaries: readonly Summary[]): Fall[] {
  return summaries
    .flatMap((summary) => {
      const changed = change(baseline, result, summary);
      return changed !== undefined && changed < -ALARMING_FALL
        ? {
            name: summary.program.name,
            before: before(baseline, result, summary)!,
            after: summary.comparison!.ratio,
          }
        : [];
    })
    .sort((a, b) => a.after / a.before - b.after / b.before);
}
