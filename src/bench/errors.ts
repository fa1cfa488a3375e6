// What can go wrong in a benchmark run that its user can put right.

/** A suite, a result file or a command is not usable. The message says which, where, and what to do. */
export class BenchError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BenchError';
  }
}
