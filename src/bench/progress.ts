// What the user sees while measuring: on a terminal one line that changes, elsewhere one line for each program.

import type { Console } from './index.js';
import { type BenchResult, type ProgramResult, summarise } from './results.js';
import type { Benchmark } from './suite.js';

export class Progress {
  private readonly began = performance.now();
  private rounds_done = 0;
  private readonly rounds_in_all: number;
  private shown = 0;

  constructor(
    private readonly console: Console,
    private readonly benchmarks: readonly Benchmark[],
    private readonly simulators: number,
    private readonly result: BenchResult,
  ) {
    const left = ({ name }: Benchmark): number => {
      const rounds = result.programs.find((program) => program.name === name)?.rounds.length ?? 0;
      return Math.max(0, result.pairs - rounds);
    };
    this.rounds_in_all = benchmarks.reduce((sum, benchmark) => sum + left(benchmark), 0);
  }

  run(benchmark: Benchmark, round: number, simulator: string): void {
    if (!this.console.terminal) return;
    const place = `[${this.benchmarks.indexOf(benchmark) + 1}/${this.benchmarks.length}] ${benchmark.name}`;
    const which = this.simulators > 1 ? 'pair' : 'run';
    this.show(`${place}: ${which} ${round + 1} of ${this.result.pairs}, ${simulator}${this.left()}`);
  }

  round(): void {
    this.rounds_done++;
  }

  program(program: ProgramResult): void {
    this.show('');
    const [[name, problem] = []] = Object.entries(program.problems);
    const at = this.benchmarks.findIndex((benchmark) => benchmark.name === program.name) + 1;
    const head = `[${at}/${this.benchmarks.length}] ${program.name}: `;
    if (name !== undefined) {
      this.console.note(`${head}FAILED on ${name}: ${problem}\n`);
      return;
    }
    const { figures, comparison } = summarise(this.result, program);
    const ours = figures[this.result.simulators[0].name];
    if (!ours) return;
    const mips = ours.mips === undefined ? '' : `, ${ours.mips.toFixed(0)} MIPS`;
    const ratio = comparison ? `, ratio ${comparison.ratio.toFixed(2)}` : '';
    this.console.note(`${head}${ours.cpu.toFixed(2)} s${mips}${ratio}\n`);
  }

  end(): void {
    this.show('');
  }

  /** `, 2:30 left` from the rounds so far: a rough guess, since programs differ. */
  private left(): string {
    if (this.rounds_done === 0) return '';
    const seconds =
      ((performance.now() - this.began) / 1000 / this.rounds_done) * (this.rounds_in_all - this.rounds_done);
    const minutes = Math.floor(seconds / 60);
    return `, about ${minutes}:${String(Math.round(seconds % 60)).padStart(2, '0')} left`;
  }

  private show(text: string): void {
    if (!this.console.terminal) return;
    // A line that wraps could not be taken back.
    const line = text.slice(0, (process.stderr.columns ?? 80) - 1);
    this.console.note(`\r${line.padEnd(this.shown)}${line === '' ? '\r' : ''}`);
    this.shown = line.length;
  }
}
