// The initial stack of a Linux process: argc, argv, environment, auxiliary vector, and the strings they point to.
// Source: System V ABI, "Process Initialization", and Linux's elf.h and auxvec.h for the AT_ numbers. Newlib's start-up
// code reads argc and argv from it, glibc's all of it.

import { GUEST_END, type GuestMemory, PAGE_SIZE, R, W, X } from '../machine/memory.js';
import { utf8 } from '../machine/text.js';
import { ElfError } from './errors.js';
import type { LoadedProgram } from './load.js';

/** Types of the auxiliary vector's entries. */
export const AT = {
  NULL: 0,
  PHDR: 3,
  PHENT: 4,
  PHNUM: 5,
  PAGESZ: 6,
  BASE: 7,
  FLAGS: 8,
  ENTRY: 9,
  UID: 11,
  EUID: 12,
  GID: 13,
  EGID: 14,
  PLATFORM: 15,
  HWCAP: 16,
  CLKTCK: 17,
  SECURE: 23,
  RANDOM: 25,
  HWCAP2: 26,
  EXECFN: 31,
} as const;

/** A string as the guest sees it; text becomes UTF-8. */
export type GuestString = string | Uint8Array;

export interface StackOptions {
  /** argv[0] is the program's name. */
  argv: readonly GuestString[];
  /** `NAME=value` each. */
  env?: readonly GuestString[];
  /** AT_EXECFN; the default is argv[0]. */
  executable?: GuestString;
  /** AT_HWCAP: the processor features that C libraries may use. */
  hwcap?: number;
  hwcap2?: number;
  /** AT_PLATFORM, such as `v5l`; left out if undefined. */
  platform?: string;
  uid?: number;
  gid?: number;
  /** AT_RANDOM: 16 bytes from which C libraries make stack canaries. The default is fixed: runs can be repeated. */
  random?: Uint8Array;
}

/** Where the parts of the initial stack are. */
export interface InitialStack {
  /** The initial stack pointer, a multiple of 16; argc is there. */
  stack_pointer: number;
  argc: number;
  /** Addresses of the arrays of pointers, for conventions that pass them in registers. */
  argv: number;
  envp: number;
  auxv: number;
}

const FIXED_RANDOM = Uint8Array.from({ length: 16 }, (_, n) => (n * 0x6d + 0x35) & 0xff);

/** The most that strings and vectors may take: as on Linux, a quarter of the stack. */
const SHARE = 4;

/**
 * Maps the program's stack and builds its initial contents at the top, in the program's byte order. An ElfError if
 * arguments and environment take more than a quarter of the stack.
 */
export function build_stack(
  memory: GuestMemory,
  program: Pick<LoadedProgram, 'address_space' | 'endianness' | 'entry' | 'executable_stack' | 'program_headers'>,
  options: StackOptions,
): InitialStack {
  const { stack } = program.address_space;
  const argv = options.argv.map(to_bytes);
  const env = (options.env ?? []).map(to_bytes);
  const executable = to_bytes(options.executable ?? options.argv[0] ?? '');
  const { program_headers } = program;
  const strings = [executable, ...env, ...argv];
  const length =
    program_headers.bytes.length +
    strings.reduce((sum, text) => sum + text.length + 1, 0) +
    4 * (argv.length + env.length) +
    512 /* all the rest */;
  if (length > (stack.end - stack.start) / SHARE)
    throw new ElfError(
      `arguments and environment take ${length} bytes, more than a quarter of the stack of ${stack.end - stack.start}; ` +
        'pass fewer, or give the program a larger stack',
    );
  memory.protect(stack.start, stack.end - stack.start, program.executable_stack ? R | W | X : R | W);

  // Strings lie highest. Linux leaves the last word zero.
  let top = Math.min(stack.end, GUEST_END) - 4;
  const push_bytes = (bytes: Uint8Array): number => {
    top -= bytes.length;
    memory.write_bytes(top, bytes);
    return top;
  };
  const push_string = (text: Uint8Array): number => {
    top -= 1;
    memory.write_bytes(top, Uint8Array.of(0));
    return push_bytes(text);
  };
  const executable_at = push_string(executable);
  // Upwards in memory: argv, then environment. Some programs that change their title rely on it.
  const env_at = env.toReversed().map(push_string).reverse();
  const argv_at = argv.toReversed().map(push_string).reverse();
  const platform_at = options.platform === undefined ? 0 : push_string(to_bytes(options.platform));
  top -= top % 16;
  const random_at = push_bytes((options.random ?? FIXED_RANDOM).subarray(0, 16));

  // newlib's linker script keeps the headers out of memory. Linux and qemu then point to something else, or nowhere; a
  // copy is what the program expects.
  const headers_at = program_headers.address ?? push_bytes(program_headers.bytes);

  const auxv: [type: number, value: number][] = [
    [AT.PHDR, headers_at],
    [AT.PHENT, program_headers.size],
    [AT.PHNUM, program_headers.count],
    [AT.PAGESZ, PAGE_SIZE],
    [AT.BASE, 0],
    [AT.FLAGS, 0],
    [AT.ENTRY, program.entry],
    [AT.UID, options.uid ?? 1000],
    [AT.EUID, options.uid ?? 1000],
    [AT.GID, options.gid ?? 1000],
    [AT.EGID, options.gid ?? 1000],
    [AT.HWCAP, options.hwcap ?? 0],
    [AT.HWCAP2, options.hwcap2 ?? 0],
    [AT.CLKTCK, 100],
    [AT.SECURE, 0],
    [AT.RANDOM, random_at],
    [AT.EXECFN, executable_at],
  ];
  if (platform_at !== 0) auxv.push([AT.PLATFORM, platform_at]);
  auxv.push([AT.NULL, 0]);

  const words = [argv.length, ...argv_at, 0, ...env_at, 0, ...auxv.flat()];
  const stack_pointer = Math.floor((top - words.length * 4) / 16) * 16;
  const view = new DataView(new ArrayBuffer(words.length * 4));
  words.forEach((word, n) => view.setUint32(n * 4, word, program.endianness === 'little'));
  memory.write_bytes(stack_pointer, new Uint8Array(view.buffer));
  const argv_pointers = stack_pointer + 4;
  const envp = argv_pointers + 4 * (argv.length + 1);
  return { stack_pointer, argc: argv.length, argv: argv_pointers, envp, auxv: envp + 4 * (env.length + 1) };
}

/** UTF-8, up to a zero byte: no argument can contain one. */
function to_bytes(text: GuestString): Uint8Array {
  const bytes = typeof text === 'string' ? utf8(text) : text;
  const zero = bytes.indexOf(0);
  return zero < 0 ? bytes : bytes.subarray(0, zero);
}
