// Benchmarks, from a request to its answer: read the suite, measure it (or merge what was measured elsewhere), compare it
// with the baseline, write table, JSON and HTML. The command line is the only caller.

import {
  accessSync,
  chownSync,
  constants,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse_baseline, update_baseline } from './baseline.js';
import {
  type Account,
  find_shell,
  guest_account,
  kill_running,
  STATISTICS,
  scratch_root,
  version_of,
} from './child.js';
import { BenchError } from './errors.js';
import { package_root, package_version, this_commit, this_machine } from './machine.js';
import { Progress } from './progress.js';
import { html_report } from './report.js';
import {
  type BenchResult,
  difference,
  FORMAT,
  is_complete,
  merge,
  parse_result,
  type SimulatorRecord,
  sha256,
  unmeasured,
} from './results.js';
import { measure, type Simulator } from './session.js';
import { type Benchmark, load_suites, missing_lines, type Size, type Suite } from './suite.js';
import { markdown_table, text_table } from './table.js';
import { split_words } from './words.js';

export interface BenchOptions {
  suite: string;
  size: Size;
  isa: string;
  /** What suites and qemu call it. */
  isa_of_programs: string;
  /** Names or parts of names of programs; all if empty. */
  only: readonly string[];
  target?: string;
  /** Our command, if it is not this package's. */
  ours?: string;
  /** More options for our `run`. */
  run_options?: string;
  /** Runs of ours before those that are measured, which leave them their compiled code; 0 if every run compiles for itself. */
  warm_up: number;
  /** Other simulators, each `COMMAND` or `NAME=COMMAND`; undefined for qemu-user if there is one. */
  against?: readonly string[];
  pairs: number;
  /** Seconds for one run. */
  timeout: number;
  keep?: boolean;
  shard?: { index: number; count: number };
  json?: string;
  resume?: boolean;
  merge?: readonly string[];
  html?: string;
  markdown?: string;
  /** Folder of earlier results. */
  trend?: string;
  baseline?: string;
  update_baseline?: string;
}

export interface Console {
  /** The table. */
  out(text: string): void;
  /** Progress and remarks. */
  note(text: string): void;
  /** Notes are read on a terminal, which understands a carriage return. */
  terminal: boolean;
}

/** How it ended: all outputs right; some wrong, or programs of the merged parts not measured; or stopped before the end. */
export type BenchEnd = 'done' | 'failed' | (typeof STOPPING)[number];

/** Signals that end it: of the user's hand, of the system, of a terminal that is closed. */
const STOPPING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Does what was asked for. BenchError if that cannot be done. */
export async function bench(options: BenchOptions, console: Console): Promise<BenchEnd> {
  const baseline =
    options.baseline === undefined ? undefined : parse_baseline(read(options.baseline), options.baseline);
  const trend = options.trend === undefined ? [] : read_trend(options.trend);
  for (const path of [options.json, options.html, options.markdown, options.update_baseline]) check_writable(path);
  const { result, stopped } =
    options.merge === undefined
      ? await measure_here(options, console)
      : { result: merge(options.merge.map((path) => ({ path, result: read_result(path) }))), stopped: undefined };
  if (options.merge !== undefined && options.json !== undefined) save(options.json, result);
  console.out(text_table(result, baseline));
  if (options.html !== undefined) write(options.html, html_report(result, { baseline, trend }));
  if (options.markdown !== undefined) write(options.markdown, markdown_table(result, baseline));
  const path = options.update_baseline;
  if (path !== undefined && (stopped || unmeasured(result).length > 0))
    console.note(`${path} is as it was: not everything has been measured\n`);
  else if (path !== undefined) {
    if (result.simulators.length === 1) throw new BenchError(`no ratios to put in ${path}: nothing to compare with`);
    const old = existsSync(path) ? parse_baseline(read(path), path) : undefined;
    write(path, `${JSON.stringify(update_baseline(old, result), null, 2)}\n`);
  }
  return stopped ?? (is_complete(result) ? 'done' : 'failed');
}

