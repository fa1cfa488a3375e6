// What a user has typed → a command that runs, by commander, which prints help and what is wrong with the usage.

import { CommanderError } from 'commander';
import { package_version } from '../load-isa/index.js';
import { EXIT } from './errors.js';
import { make_program } from './program.js';
import { write_error, write_out } from './terminal.js';

/** Runs a command; `args` are those after the program's name. Returns the exit status. */
export async function run_command(args: readonly string[]): Promise<number> {
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
    // Commander has printed its message already; help and version end by an error, too, with status 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.USAGE;
    throw error;
  }
}

/** Columns of help texts. */
function width(): number {
  const columns = Number(process.env.COLUMNS);
  return columns >= 40 ? columns : 100;
}
