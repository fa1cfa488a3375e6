// `pydgin-ts bench`: its options and help, and how its end becomes an exit status. The harness is imported when it runs.

import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { BenchOptions } from '../bench/index.js';
import { built_in_isas } from '../load-isa/index.js';
import { EXIT, UsageError } from './errors.js';
import { write_error, write_out } from './terminal.js';

/** A whole number from 1 on. */
function positive(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It is a whole number from 1 on.');
  return Number(text);
}

/** `2/12` */
function shard(text: string): { index: number; count: number } {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? [];
  if (!(index >= 1 && index <= count)) throw new InvalidArgumentError('Write I/N with I from 1 to N, such as 1/4.');
  return { index, count };
}

const collect = (text: string, before: string[] = []): string[] => [...before, text];

/** Adds the command. `done` is called with its exit status. */
export function add_bench(program: Command, done: (status: number) => void): void {
  const command = program
    .command('bench')
    .description('Measure speed beside another simulator, with every output checked.')
    .helpOption('-h, --help', 'print this help')
    .argument('[programs...]', 'only programs with these words in their names');
  command
    .optionsGroup('What to run:')
    .option(
      '--suite <names>',
      'kernels; spec, the CINT2006 stand-ins that are built; a folder with a bench.json; or several, with commas',
      'kernels',
    )
    .addOption(new Option('--size <size>', 'how long each program runs').choices(['test', 'ref']).default('test'))
    .option('--isa <isa>', 'ISA of the programs: a name, or the path of a description of your own', 'arm')
    .option('--target <name>', 'toolchain of the stand-ins, such as arm-glibc (default: the first one built)')
    .addOption(new Option('--shard <i/n>', 'only the i-th of n parts').argParser(shard));
  command
    .optionsGroup('What to compare:')
    .addOption(
      new Option(
        '--against <command>',
        'another simulator, [NAME=]COMMAND, or none (repeatable; default: qemu-ISA)',
      ).argParser(collect),
    )
    .option('--run-options <options>', "more options for our 'run', in one text: '--jit threshold=20'")
    .option('--ours <command>', 'measure this in place of pydgin-ts; {stats} in it is a file for --stats=json')
    .addOption(
      new Option(
        '--warm-up <n>',
        'runs of ours before the first round that leave their compiled code to those measured (default: each compiles for itself)',
      ).argParser(positive),
    )
    .addOption(new Option('--pairs <n>', 'interleaved rounds').argParser(positive).default(5))
    .addOption(
      new Option('--timeout <seconds>', 'for one run (default: 120 at size test, 7200 at ref)').argParser(positive),
    )
    .option('--keep', 'keep the scratch directories of the runs');
  command
    .optionsGroup('Results:')
    .option('--json <file>', 'save all samples there after every round')
    .option('--resume', 'go on with what is in the --json file')
    .option('--merge <files...>', 'measure nothing: put results together that were measured in parts')
    .option('--html <file>', 'write a report with charts')
    .option('--trend <folder>', 'show the results in this folder over their commits, in the report')
    .option('--markdown <file>', 'write the table as Markdown')
    .option('--baseline <file>', 'show the change of each ratio since then, and flag falls of more than 25 %')
    .option('--update-baseline <file>', 'put the ratios there')
    .addHelpText(
      'after',
      `
Examples:
  pydgin-ts bench                                         the kernels beside qemu-arm
  pydgin-ts bench --suite spec --size ref --json r.json --html r.html
  pydgin-ts bench --suite spec --size ref --json r.json --resume   go on after an interruption
  pydgin-ts bench --suite ~/cpu2006 --size ref            your own programs; spec-bench/README.md shows how
  pydgin-ts bench --shard 3/12 --json part3.json          one part of twelve, for a batch system
  pydgin-ts bench --merge part*.json --html all.html      all parts together
  pydgin-ts bench fib vm --against 'old=node ../old/bin/pydgin-ts.js run arm'

The ratio is the other simulator's processor time divided by ours: above 1, ours is faster.
Exit status: 0 all outputs are right, whatever the speed; 1 some are wrong, or missing after --merge or --resume;
2 wrong usage; 130 Ctrl-C, 143 killed, 129 the terminal was closed.`,
    )
    .action(async (programs: string[], given) => {
      const options: BenchOptions = {
        ...given,
        only: programs,
        run_options: given.runOptions,
        update_baseline: given.updateBaseline,
        warm_up: given.warmUp ?? 0,
        isa_of_programs: isa_of_programs(given.isa, given.ours !== undefined),
        timeout: given.timeout ?? (given.size === 'ref' ? 7200 : 120),
      };
      if (options.resume && options.json === undefined)
        throw new UsageError('--resume needs --json FILE to go on with');
      if (options.ours !== undefined && options.run_options !== undefined)
        throw new UsageError('--run-options is for pydgin-ts and --ours names another command; leave one out');
      if (options.warm_up > 0 && /--(no-)?jit\b(?!-)/.test(options.run_options ?? ''))
        throw new UsageError(
          '--warm-up has no effect with --jit in --run-options: such runs keep no code; leave one out',
        );
      if (options.ours !== undefined && options.warm_up > 0)
        throw new UsageError('--warm-up is for pydgin-ts and --ours names another command; leave one out');
      if (options.merge !== undefined && (options.resume || options.shard))
        throw new UsageError('--merge measures nothing, so --resume and --shard make no sense with it');
      done(await start(options));
    });
}

/** What suites and qemu call an ISA: for a built-in one, by whatever name or as a path, the name that `run` shows. */
function isa_of_programs(isa: string, others: boolean): string {
  const last = basename(isa.replace(/(\/index)?\.[jt]s$/, ''));
  const known = built_in_isas().find(({ name, aliases }) => name === last || aliases.includes(last));
  if (known) return known.aliases[0] ?? known.name;
  if (!others && !existsSync(isa))
    throw new UsageError(`there is no ISA ${isa}: neither a built-in one (pydgin-ts list) nor a file`);
  return last;
}

async function start(options: BenchOptions): Promise<number> {
  const { bench } = await import('../bench/index.js');
  const { BenchError } = await import('../bench/errors.js');
  const { isatty } = await import('node:tty');
  try {
    const end = await bench(options, { out: write_out, note: write_error, terminal: isatty(2) });
    const stopped = { SIGINT: EXIT.INTERRUPTED, SIGTERM: EXIT.TERMINATED, SIGHUP: EXIT.HUNG_UP };
    return { done: 0, failed: EXIT.FAILED, ...stopped }[end];
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    throw new UsageError(error.message);
  }
}