async function measure_here(
  options: BenchOptions,
  console: Console,
): Promise<{ result: BenchResult; stopped: BenchEnd | undefined }> {
  const root = package_root();
  const isa = options.isa_of_programs;
  const suite = load_suites(options.suite, {
    size: options.size,
    isa,
    given_isa: options.isa,
    spec_bench: join(root, 'spec-bench'),
    target: options.target,
  });
  const { benchmarks, missing, planned } = choose(suite, options);
  const account = guest_account();
  const { simulators, records, guest } = find_simulators(options, root, account, console);
  if (options.update_baseline !== undefined && simulators.length === 1)
    throw new BenchError(`no ratios to put in ${options.update_baseline}: nothing to compare with`);
  const fresh: BenchResult = {
    format: FORMAT,
    suite: [...new Set(suite.benchmarks.map((benchmark) => benchmark.suite))].join(','),
    size: options.size,
    isa,
    pairs: options.pairs,
    warm_up: options.warm_up > 0 ? options.warm_up : undefined,
    when: new Date().toISOString(),
    version: package_version(root),
    commit: this_commit(root),
    machines: [this_machine()],
    simulators: records,
    programs: [],
    missing,
    planned,
    dealt: options.shard && benchmarks.map(({ name }) => name),
  };
  const result = resumed(options, fresh, benchmarks, console);
  if (options.json !== undefined) save(options.json, result);

  const progress = new Progress(console, benchmarks, simulators.length, result);
  let stopped: BenchEnd | undefined;
  const stop = (signal: NodeJS.Signals) => {
    stopped ??= signal as BenchEnd;
    kill_running();
  };
  for (const signal of STOPPING) process.once(signal, stop);
  const cache = options.warm_up > 0 ? folder_for(guest) : undefined;
  const [ours, ...others] = simulators;
  const command = ours.command.map((word) => (cache === undefined ? word : word.replace(CODE, cache)));
  try {
    await measure(benchmarks, result, {
      simulators: [{ ...ours, command }, ...others],
      account: guest,
      warm_up: options.warm_up,
      shell: find_shell(),
      limits: { seconds: options.timeout, keep: options.keep, kept: (path) => console.note(`kept: ${path}\n`) },
      on_run: (benchmark, round, simulator) => progress.run(benchmark, round, simulator.name),
      on_round: () => {
        progress.round();
        if (options.json !== undefined) save(options.json, result);
      },
      on_program: (program) => {
        progress.program(program);
        if (options.json !== undefined) save(options.json, result);
      },
      stopped: () => stopped !== undefined,
    });
  } finally {
    for (const signal of STOPPING) process.off(signal, stop);
    if (cache !== undefined) rmSync(cache, { recursive: true, force: true });
    progress.end();
  }
  if (stopped && options.json !== undefined)
    console.note(`stopped; the same command with --resume goes on from ${options.json}\n`);
  return { result, stopped };
}

/** In our command, stands for a folder of compiled code. */
const CODE = '{code}';

/** An empty folder of the account's own. */
function folder_for(account: Account | undefined): string {
  const folder = mkdtempSync(join(scratch_root(account), 'pydgin-ts-code-'));
  if (account) chownSync(folder, account.uid, account.gid);
  return folder;
}

/** What is given as a path is known by its last name, lest results name folders of one machine. */
const last_name = (name: string): string =>
  name
    .trim()
    .replace(/[/\\]+$/, '')
    .split(/[/\\]/)
    .at(-1)!;

