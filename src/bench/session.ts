// The measuring loop: benchmarks → a result, round by round. In a round every simulator runs the program once, in turns
// as to who begins, so that a machine that gets slower or busier meets all alike. Every run's output is checked; a
// simulator that fails a program is not asked again.

import { readFileSync } from 'node:fs';
import { type Account, type Completed, type Cost, execute, type Limits, type Shell } from './child.js';
import { add_count, type BenchResult, type ProgramResult, sha256 } from './results.js';
import type { Benchmark, Invocation } from './suite.js';

export interface Simulator {
  name: string;
  /** Words before the program; STATISTICS among them is replaced by a path. */
  command: readonly string[];
}

export interface Session {
  simulators: readonly Simulator[];
  account?: Account;
  shell: Shell;
  limits: Limits;
  /** Runs of the first simulator before a program's rounds, which nobody measures. */
  warm_up: number;
  /** Told before each run. */
  on_run?(benchmark: Benchmark, round: number, simulator: Simulator): void;
  /** Told when a round is in the result: the time to save it. */
  on_round?(): void;
  /** Told when a benchmark is finished, or was found finished. */
  on_program?(program: ProgramResult): void;
  /** True if the user wants to stop. */
  stopped?(): boolean;
}

/**
 * Measures what is missing in `result`: rounds up to its `pairs` for each benchmark, on the machine that its list ends
 * with. The result is changed in place, so that it can be saved at any time.
 */
export async function measure(benchmarks: readonly Benchmark[], result: BenchResult, session: Session): Promise<void> {
  for (const benchmark of benchmarks) {
    const program = program_of(result, benchmark);
    const rounds = program.rounds.length;
    for (let run = 0; run < session.warm_up && rounds < result.pairs && !all_failed(program, session); run++) {
      session.on_run?.(benchmark, rounds, session.simulators[0]);
      await run_program(session.simulators[0], benchmark, program, session);
      if (session.stopped?.()) return;
    }
    while (program.rounds.length < result.pairs && !all_failed(program, session)) {
      if (session.stopped?.()) return;
      const costs = await run_round(benchmark, program, session);
      // An interrupted round is no round.
      if (session.stopped?.()) return;
      program.rounds.push({ costs, machine: result.machines.length - 1 });
      session.on_round?.();
    }
    session.on_program?.(program);
  }
}

function program_of(result: BenchResult, benchmark: Benchmark): ProgramResult {
  const known = result.programs.find(({ name }) => name === benchmark.name);
  if (known) return known;
  const program: ProgramResult = {
    name: benchmark.name,
    suite: benchmark.suite,
    about: benchmark.about,
    elf_sha256: sha256(readFileSync(benchmark.elf)),
    counted_elsewhere: benchmark.instructions,
    rounds: [],
    problems: {},
  };
  result.programs.push(program);
  return program;
}

/** Ours having failed, nothing is left to compare. */
const all_failed = (program: ProgramResult, { simulators }: Session): boolean =>
  program.problems[simulators[0].name] !== undefined;

async function run_round(
  benchmark: Benchmark,
  program: ProgramResult,
  session: Session,
): Promise<Record<string, Cost>> {
  const round = program.rounds.length;
  const { simulators } = session;
  const costs: Record<string, Cost> = {};
  const seen = new Map<Simulator, Completed[]>();
  for (let turn = 0; turn < simulators.length; turn++) {
    const simulator = simulators[(turn + round) % simulators.length];
    if (program.problems[simulator.name] !== undefined) continue;
    session.on_run?.(benchmark, round, simulator);
    const runs = await run_program(simulator, benchmark, program, session);
    if (session.stopped?.()) return costs;
    if (program.problems[simulator.name] !== undefined) continue;
    costs[simulator.name] = total(runs);
    seen.set(simulator, runs);
  }
  compare_outputs(benchmark, program, simulators, seen);
  for (const name of Object.keys(costs)) if (program.problems[name] !== undefined) delete costs[name];
  const ours = seen.get(simulators[0]);
  if (ours) take_statistics(program, simulators[0].name, ours);
  return costs;
}

/** Runs all that belongs to a benchmark, up to the first problem, which is noted. */
async function run_program(
  { name, command }: Simulator,
  { elf, invocations }: Benchmark,
  program: ProgramResult,
  session: Session,
): Promise<Completed[]> {
  const { account, limits, shell } = session;
  const runs: Completed[] = [];
  for (const invocation of invocations) {
    const completed = await execute(command, elf, invocation, account, limits, shell);
    if (session.stopped?.()) return runs;
    runs.push(completed);
    const problem = examine(completed, invocation, limits);
    if (problem === undefined) continue;
    program.problems[name] = problem;
    return runs;
  }
  return runs;
}

