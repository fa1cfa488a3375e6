// The commands, their options and help: all that a user types is declared here and nowhere else. What a command does is
// imported only when it runs, because every start pays for what is imported.

import { Command, CommanderError, Option } from 'commander';
import { TRACE_FLAGS } from '../observe/trace-flags.js';
import { add_bench } from './bench.js';
import { UsageError } from './errors.js';
import { JIT_SETTINGS } from './jit-settings.js';
import type { RunOptions } from './run.js';
import { write_out } from './terminal.js';
import {
  one_of,
  parse_address,
  parse_count,
  parse_debug,
  parse_environment,
  parse_jit,
  parse_size,
  parse_word,
  type Settings,
} from './values.js';

/** `--stats` without `=`: an option value that nobody can type. */
const ALONE = '\0';

/**
 * `run <isa> [options] <elf> [args...]`: options stand before the program, everything after it is the program's, `--` and
 * what looks like options too.
 */
class RunCommand extends Command {
  override parseOptions(argv: string[]): ReturnType<Command['parseOptions']> {
    // Otherwise commander would take the next word for the value of `--stats`.
    const args = argv.map((arg) => (arg === '--stats' ? `--stats=${ALONE}` : arg));
    const before_isa = super.parseOptions(args);
    const [isa, ...rest] = before_isa.operands;
    const before_elf = isa === undefined ? before_isa : super.parseOptions(rest);
    const restore = (arg: string) => (arg === `--stats=${ALONE}` ? '--stats' : arg);
    return {
      operands: (isa === undefined ? [] : [isa, ...before_elf.operands]).map(restore),
      unknown: (isa === undefined ? before_isa.unknown : [...before_isa.unknown, ...before_elf.unknown]).map(restore),
    };
  }
  override createCommand(name?: string): Command {
    return new Command(name);
  }
}

const collect = (text: string, before: string[] = []): string[] => [...before, text];

/** Puts the option's name before what a parser complains of. */
function named<T>(option: string, parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new UsageError(`${option}: ${(error as Error).message}`);
    }
  };
}

const EXAMPLES = (lines: string): string =>
  `\nExamples:\n${lines
    .trim()
    .split('\n')
    .map((line) => `  ${line.trim()}`)
    .join('\n')}\n`;

/**
 * Makes the command line. `done` is called with the exit status of the command that ran. `first` is the first argument:
 * if it is `run`, the most frequent command, the others are left out to save the time.
 */
export function make_program(version: () => string, done: (status: number) => void, first?: string): Command {
  const program = new Command('pydgin-ts')
    .description('Simulates processors from descriptions of their instruction sets.')
    .option('-V, --version', 'print the version')
    .on('option:version', () => {
      write_out(`${version()}\n`);
      throw new CommanderError(0, 'commander.version', '');
    })
    .enablePositionalOptions()
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}`.replace(/\[options\] ?/, '') })
    .addHelpText(
      'after',
      `${EXAMPLES(`
        pydgin-ts run arm hello.elf world           run a program with an argument
        pydgin-ts run --debug insts,rf arm hello.elf  watch every instruction
        pydgin-ts disasm arm hello.elf              its code as assembly
        pydgin-ts decode arm 0xe0812003             what an instruction word means
        pydgin-ts info hello.elf                    what kind of file it is`)}
