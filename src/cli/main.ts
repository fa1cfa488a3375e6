// The command line's beginning and end: arguments in, exit status out. Every way to fail has its message and its status
// here; only a bug of ours shows a stack trace.

import { EXIT, OutputClosed, UsageError } from './errors.js';
import { write_error } from './terminal.js';

/** Runs a command; `args` are those after the program's name. Returns the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    if (has_no_options(args)) {
      const [, isa, elf, ...its_args] = args;
      return await (await import('./run.js')).run(isa, elf, its_args, {});
    }
    return await (await import('./command-line.js')).run_command(args);
  } catch (error) {
    return report(error);
  }
}

/**
 * `run <isa> <elf> [args...]`: options would stand before the program. The most frequent command starts quicker without
 * commander, which takes a tenth of what hello world does.
 */
function has_no_options([command, isa, elf]: readonly string[]): boolean {
  return command === 'run' && [isa, elf].every((word) => word !== undefined && !word.startsWith('-'));
}

/** Prints what went wrong, for the one whom it concerns. */
function report(error: unknown): number {
  if (error instanceof OutputClosed) return EXIT.OUTPUT_CLOSED;
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