/** What is wrong with a run by itself; undefined if nothing is. */
export function examine(run: Completed, invocation: Invocation, limits: Limits): string | undefined {
  const { expect } = invocation;
  if (run.timed_out) return `not finished after ${limits.seconds} s`;
  if (run.exit !== expect.exit) {
    const said = run.stderr.toString('utf8').trim().split('\n').slice(0, 3).join(' / ').slice(0, 300);
    return `exit status ${run.exit} instead of ${expect.exit}${said === '' ? '' : `: ${said}`}`;
  }
  if (run.unread !== undefined) return run.unread;
  if (Number.isNaN(run.cpu)) return 'the shell reported no times';
  if (expect.any_output) return undefined;
  if (expect.stdout && 'sha256' in expect.stdout) {
    const hash = sha256(run.stdout);
    if (hash !== expect.stdout.sha256)
      return `stdout, ${run.stdout.length} bytes, has SHA-256 ${hash.slice(0, 12)}… instead of ${expect.stdout.sha256.slice(0, 12)}…`;
  } else if (expect.stdout) {
    const place = first_difference(run.stdout, expect.stdout.bytes);
    if (place !== undefined) return `stdout ${place}`;
  }
  for (const [name, content] of Object.entries(expect.outputs)) {
    const written = run.outputs[name];
    if (written === undefined) return `has not written ${name}`;
    const place = content && first_difference(written, content.bytes);
    if (place !== undefined) return `${name} ${place}`;
  }
  return undefined;
}

/** What nobody knows beforehand must at least be the same for all. */
function compare_outputs(
  benchmark: Benchmark,
  program: ProgramResult,
  simulators: readonly Simulator[],
  seen: ReadonlyMap<Simulator, Completed[]>,
): void {
  const reference = simulators.slice(1).find((simulator) => seen.has(simulator));
  if (reference === undefined) return;
  for (const [simulator, runs] of seen) {
    if (simulator === reference) continue;
    runs.forEach((run, i) => {
      const { expect } = benchmark.invocations[i];
      if (expect.any_output) return;
      const other = seen.get(reference)![i];
      const unknown: [string, Buffer, Buffer][] = Object.keys(expect.outputs)
        .filter((name) => expect.outputs[name] === undefined)
        .map((name) => [name, run.outputs[name]!, other.outputs[name]!]);
      if (!expect.stdout) unknown.push(['stdout', run.stdout, other.stdout]);
      for (const [what, ours, theirs] of unknown) {
        const place = first_difference(ours, theirs);
        if (place !== undefined)
          program.problems[simulator.name] ??= `${what} ${place} (expected is ${reference.name}'s)`;
      }
    });
  }
}

/** `differs in line 3: 'x' instead of 'y'`; undefined if there is no difference. */
export function first_difference(actual: Buffer, expected: Buffer): string | undefined {
  if (actual.equals(expected)) return undefined;
  const shorter = Math.min(actual.length, expected.length);
  let at = 0;
  while (at < shorter && actual[at] === expected[at]) at++;
  // The place as an editor shows it. Where one ends and the other begins a new line, it is that line.
  const [a, b] = [actual, expected].map((bytes) => bytes[at]);
  const start =
    (a === undefined && b === NEWLINE) || (b === undefined && a === NEWLINE) ? at + 1 : line_start(actual, at);
  let line = 1;
  for (let n = actual.indexOf(NEWLINE); n >= 0 && n < start; n = actual.indexOf(NEWLINE, n + 1)) line++;
  if (start > at && a === undefined) line++;
  const show = (bytes: Buffer) => {
    if (start > bytes.length) return 'the end';
    // Of a long line, what is around the place.
    const from = Math.max(start, at - 30);
    const [text] = bytes.toString('latin1', from, from + 1000).split('\n');
    return JSON.stringify(text.slice(0, 60));
  };
  return `differs in line ${line}: ${show(actual)} instead of ${show(expected)}`;
}
const line_start = (bytes: Buffer, at: number): number => (at === 0 ? 0 : bytes.lastIndexOf(NEWLINE, at - 1) + 1);
const NEWLINE = 10;

const total = (runs: readonly Cost[]): Cost => ({
  cpu: runs.reduce((sum, { cpu }) => sum + cpu, 0),
  wall: runs.reduce((sum, { wall }) => sum + wall, 0),
  memory: Math.max(...runs.map(({ memory }) => memory)),
});

/** Instruction counts, which must agree each time, and what the JIT did. */
function take_statistics(program: ProgramResult, name: string, runs: readonly Completed[]): void {
  const reports = runs.map(({ statistics }) => parse_statistics(statistics));
  const counts = reports.map((report) => report?.instructions);
  if (!counts.every((count) => count !== undefined)) {
    program.instructions ??= program.counted_elsewhere;
    return;
  }
  const instructions = counts.reduce((sum, count) => sum + count, 0);
  if (program.rounds.length === 0) program.instructions = undefined;
  const why = add_count(program, instructions);
  if (why !== undefined) program.problems[name] ??= why;
  // Of several runs the last: details are for reading, not for adding up.
  program.jit = reports.at(-1)?.jit;
}

interface Report {
  instructions?: number;
  jit?: Record<string, unknown>;
}

function parse_statistics(text: string | undefined): Report | undefined {
  try {
    const report = JSON.parse(text ?? '') as Report;
    return Number.isSafeInteger(report.instructions) ? report : undefined;
  } catch {
    return undefined;
  }
}