/** What is to be run here, what cannot be, and the names of all that there is to run for this and other shards. */
function choose({ benchmarks, missing }: Suite, { only, shard, suite }: BenchOptions): Suite & { planned: string[] } {
  const wanted = <T extends { name: string }>(list: readonly T[]): T[] =>
    only.length === 0 ? [...list] : list.filter(({ name }) => only.some((part) => name.includes(part)));
  const chosen = { benchmarks: wanted(benchmarks), missing: wanted(missing) };
  if (chosen.benchmarks.length === 0 && chosen.missing.length > 0)
    throw new BenchError(`${suite}: nothing to run; ${missing_lines(chosen.missing).join('; ')}`);
  if (chosen.benchmarks.length === 0)
    throw new BenchError(
      `no program of ${suite} is called ${only.join(' or ')}; there are ${benchmarks.map(({ name }) => name).join(', ')}`,
    );
  const planned = chosen.benchmarks.map(({ name }) => name);
  if (shard === undefined) return { ...chosen, planned };
  // Dealt out like cards: neighbours in a suite often take equally long. What is not built here has its place, too, lest
  // machines with other programs deal otherwise.
  const all = [...planned, ...chosen.missing.map(({ name }) => name)].sort();
  const mine = ({ name }: { name: string }) => all.indexOf(name) % shard.count === shard.index - 1;
  return { benchmarks: chosen.benchmarks.filter(mine), missing: chosen.missing.filter(mine), planned };
}

interface Simulators {
  simulators: Simulator[];
  records: SimulatorRecord[];
  /** The account that can run all of them. */
  guest: ReturnType<typeof guest_account>;
}

function find_simulators(
  options: BenchOptions,
  root: string,
  account: ReturnType<typeof guest_account>,
  console: Console,
): Simulators {
  const isa = existsSync(options.isa) ? resolve(options.isa) : options.isa;
  const extra = split_words(options.run_options ?? '');
  const warm = options.warm_up > 0;
  const entry = [process.execPath, join(root, 'bin/pydgin-ts.js')];
  const own = options.ours === undefined;
  const ours: Simulator = own
    ? {
        name: 'pydgin-ts',
        command: [
          ...(warm ? ['env', `XDG_CACHE_HOME=${CODE}`] : []),
          ...entry,
          'run',
          ...(warm ? [] : ['--no-jit-cache']),
          '--stats=json',
          '--stats-file',
          STATISTICS,
          ...extra,
          isa,
        ],
      }
    : named(options.ours!);
  let guest = account;
  let version = own ? version_of(entry, guest) : undefined;
  if (version instanceof Error && guest !== undefined) {
    // Node or this package may lie in a folder of root's alone.
    const as_root = version_of(entry, undefined);
    if (!(as_root instanceof Error)) {
      console.note(
        `warning: guests run as root: user ${guest.uid} cannot run ${entry.join(' ')}; ` +
          'install pydgin-ts where others can read it\n',
      );
      version = as_root;
      guest = undefined;
    }
  }
  if (version instanceof Error) throw new BenchError(`${entry.join(' ')} does not work: ${version.message}`);
  const records: SimulatorRecord[] = [
    {
      name: ours.name,
      command: own ? ['pydgin-ts run', ...extra, last_name(options.isa)].join(' ') : options.ours!,
      version: own ? version : undefined,
    },
  ];
  const simulators = [ours];
  for (const text of options.against ?? [`qemu-${options.isa_of_programs}`]) {
    if (text === 'none') continue;
    const other = named(text);
    const found = version_of(other.command, guest);
    if (found instanceof Error && (found as NodeJS.ErrnoException).code !== undefined) {
      if (options.against !== undefined)
        throw new BenchError(`${other.command[0]} cannot be run: ${found.message}; is it installed?`);
      console.note(
        `note: ${text} is not installed, so there is nothing to compare with (Debian: apt install qemu-user)\n`,
      );
      continue;
    }
    if (simulators.some(({ name }) => name === other.name))
      throw new BenchError(`two simulators are named ${other.name}; write --against 'NAME=COMMAND'`);
    simulators.push(other);
    records.push({
      name: other.name,
      command: text,
      version: found instanceof Error ? undefined : short_version(found),
    });
  }
  return { simulators, records, guest };
}

