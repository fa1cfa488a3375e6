// How the command line fails: UsageError for its user, and the exit statuses with their meaning.

/** Exit statuses; a program's own status, and 128 + n for its death by signal n, come on top. */
export const EXIT = {
  /** A file or an ISA is not usable. */
  FAILED: 1,
  USAGE: 2,
  /** A bug in pydgin-ts, EX_SOFTWARE of sysexits.h. */
  INTERNAL: 70,
  /** --max-insts was reached before the program ended, as timeout(1) has it. */
  LIMIT: 124,
  /** As after SIGHUP: the terminal was closed. */
  HUNG_UP: 129,
  INTERRUPTED: 130,
  /** Whoever read our output has gone: as after SIGPIPE. */
  OUTPUT_CLOSED: 141,
  TERMINATED: 143,
} as const;

/** The command was given wrongly: its message says what and how it is right. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** An ISA description of the user's own threw an exception while it executed an instruction. */
export class DescriptionFailed extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DescriptionFailed';
  }
}

/** Standard output or error can no longer be written to; not worth a message. */
export class OutputClosed extends Error {
  override name = 'OutputClosed';
}
