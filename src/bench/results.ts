// Results: what is kept of a benchmark run as JSON, and the figures that follow from it. Only samples are stored; medians,
// ratios and means are computed whenever they are shown, so that results can be continued, merged and compared.
// A result file is read with suspicion: it may be old, of another tool, or half a merge.

import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Cost } from './child.js';
import { BenchError } from './errors.js';
import { geometric_mean, median, spread, weighted_harmonic_mean } from './statistics.js';
import type { Size } from './suite.js';

export const FORMAT = 'pydgin-ts bench 1';

/**
 * Instruction counts of two runs may differ by this part: programs that look at clock, addresses or environment, or seed
 * hashes with them, take slightly other ways.
 */
export const COUNTS_AGREE = 0.01;

export interface SimulatorRecord {
  name: string;
  command: string;
  version?: string;
}

export interface Machine {
  cpu: string;
  cores: number;
  memory_gib: number;
  system: string;
  node: string;
}

/** One of the interleaved rounds: what each simulator took, by its name. */
export interface Round {
  costs: Record<string, Cost>;
  /** Index into the result's machines. */
  machine: number;
}

export interface ProgramResult {
  name: string;
  suite: string;
  about?: string;
  /** Of the ELF file, so that results of different builds are not mixed. */
  elf_sha256: string;
  /** Guest instructions of one run; undefined if nobody counted them. */
  instructions?: number;
  /** The same as counted by another simulator, for comparison. */
  counted_elsewhere?: number;
  /** How far other runs' counts were from `instructions`, at most, as a part of it. */
  counts_vary?: number;
  rounds: Round[];
  /** Of our last run, as `run --stats=json` has it. */
  jit?: Record<string, unknown>;
  /** Why its figures do not count, by the name of the simulator. */
  problems: Record<string, string>;
}

export interface BenchResult {
  format: typeof FORMAT;
  suite: string;
  size: Size;
  isa: string;
  /** Rounds that were asked for. */
  pairs: number;
  /** Runs of ours before the rounds that left these their compiled code, if there were any. */
  warm_up?: number;
  /** ISO 8601. */
  when: string;
  version: string;
  commit?: { id: string; when: string; dirty: boolean };
  machines: Machine[];
  /** Ours first; ratios are against the second. */
  simulators: SimulatorRecord[];
  programs: ProgramResult[];
  missing: { name: string; reason: string }[];
  /** Names of the programs to be measured, in all shards; absent in older results. */
  planned?: string[];
  /** Those among them that this part of a suite has, if it is one shard of several. */
  dealt?: string[];
}

/** Adds a run's instruction count. Undefined, or why it cannot be of the same work as the runs before. */
export function add_count(program: ProgramResult, instructions: number): string | undefined {
  program.instructions ??= instructions;
  if (instructions === program.instructions) return undefined;
  const part = Math.abs(instructions / program.instructions - 1);
  if (!(part <= COUNTS_AGREE))
    return `executed ${instructions} instructions, and ${program.instructions} the time before`;
  program.counts_vary = Math.max(part, program.counts_vary ?? 0);
  return undefined;
}

// Figures.

/** One simulator on one program: medians over the rounds. MIPS are of processor time. */
export interface Figures extends Cost {
  mips?: number;
  wall_mips?: number;
  /** Interquartile range of the processor time as a part of its median. */
  spread?: number;
}

export interface Comparison {
  /** Medians over the rounds of (their time / our time): above 1, ours is faster. */
  ratio: number;
  wall_ratio: number;
  spread?: number;
  /** Each round's ratio of processor time. */
  samples: number[];
}

export interface Summary {
  program: ProgramResult;
  figures: Record<string, Figures>;
  /** Ours against the first other simulator. */
  comparison?: Comparison;
}

export interface Means {
  /** Over the programs that all simulators ran correctly. */
  programs: number;
  /** By simulator, over processor time. */
  geomean_mips: Record<string, number>;
  whmean_mips: Record<string, number>;
  /** Ours against the first other; undefined without one. */
  ratio?: number;
  wall_ratio?: number;
}