An ISA is the name of a built-in one (pydgin-ts list) or the path of a module, such as ./my-isa.ts.
Exit status: that of the simulated program; 128 + n if it dies of signal n; 1 a file or an ISA cannot be used;
2 wrong usage; 70 a bug in pydgin-ts; 124 --max-insts was reached; 130 Ctrl-C.`,
    );

  add_run(program, done);
  if (first === 'run') {
    settle(program);
    return program;
  }

  const command = (name: string, description: string, examples: string): Command =>
    program
      .command(name)
      .description(description)
      .helpOption('-h, --help', 'print this help')
      .addHelpText('after', EXAMPLES(examples));

  command(
    'disasm <isa> <elf>',
    "Print a program's code as assembly.",
    `pydgin-ts disasm arm hello.elf
     pydgin-ts disasm arm hello.elf --symbol main --symbol helper
     pydgin-ts disasm arm hello.elf --start 0x8000 --stop 0x8100
     pydgin-ts disasm arm rom.elf --set thumb`,
  )
    .addOption(new Option('--symbol <name>', 'only this function or object (repeatable)').argParser(collect))
    .addOption(new Option('--section <name>', 'only this section (repeatable)').argParser(collect))
    .addOption(new Option('--start <address>', 'begin there').argParser(named('--start', parse_address)))
    .addOption(new Option('--stop <address>', 'end before').argParser(named('--stop', parse_address)))
    .option('--set <name>', 'instruction set, such as thumb, whatever the symbols say')
    .action(async (isa: string, elf: string, options) =>
      done(await (await import('./disasm.js')).disasm(isa, elf, options)),
    );

  command(
    'decode <isa> <word...>',
    'Explain instruction words: encoding, fields, assembly.',
    `pydgin-ts decode arm 0xe0812003
     pydgin-ts decode arm --set thumb 4770 b510
     pydgin-ts decode arm --pc 0x8000 eafffffe`,
  )
    .option('--set <name>', 'instruction set, such as thumb')
    .addOption(new Option('--pc <address>', 'where the instruction is').argParser(named('--pc', parse_address)))
    .action(async (isa: string, words: string[], options) => {
      const values = words.map(parse_word);
      done(await (await import('./decode.js')).decode(isa, values, options));
    });

  command(
    'info <elf>',
    'Describe an ELF file: machine, segments, sections, symbols, and how to run it.',
    'pydgin-ts info hello.elf',
  ).action(async (elf: string) => done((await import('./info.js')).info(elf)));

  command('list', 'List the built-in ISAs.', 'pydgin-ts list').action(async () =>
    done((await import('./list.js')).list()),
  );

  command(
    'check <isa>',
    'Examine an ISA: its decoder, its assembly syntax, what the JIT can compile.',
    `pydgin-ts check arm
     pydgin-ts check --undecodable ./my-isa.ts`,
  )
    .option('--undecodable', 'list the words that are no instruction, as patterns')
    .action(async (isa: string, options) => done(await (await import('./check.js')).check(isa, options)));

  command(
    'compile <isa> <elf>',
    "Compile a program's code ahead of time, as far as it can be found without running it.",
    `pydgin-ts compile arm tool.elf -o tool.wasm
     pydgin-ts run --precompiled tool.wasm arm tool.elf`,
  )
    .requiredOption('-o, --output <file>', 'the WebAssembly module to write')
    .addOption(new Option('--jit <key=value,...>', 'parameters, those of the run').argParser(collect))
    .action(async (isa: string, elf: string, options: { output: string; jit?: string[] }) => {
      const jit = (defaults: Settings) => parse_jit(options.jit ?? [], defaults);
      done(await (await import('./precompiled.js')).compile(isa, elf, { output: options.output, jit }));
    });

  add_bench(program, done);

  settle(program);
  return program;
}

function add_run(program: Command, done: (status: number) => void): void {
  const list = (names: Readonly<Record<string, string>>, width: number) =>
    Object.entries(names)
      .map(([name, what]) => `  ${name.padEnd(width)} ${what}`)
      .join('\n');
  const run = new RunCommand('run')
    .usage('[options] <isa> <elf> [args...]')
    .description('Run a program. Options stand before <elf>; everything after it belongs to the program.')
    .argument('[isa]', 'ISA: a name or a path')
    .argument('[elf]', 'the program, statically linked')
    .argument('[args...]', 'its arguments')
    .passThroughOptions()
    .helpOption('-h, --help', 'print this help');
  run
    .optionsGroup('What the program gets:')
    .addOption(
      new Option(
        '-e, --env <NAME=VALUE>',
        "environment variable; NAME alone passes this shell's (repeatable)",
      ).argParser((text: string, before: string[] = []) => {
        const variable = parse_environment(text);
        return variable === undefined ? before : [...before, variable];
      }),
    )
    .addOption(
      new Option(
        '--dir <HOST[::GUEST]>',
        'directory that it may read and write (repeatable; default: the current one); /tmp is its own unless granted',
      ).argParser(collect),
    )
    .option('--no-fs', 'no files at all')
    .addOption(
      new Option('--stack-size <bytes>', 'such as 8M; 256M unless told otherwise, 1008M at most').argParser(
        named('--stack-size', parse_size),
      ),
    )
    .addOption(
      new Option('--syscalls <flavour>', "newlib: as newlib's stubs mean them; qemu: literally as qemu-user takes them")
        .choices(['newlib', 'qemu'])
        .default('newlib'),
    );
  run
    .optionsGroup('Engine:')
    .addOption(new Option('--max-insts <n>', 'stop after n instructions').argParser(named('--max-insts', parse_count)))
    .option('--memcheck', 'fault on every access to unmapped or protected memory')
    .addOption(new Option('--jit <key=value,...>', 'set parameters of the JIT, or off').argParser(collect))
    .option(
      '--jit-cache <dir>',
      'keep compiled code there for later runs of the same program (default: ~/.cache/pydgin-ts, ' +
        'unless --jit sets something or the program could write there)',
    )
    .option('--no-jit-cache', 'keep no compiled code, use none of earlier runs')
    .option('--precompiled <file>', "use what 'pydgin-ts compile' has made of the program; the JIT does the rest")
    .option('--no-jit', 'interpret only');
  run
    .optionsGroup('Observation:')
    .addOption(
      new Option('-d, --debug <flags[:start]>', 'trace to stderr, after `start` instructions').argParser(parse_debug),
    )
    .addOption(
      new Option('--stats [format]', 'print figures of the run to stderr, as text or --stats=json').argParser((text) =>
        text === ALONE ? 'text' : one_of('--stats', text, ['text', 'json']),
      ),
    )
    .option('--stats-file <file>', 'write the figures there')
    .option('--test', 'test the ISA itself instead of running a program');
  run
    .addHelpText('after', `\nFlags of --debug, separated by commas:\n${list(TRACE_FLAGS, 10)}`)
    .addHelpText('after', `\nSettings of --jit, separated by commas:\n${list(JIT_SETTINGS, 13)}`)
    .addHelpText(
      'after',
      EXAMPLES(`
        pydgin-ts run arm hello.elf world
        pydgin-ts run arm tool.elf --help -- -x            all of it for tool.elf
        pydgin-ts run --dir /data::/in --dir . -e LANG=C arm tool.elf /in/a.txt
        pydgin-ts run --debug insts,rf,mem:5000 --max-insts 5100 arm hello.elf
        pydgin-ts run --debug syscalls arm hello.elf
        pydgin-ts run --stats=json --stats-file run.json arm hello.elf
        pydgin-ts run --jit threshold=20,region_limit=500 ./my-isa.ts prog.elf`),
    )
    .action(async (isa: string | undefined, elf: string | undefined, args: string[], options) => {
      const missing = (what: string) => run.error(`error: missing required argument '${what}'`);
      if (isa === undefined) return missing('isa');
      if (options.test) return done(await (await import('./check.js')).self_test(isa));
      if (elf === undefined) return missing('elf');
      const run_options = as_run_options(options);
      const { run: start } = await import('./run.js');
      done(await start(isa, elf, args, run_options));
    });
  program.addCommand(run);
}

/** What commander collected → options of the run. */
function as_run_options(options: Record<string, unknown>): RunOptions {
  const { jit, fs, dir } = options as { jit?: string[] | boolean; fs: boolean; dir?: string[] };
  if (!fs && dir !== undefined) throw new UsageError('--no-fs and --dir contradict each other; leave one out');
  return {
    ...(options as Omit<RunOptions, 'jit' | 'directories'>),
    directories: fs ? dir : [],
    jit: (defaults) => {
      const request = parse_jit(Array.isArray(jit) ? jit : [], defaults);
      return { ...request, off: request.off || jit === false };
    },
  };
}

/** Every command reports errors the same way: one line, and where to read on. */
function settle(program: Command): void {
  for (const command of [program, ...program.commands]) {
    const name = command === program ? 'pydgin-ts' : `pydgin-ts ${command.name()}`;
    if (command !== program) command.copyInheritedSettings(program);
    command.showHelpAfterError(`Try: ${name} --help`).exitOverride();
  }
}
