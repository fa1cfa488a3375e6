// `pydgin-ts check` and `run --test`: what is to be known of an ISA before programs run on it.

import { check_isa, type IsaReport, type SetReport } from '../check-isa.js';
import { load_isa } from '../load-isa/index.js';
import { EXIT } from './errors.js';
import { write_out } from './terminal.js';

export interface CheckOptions {
  undecodable?: boolean;
}

/** Status 1 if something is wrong; what the JIT leaves to the interpreter is not wrong, only slow. */
export async function check(isa_name: string, options: CheckOptions): Promise<number> {
  const report = check_isa(await load_isa(isa_name));
  write_out(`${report.name}: ${report.title}\n`);
  for (const set of report.sets) write_out(describe(set, options));
  const problems = count_problems(report);
  write_out(`\n${counted(problems)}\n`);
  return problems === 0 ? 0 : EXIT.FAILED;
}

/** The same in a line, for a quick look whether an installation works. */
export async function self_test(isa_name: string): Promise<number> {
  const report = check_isa(await load_isa(isa_name));
  for (const set of report.sets) for (const problem of set.problems) write_out(`${set.name}: ${problem}\n`);
  const encodings = report.sets.reduce((sum, { decoder }) => sum + decoder.rows, 0);
  const words = report.sets.reduce((sum, set) => sum + set.words, 0);
  const problems = count_problems(report);
  write_out(
    `${report.name}: ${encodings} encodings, ${words} words decoded, printed and executed: ` +
      (problems === 0 ? 'ok\n' : `${counted(problems)}\n`),
  );
  return problems === 0 ? 0 : EXIT.FAILED;
}

const counted = (problems: number): string =>
  problems === 0 ? 'no problems' : problems === 1 ? '1 problem' : `${problems} problems`;

const count_problems = (report: IsaReport): number =>
  report.sets.reduce((sum, { problems }) => sum + problems.length, 0);

function describe({ name, decoder, problems, fallbacks, without_syntax }: SetReport, options: CheckOptions): string {
  const share = Number((decoder.undecodable * 1_000_000n) / decoder.words) / 10_000;
  const facts: [string, string[]][] = [
    [
      'decoder',
      [
        `${decoder.rows} encodings, ${decoder.leaves} leaves, depth ${decoder.depth}`,
        `${decoder.average_tests.toFixed(2)} tests a decode on average; an if-chain makes ${decoder.naive_average.toFixed(1)}`,
        `${decoder.undecodable} of ${decoder.words} words (${share} %) are no instruction`,
        ...(options.undecodable ? [...decoder.undecodable_regions()].map((pattern) => `  ${pattern}`) : []),
      ],
    ],
    ['syntax', without_syntax.length === 0 ? ['every encoding has one'] : [`none for ${without_syntax.join(', ')}`]],
    [
      'jit',
      fallbacks.length === 0
        ? ['compiles every instruction']
        : [
            `leaves these to the interpreter:`,
            ...fallbacks.map(({ name, reason, count, of }) => `  ${name} (${count} of ${of} words tried): ${reason}`),
          ],
    ],
    ['problems', problems.length === 0 ? ['none'] : [...problems]],
  ];
  const lines = facts.flatMap(([title, texts]) =>
    texts.map((text, n) => `  ${(n === 0 ? title : '').padEnd(9)} ${text}`),
  );
  return `\ninstruction set ${name}\n${lines.join('\n')}\n`;
}