export function summarise(result: BenchResult, program: ProgramResult): Summary {
  const figures: Record<string, Figures> = {};
  const minsts = program.instructions === undefined ? undefined : program.instructions / 1e6;
  for (const { name } of result.simulators) {
    if (program.problems[name] !== undefined) continue;
    const costs = program.rounds.flatMap(({ costs }) => costs[name] ?? []);
    if (costs.length === 0) continue;
    const cpu = median(costs.map((cost) => cost.cpu));
    const wall = median(costs.map((cost) => cost.wall));
    figures[name] = {
      cpu,
      wall,
      memory: Math.max(...costs.map((cost) => cost.memory)),
      spread: spread(costs.map((cost) => cost.cpu)),
      mips: minsts === undefined ? undefined : minsts / cpu,
      wall_mips: minsts === undefined ? undefined : minsts / wall,
    };
  }
  const [ours, other] = result.simulators.map(({ name }) => name);
  if (other === undefined || !figures[ours] || !figures[other]) return { program, figures };
  const both = program.rounds.filter(({ costs }) => costs[ours] && costs[other]);
  const samples = both.map(({ costs }) => costs[other].cpu / costs[ours].cpu);
  const comparison = {
    ratio: median(samples),
    wall_ratio: median(both.map(({ costs }) => costs[other].wall / costs[ours].wall)),
    spread: spread(samples),
    samples,
  };
  return { program, figures, comparison };
}

export const summarise_all = (result: BenchResult): Summary[] =>
  result.programs.map((program) => summarise(result, program));

/** Means over the programs that count for every simulator; undefined if there is none. */
export function means(result: BenchResult, summaries: readonly Summary[]): Means | undefined {
  const names = result.simulators.map(({ name }) => name);
  const complete = summaries.filter(({ figures }) => names.every((name) => figures[name]));
  if (complete.length === 0) return undefined;
  const answer: Means = { programs: complete.length, geomean_mips: {}, whmean_mips: {} };
  const counted = complete.filter(({ program }) => program.instructions !== undefined);
  for (const name of counted.length === complete.length ? names : []) {
    const rates = complete.map(({ program, figures }) => ({
      rate: figures[name].mips!,
      weight: program.instructions!,
    }));
    answer.geomean_mips[name] = geometric_mean(rates.map(({ rate }) => rate));
    answer.whmean_mips[name] = weighted_harmonic_mean(rates);
  }
  if (names.length > 1) {
    answer.ratio = geometric_mean(complete.map(({ comparison }) => comparison!.ratio));
    answer.wall_ratio = geometric_mean(complete.map(({ comparison }) => comparison!.wall_ratio));
  }
  return answer;
}

/** All programs ran correctly everywhere, in all rounds that were asked for. */
export const is_complete = (result: BenchResult): boolean =>
  result.programs.every(({ problems }) => Object.keys(problems).length === 0) && unmeasured(result).length === 0;

/** Names of programs that have not been measured as often as was asked for, and have not failed. */
export function unmeasured({ planned, dealt, programs, pairs }: BenchResult): string[] {
  const names = new Set([...(dealt ?? planned ?? []), ...programs.map(({ name }) => name)]);
  return [...names].filter((name) => {
    const program = programs.find((known) => known.name === name);
    return program === undefined || (program.rounds.length < pairs && Object.keys(program.problems).length === 0);
  });
}

// Files.

/** Reads a result file's content; `path` is for the message. BenchError if it is none. */
export function parse_result(text: string, path: string): BenchResult {
  const bad = (why: string) => new BenchError(`${path}: ${why}`);
  let value: Partial<BenchResult>;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw bad((error as Error).message);
  }
  if (typeof value !== 'object' || value === null || value.format === undefined)
    throw bad('is not a result of pydgin-ts bench');
  if (value.format !== FORMAT) throw bad(`has the format '${value.format}'; this version reads '${FORMAT}'`);
  const lists = [value.simulators, value.programs, value.machines, value.missing];
  if (!lists.every(Array.isArray) || value.simulators?.length === 0) throw bad('is damaged: a list is missing');
  for (const program of value.programs!) {
    const sound =
      typeof program?.name === 'string' &&
      typeof program.problems === 'object' &&
      Array.isArray(program.rounds) &&
      program.rounds.every((round) => round?.costs && value.machines![round.machine] !== undefined);
    if (!sound) throw bad(`is damaged: the program ${program?.name ?? '(without a name)'}`);
  }
  return value as BenchResult;
}

