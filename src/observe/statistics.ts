// --stats: the figures of a run, as text for people and as JSON for programs.

/** What was measured. Times are seconds. */
export interface RunStatistics {
  isa: string;
  program: string;
  /** How the run ended: exit, fault, limit (--max-insts) or interrupted. */
  end: string;
  /** Exit status of this process. */
  status: number;
  instructions: number;
  /** Wall-clock time of execution alone, and with everything since the process began. */
  seconds: number;
  process_seconds: number;
  /** Processor time of the whole process, compiler threads included. */
  cpu_seconds: number;
  /** Million guest instructions a second of `seconds`. */
  mips: number;
  /** Peak resident memory of the process, MiB. */
  memory_mib: number;
  engine: 'jit' | 'interpreter';
  jit?: JitFigures;
}

/** What the JIT did. Times are seconds. */
export interface JitFigures {
  /** Part of the instructions that compiled code executed, 0 … 1. */
  coverage: number;
  /** Everything that the engine counts, by its own names. */
  [figure: string]: number | readonly Fallback[];
  fallbacks: readonly Fallback[];
}

/** An instruction that the JIT left to the interpreter. */
export interface Fallback {
  name: string;
  reason: string;
  count: number;
}

/** One JSON object on one line. */
export function statistics_json(statistics: RunStatistics): string {
  return JSON.stringify(statistics) + '\n';
}

/** Aligned lines of name and value. */
export function statistics_text(statistics: RunStatistics): string {
  return aligned([
    ['program', `${statistics.program} (${statistics.isa})`],
    ['end', `${statistics.end}, status ${statistics.status}`],
    ['instructions', count(statistics.instructions)],
    [
      'seconds',
      `${decimal(statistics.seconds)} (process ${decimal(statistics.process_seconds)}, cpu ${decimal(statistics.cpu_seconds)})`,
    ],
    ['MIPS', statistics.mips.toFixed(statistics.mips < 10 ? 2 : 1)],
    ['memory', `${statistics.memory_mib.toFixed(0)} MiB`],
    ['engine', statistics.engine],
    ...jit_rows(statistics),
  ]);
}

/** The JIT's part of it; a line that says so without one. */
export function jit_text(statistics: RunStatistics): string {
  return statistics.jit ? aligned(jit_rows(statistics)) : 'jit  off\n';
}

function jit_rows({ jit }: RunStatistics): [string, string][] {
  if (!jit) return [];
  const { coverage, fallbacks, ...figures } = jit;
  const rows: [string, string][] = [['jit coverage', `${(coverage * 100).toFixed(2)} %`]];
  for (const [name, value] of Object.entries(figures))
    if (typeof value === 'number')
      rows.push([`jit ${name.replaceAll('_', ' ')}`, Number.isInteger(value) ? count(value) : decimal(value)]);
  rows.push(['jit fallbacks', fallbacks.length === 0 ? 'none' : '']);
  for (const { name, reason, count: times } of fallbacks) rows.push([`  ${name}`, `${count(times)} × ${reason}`]);
  return rows;
}

function aligned(rows: readonly [string, string][]): string {
  const width = rows.reduce((longest, [name]) => Math.max(longest, name.length), 0);
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`.trimEnd()).join('\n') + '\n';
}

const count = (value: number): string => value.toLocaleString('en');
const decimal = (value: number): string => value.toFixed(3);
