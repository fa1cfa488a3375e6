// The command line's beginning and end: arguments in, exit status out. Every way to fail has its message and its status
// here; only a bug of ours shows a stack trace.

import { CommanderError } from 'commander';
import { package_version } from '../load-isa/index.js';
import { EXIT, OutputClosed, UsageError } from './errors.js';
import { make_program } from './program.js';
import { write_error, write_out } from './terminal.js';

/** Runs a command; `args` are those after the program's name. Returns the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  let status = 0;
  const program = make_program(
    package_version,
    (result) => {
      status = result;
    },
    args[0],
  );
  for (const command of [program, ...program.commands])
    command.configureOutput({
      writeOut: write_out,
      writeErr: write_error,
      getOutHelpWidth: width,
      getErrHelpWidth: width,
    });
  if (args.length === 0) {
    write_error(program.helpInformation());
    return EXIT.USAGE;
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    return report(error);
  }
}

/** Prints what went wrong, for the one whom it concerns. */
function report(error: unknown): number {
  if (error instanceof OutputClosed) return EXIT.OUTPUT_CLOSED;
  // Commander has printed its message already; help and version end by an error, too, with status 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.USAGE;
  const { name, message } = error as Error;
  if (error instanceof UsageError) {
    write_error(`error: ${message}\n`);
    return EXIT.USAGE;
  }
  // By name: a description brings its own copy of the class along.
  if (name === 'ElfError' || name === 'IsaError' || name === 'DescriptionFailed') {
    write_error(`error: ${message}\n`);
    return EXIT.FAILED;
  }
  write_error(
    `${(error as Error)?.stack ?? String(error)}\n\nThis is a bug in pydgin-ts. Please report it with the text above, ` +
      `the program, and: Node ${process.version}, ${process.platform} ${process.arch}.\n`,
  );
  return EXIT.INTERNAL;
}

/** Columns of help texts. */
function width(): number {
  const columns = Number(process.env.COLUMNS);
  return columns >= 40 ? columns : 100;
}