/** Why samples of `b` cannot be added to those of `a`; undefined if they can. */
export function difference(a: BenchResult, b: BenchResult): string | undefined {
  const aspects: [string, (r: BenchResult) => unknown][] = [
    ['suite', (r) => r.suite],
    ['size', (r) => r.size],
    ['ISA', (r) => r.isa],
    ['commit', (r) => r.commit && r.commit.id + (r.commit.dirty ? ' with changes' : '')],
    ['number of runs before the first round', (r) => r.warm_up ?? 0],
    ['simulators', (r) => r.simulators.map(({ name, command, version }) => `${name} = ${command} (${version})`).join()],
  ];
  for (const [what, of] of aspects)
    if (of(a) !== of(b)) return `the ${what} was ${String(of(a))} and is ${String(of(b))}`;
  for (const program of b.programs) {
    const same = a.programs.find(({ name }) => name === program.name);
    if (same && same.elf_sha256 !== program.elf_sha256) return `${program.name} is another file`;
  }
  return undefined;
}

/**
 * One result out of several of the same suite: shards, or the same programs measured again, whose rounds add up.
 * BenchError if they do not belong together.
 */
export function merge(parts: readonly { path: string; result: BenchResult }[]): BenchResult {
  const [first, ...rest] = parts;
  if (first === undefined) throw new BenchError('nothing to merge');
  const merged: BenchResult = structuredClone(first.result);
  // What no shard has is missed.
  delete merged.dealt;
  for (const [n, { path, result }] of rest.entries()) {
    const same = parts.slice(0, n + 1).find((part) => isDeepStrictEqual(part.result, result));
    if (same) throw new BenchError(`${path} has the same measurements as ${same.path}`);
    // Dirty working trees cannot be told apart, so the commit's name has to do.
    const why = difference(merged, result);
    if (why !== undefined) throw new BenchError(`${path} cannot be merged with ${first.path}: ${why}`);
    const machines = result.machines.map((machine) => {
      const known = merged.machines.findIndex((other) => JSON.stringify(other) === JSON.stringify(machine));
      return known >= 0 ? known : merged.machines.push(machine) - 1;
    });
    for (const program of result.programs) {
      const rounds = program.rounds.map((round) => ({ ...round, machine: machines[round.machine] }));
      const same = merged.programs.find(({ name }) => name === program.name);
      if (!same) merged.programs.push({ ...structuredClone(program), rounds });
      else {
        same.rounds.push(...rounds);
        const why = program.instructions === undefined ? undefined : add_count(same, program.instructions);
        if (why !== undefined)
          throw new BenchError(`${path} cannot be merged with ${first.path}: ${program.name} ${why}`);
        if (program.counts_vary !== undefined) same.counts_vary = Math.max(program.counts_vary, same.counts_vary ?? 0);
        Object.assign(same.problems, program.problems);
      }
    }
    merged.pairs = Math.max(merged.pairs, result.pairs);
    if (result.planned) merged.planned = [...new Set([...(merged.planned ?? []), ...result.planned])];
    if (result.when < merged.when) merged.when = result.when;
    for (const item of result.missing)
      if (!merged.missing.some(({ name }) => name === item.name)) merged.missing.push(item);
  }
  // What one part cannot run is left out, unless another has measured it, or was to.
  const owned = new Set(parts.flatMap(({ result }) => result.dealt ?? result.planned ?? []));
  for (const { name } of merged.programs) owned.add(name);
  merged.missing = merged.missing.filter(({ name }) => !owned.has(name));
  merged.planned &&= merged.planned.filter((name) => !merged.missing.some((item) => item.name === name));
  merged.programs.sort((a, b) => compare(a.suite, b.suite) || compare(a.name, b.name));
  return merged;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
