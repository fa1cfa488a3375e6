// The flags of `--debug`, in one place: their names, what each shows, and the help that lists them.

/** What each flag shows. */
export const TRACE_FLAGS = {
  insts: 'every instruction: count, address, word, disassembly',
  rf: 'registers and flags that each instruction reads and writes',
  mem: 'memory that each instruction loads and stores',
  regdump: 'all registers after each instruction',
  syscalls: 'every system call with its arguments and result',
  bootstrap: 'the program in memory, its initial stack and registers',
  memcheck: 'the same as --memcheck',
  jit: 'at the end, what the JIT compiled and what it left to the interpreter',
} as const;

export type TraceFlag = keyof typeof TRACE_FLAGS;

/** What a run is to show. */
export interface TraceRequest {
  flags: ReadonlySet<TraceFlag>;
  /** Instructions to execute before tracing begins. */
  start: number;
}

/** Does this request need every instruction to be watched, and so the interpreter? */
export function watches_instructions({ flags }: TraceRequest): boolean {
  return flags.has('insts') || flags.has('rf') || flags.has('mem') || flags.has('regdump');
}
