// How each test program is run, and where the expected result comes from. In: nothing. Out: a list for expect.mjs.
// A run: { name, program, args, env, stdin, inputs: {file: text}, reference, note, stack }.
// reference:
//   'qemu-arm'     the program itself under qemu-arm (the default); programs of src/*.c are also built with glibc for ARM
//                  and must then give the same result (confirm: 'native' takes a build for this computer instead),
//                  unless `alone` says why they cannot
//   'glibc'        the same source built with arm-linux-gnueabi-gcc (glibc) under qemu-arm; `note` says why
//   'twin'         another program of this folder under qemu-arm (`twin`), built from the same source; `note` says why
//   { manual }     stdout, exit and files given here, with the document or arithmetic they come from

const openFlags =
  'newlib\'s open flags reach Linux untranslated, so that under qemu-arm fopen(name, "w") creates nothing';
const structs = "newlib's struct stat and struct timeval are not the kernel's: under qemu-arm the fields are misread";

/** @type {Array<Record<string, any>>} */
export const runs = [
  { name: 'hello', program: 'hello', args: ['world'] },
  { name: 'hello without arguments', program: 'hello' },
  {
    name: 'args',
    program: 'args',
    args: ['one', '', 'two words', 'käse', '--flag', '-x=1', '*', '"quoted"'],
    env: { GREETING: 'hi', EMPTY: '', WITH_EQUALS: 'a=b=c' },
  },
  { name: 'args none', program: 'args' },
  {
    name: 'args many',
    program: 'args',
    args: Array.from({ length: 200 }, (_, i) => `argument-${i}`),
    env: { GREETING: 'x'.repeat(200) },
  },
  {
    name: 'stdin_lines',
    program: 'stdin_lines',
    stdin: 'first\nsecond line\n\na line longer than the buffer of thirty-two bytes\nlast',
  },
  { name: 'stdin_lines empty', program: 'stdin_lines' },
  { name: 'cat', program: 'cat', stdin: Buffer.from(Array.from({ length: 1027 }, (_, i) => (i * 7) & 255)) },
  { name: 'cat empty', program: 'cat' },
  { name: 'bytes_out', program: 'bytes_out' },
  { name: 'stdio_modes', program: 'stdio_modes' },
  { name: 'malloc_heavy', program: 'malloc_heavy' },
  { name: 'heap', program: 'heap' },
  { name: 'printf_all', program: 'printf_all' },
  { name: 'scanf_all', program: 'scanf_all', stdin: 'apple 1.5\n pear\t2.25\nplum -1e2\nstop here' },
  { name: 'softfloat', program: 'softfloat' },
  { name: 'libm', program: 'libm' },
  { name: 'int64', program: 'int64' },
  { name: 'int32', program: 'int32' },
  { name: 'setjmp', program: 'setjmp' },
  { name: 'recursion', program: 'recursion' },
  { name: 'pointers', program: 'pointers' },
  { name: 'bigswitch', program: 'bigswitch' },
  { name: 'varargs', program: 'varargs' },
  { name: 'strings', program: 'strings' },
  { name: 'sorting', program: 'sorting', alone: "qsort's number of comparisons and rand() are newlib's own" },
  { name: 'unaligned', program: 'unaligned' },
  { name: 'calendar', program: 'calendar', confirm: 'native' },
  { name: 'errnos', program: 'errnos', alone: "strerror's texts and fault behaviour of the library differ" },
  { name: 'constructors', program: 'constructors', alone: "this crt0 runs no constructors, glibc's does" },
  {
    name: 'divzero',
    program: 'divzero',
    alone: 'a division by zero returns a saturated value in newlib builds, glibc builds raise SIGFPE',
  },
  ...['return', 'exit', 'nested'].map((how) => ({ name: `exit_order ${how}`, program: 'exit_order', args: [how] })),
  {
    name: 'exit_order _exit',
    program: 'exit_order',
    args: ['_exit'],
    alone: "newlib's stdout is always line-buffered, so that _exit loses nothing here",
  },
  {
    name: 'signals handled',
    program: 'signals',
    args: ['handled'],
    alone: 'newlib resets a handler to SIG_DFL before calling it',
  },
  ...['abort', 'abort-handled', 'raise-term', 'kill-self', 'assert', 'fpe'].map((how) => ({
    name: `signals ${how}`,
    program: 'signals',
    args: [how],
    alone: how === 'abort-handled' ? "after a handler returns, newlib's abort exits with 1, glibc's kills" : undefined,
  })),
  { name: 'times', program: 'times', alone: structs },

  { name: 'fileio', program: 'fileio', reference: 'glibc', note: openFlags },
  { name: 'fileio keep', program: 'fileio', args: ['keep'], reference: 'glibc', note: openFlags },
  { name: 'posixio', program: 'posixio', reference: 'glibc', note: openFlags },
  {
    name: 'statstruct',
    program: 'statstruct',
    inputs: { 'input.txt': 'x'.repeat(1234) },
    reference: 'glibc',
    note: structs,
  },

  { name: 'semi_hello', program: 'semi_hello', args: ['world'] },
  {
    name: 'semi_args',
    program: 'semi_args',
    args: ['one', 'two'],
    alone: 'semihosting passes a command line and no environment',
  },
  { name: 'semi_constructors', program: 'semi_constructors' },
  { name: 'semi_malloc_heavy', program: 'semi_malloc_heavy', alone: 'qemu-arm gives the semihosting heap 128 MiB' },
  ...['abort', 'raise-term', 'handled'].map((how) => ({
    name: `semi_signals ${how}`,
    program: 'semi_signals',
    args: [how],
    alone: 'semihosting knows no signals: kill ends the program through SYS_EXIT_EXTENDED',
  })),
  { name: 'semi_stdin_lines', program: 'semi_stdin_lines', stdin: 'first\nsecond line\nlast\n' },
  {
    name: 'semi_fileio',
    program: 'semi_fileio',
    args: ['keep'],
    alone: 'rename is link and unlink in newlib, and semihosting has no link: it fails',
  },

  ...[
    'insn_alu',
    'insn_mul',
    'insn_mem',
    'insn_status',
    'insn_thumb',
    'insn_branch',
    'interwork',
    'interwork_veneers',
    'selfmod',
    'selfmod_text',
    'coroutines',
  ].map((program) => ({ name: program, program })),
  { name: 'thumb_program', program: 'thumb_program', args: ['x'] },
  { name: 'thumb_semi', program: 'thumb_semi', args: ['x', 'y'] },
  { name: 'thumb_as_arm', program: 'thumb_as_arm', args: ['x', 'y', 'z'] },
  {
    name: 'thumb_linux',
    program: 'thumb_linux',
    args: ['x', 'y', 'z'],
    reference: 'twin',
    twin: 'thumb_as_arm',
    note: "Thumb newlib's system calls are `svc NN` with the bare number; Linux, and so qemu-arm, ignores NN in Thumb state and takes r7",
  },

  { name: 'eabi_hello', program: 'eabi_hello', args: ['world'] },
  { name: 'eabi_hello without arguments', program: 'eabi_hello' },
  { name: 'no_sections', program: 'no_sections', args: ['world'], note: 'an ELF file without section headers' },
  { name: 'kuser', program: 'kuser' },
  { name: 'fault_handlers', program: 'fault_handlers' },
  { name: 'cplusplus', program: 'cplusplus' },
  { name: 'syscalls_eabi', program: 'syscalls_eabi', args: ['hi'], env: { A: '1', B: '2' } },
  { name: 'syscalls_oabi', program: 'syscalls_oabi', args: ['hi'], env: { A: '1' } },
  ...['semi_ops', 'semi_ops_thumb'].flatMap((program) => [
    { name: program, program, args: ['first', 'second'], stdin: 'hello world\n' },
    { name: `${program} plain`, program, args: ['first', 'second', 'plain'], stdin: 'hello world\n' },
    { name: `${program} error`, program, args: ['first', 'second', 'error'], stdin: 'hello world\n' },
    {
      name: `${program} console`,
      program,
      args: ['console'],
      note: 'qemu-arm sends WRITEC and WRITE0 to standard error',
    },
    {
      name: `${program} append`,
      program,
      args: ['append'],
      reference: {
        manual:
          'SYS_OPEN mode 8 is ISO C\'s fopen mode "a" (Arm, Semihosting for AArch32 and AArch64, SYS_OPEN); SYS_WRITE and SYS_CLOSE return 0 on success; qemu 7.2 forgets O_APPEND',
        exit: 34,
        stdout: 'get_cmdline 0\nappend 0\nappend 0\n',
        files: { 'log.txt': 'ABCD' },
      },
    },
  ]),

  ...[
    'null-call',
    'unmapped-jump',
    'undefined',
    'undefined-thumb',
    'coprocessor',
    'bkpt',
    'overflow',
    'ldm-misaligned',
    'swp-misaligned',
  ].map((how) => ({ name: `faults ${how}`, program: 'faults', args: [how] })),
  ...['null-read', 'null-write', 'unmapped-read'].map((how) => ({
    name: `faults ${how}`,
    program: 'faults',
    args: [how],
    note: 'a data access outside every mapping: a simulator without memory protection needs its checking mode',
  })),
  {
    name: 'faults text-write',
    program: 'faults',
    args: ['text-write'],
    note: 'a store to a read-only segment: needs page permissions',
  },
  {
    name: 'faults data-run',
    program: 'faults',
    args: ['data-run'],
    note: 'execution of a segment that is not executable: needs page permissions',
  },
];