/** `NAME=COMMAND words` or `COMMAND words`, whose name is the command's last part. */
function named(text: string): Simulator {
  const [, name, command] = /^(?:([\w.+-]+)=)?(.*)$/s.exec(text)!;
  const words = split_words(command);
  if (words.length === 0) throw new BenchError(`'${text}' is no command`);
  // A relative path would not be found from a scratch directory.
  const first = words[0].includes('/') ? resolve(words[0]) : words[0];
  const rest = words.slice(1).map((word) => (word.includes('/') && existsSync(word) ? resolve(word) : word));
  return { name: name ?? last_name(words[0]), command: [first, ...rest] };
}

/** `qemu-arm version 7.2.22 (Debian …)` → `7.2.22`. */
const short_version = (text: string | undefined): string | undefined => /\d+(\.\d+)+/.exec(text ?? '')?.[0] ?? text;

/** The result to go on with: an earlier one if that is wanted and possible. */
function resumed(
  { resume, json }: BenchOptions,
  fresh: BenchResult,
  benchmarks: readonly Benchmark[],
  console: Console,
): BenchResult {
  if (!resume || json === undefined || !existsSync(json)) return fresh;
  const earlier = read_result(json);
  const anew = benchmarks.find(({ name, elf }) => {
    const known = earlier.programs.find((program) => program.name === name);
    return known && known.elf_sha256 !== sha256(readFileSync(elf));
  });
  const why = difference(earlier, fresh) ?? (anew && `${anew.name} has been built anew`);
  if (why !== undefined) throw new BenchError(`${json} cannot be resumed: ${why}; without --resume it is overwritten`);
  const rounds = earlier.programs.reduce((sum, program) => sum + program.rounds.length, 0);
  console.note(`going on with ${json}: ${rounds} rounds of ${earlier.programs.length} programs are there\n`);
  const [machine] = fresh.machines;
  const same = JSON.stringify(earlier.machines.at(-1)) === JSON.stringify(machine);
  return {
    ...earlier,
    pairs: fresh.pairs,
    missing: fresh.missing,
    machines: same ? earlier.machines : [...earlier.machines, machine],
    planned: [...new Set([...(earlier.planned ?? []), ...(fresh.planned ?? [])])],
    dealt: fresh.dealt,
    // What failed is tried again from the first round, since it may have failed in any.
    programs: earlier.programs.map((program) =>
      Object.keys(program.problems).length > 0 && benchmarks.some(({ name }) => name === program.name)
        ? { ...program, problems: {}, rounds: [], instructions: undefined, counts_vary: undefined }
        : program,
    ),
  };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new BenchError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

const read_result = (path: string): BenchResult => parse_result(read(path), path);

/** All results in a folder. */
function read_trend(folder: string): BenchResult[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new BenchError(`${folder} is not a folder of results`);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => read_result(join(folder, name)));
}

/** A BenchError now rather than after hours. */
function check_writable(path: string | undefined): void {
  if (path === undefined) return;
  if (existsSync(path) && statSync(path).isDirectory()) throw new BenchError(`${path} is a folder; name a file`);
  try {
    accessSync(existsSync(path) ? path : dirname(resolve(path)), constants.W_OK);
  } catch (error) {
    throw not_writable(path, error);
  }
}

const not_writable = (path: string, error: unknown): BenchError =>
  new BenchError(`${path} cannot be written (${(error as NodeJS.ErrnoException).code})`);

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw not_writable(path, error);
  }
}

/** Never leaves half a file. A link to a file is followed; a device stays one. */
function save(path: string, result: BenchResult): void {
  const text = `${JSON.stringify(result, null, 1)}\n`;
  try {
    const target = existsSync(path) ? realpathSync(path) : path;
    if (existsSync(target) && !statSync(target).isFile()) return writeFileSync(target, text);
    writeFileSync(`${target}.new`, text);
    renameSync(`${target}.new`, target);
  } catch (error) {
    throw not_writable(path, error);
  }
}
