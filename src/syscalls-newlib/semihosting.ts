// ARM semihosting: what `svc 0x123456`, Thumb `svc 0xab` ask for. r0 holds the operation, r1 its argument: mostly the
// address of a block of words. After "Semihosting for AArch32 and AArch64" (ARM-software/abi-aa, semihosting.rst), chapter
// and section names of which are the operations' names. Errors are -1, and SYS_ERRNO then tells newlib's error number,
// since newlib is who asks.

import { HostError, type OpenFlags } from '../host/types.js';
import { R, W } from '../machine/memory.js';
import { MAX_COUNT, OpenFile } from './descriptors.js';
import { bytes_file } from './devices.js';
import { errno_number, Failure, fail } from './errno.js';
import { from_latin1, latin1 } from './guest-data.js';
import { linux_abis } from './linux/abi.js';
import { AT_FDCWD, type Process } from './linux/process.js';
import { quote } from './trace.js';

/** Operation by number. */
const operations: Readonly<Record<number, string>> = {
  1: 'SYS_OPEN',
  2: 'SYS_CLOSE',
  3: 'SYS_WRITEC',
  4: 'SYS_WRITE0',
  5: 'SYS_WRITE',
  6: 'SYS_READ',
  7: 'SYS_READC',
  8: 'SYS_ISERROR',
  9: 'SYS_ISTTY',
  10: 'SYS_SEEK',
  12: 'SYS_FLEN',
  13: 'SYS_TMPNAM',
  14: 'SYS_REMOVE',
  15: 'SYS_RENAME',
  16: 'SYS_CLOCK',
  17: 'SYS_TIME',
  18: 'SYS_SYSTEM',
  19: 'SYS_ERRNO',
  21: 'SYS_GET_CMDLINE',
  22: 'SYS_HEAPINFO',
  24: 'SYS_EXIT',
  32: 'SYS_EXIT_EXTENDED',
  48: 'SYS_ELAPSED',
  49: 'SYS_TICKFREQ',
};

/** Words of each operation's argument block, for the trace. */
const block_words: Readonly<Record<string, number>> = {
  SYS_OPEN: 3,
  SYS_CLOSE: 1,
  SYS_WRITE: 3,
  SYS_READ: 3,
  SYS_ISERROR: 1,
  SYS_ISTTY: 1,
  SYS_SEEK: 2,
  SYS_FLEN: 1,
  SYS_TMPNAM: 3,
  SYS_REMOVE: 2,
  SYS_RENAME: 4,
  SYS_SYSTEM: 2,
  SYS_GET_CMDLINE: 2,
  SYS_EXIT_EXTENDED: 2,
};

/** What a read of `:semihosting-features` yields: magic, then SH_EXT_EXIT_EXTENDED | SH_EXT_STDOUT_STDERR. */
const FEATURES = Uint8Array.of(0x53, 0x48, 0x46, 0x42, 3);

const ADP_STOPPED_APPLICATION_EXIT = 0x20026;

/** Heap that SYS_HEAPINFO offers, if there is room for it. */
const HEAP_SIZE = 256 << 20;
const TICKS_PER_SECOND = 1_000_000_000;

export class Semihosting {
  /** Handles are never zero. */
  private readonly handles: (OpenFile | undefined)[] = [undefined];
  private errno = 0;
  /** What SYS_CLOCK and SYS_ELAPSED count from: the first request, which C libraries make before main(). */
  private readonly started_ns: bigint;

  constructor(
    private readonly p: Process,
    private readonly stack: Readonly<Record<'start' | 'end', number>>,
    private readonly trace?: (line: string) => void,
  ) {
    this.started_ns = p.host.clock.monotonic_ns();
  }

  /** Carries out an operation; returns what r0 becomes. */
  call(operation: number, argument: number): number {
    const { p } = this;
    p.abi = linux_abis['newlib-arm'];
    const name = operations[operation] ?? `semihosting ${operation}`;
    const report = (result: string) => this.trace?.(`${name}(${this.describe(name, argument)}) = ${result}`);
    let result: number;
    try {
      result = this.run(name, argument);
    } catch (error) {
      if (!(error instanceof Failure || error instanceof HostError)) {
        report('?');
        throw error;
      }
      this.errno = errno_number('newlib', error.code);
      report(`-${error.code}`);
      return this.failed(name, argument);
    }
    report(String(result));
    return result;
  }

  /** Result of a failed operation: a read or write has moved nothing of what it should. */
  private failed(name: string, argument: number): number {
    const sized = name === 'SYS_READ' || name === 'SYS_WRITE';
    return sized && this.p.data.memory.allows(argument, 12, R) ? this.word(argument, 2) : -1;
  }
  private word(block: number, n: number): number {
    return this.p.data.get_32(block + 4 * n);
  }
  private string(address: number, length: number): string {
    return latin1(this.p.data.input(address, Math.min(length, 4096)));
  }
  private path(address: number, length: number): string {
    return this.p.absolute(this.string(address, length), AT_FDCWD);
  }
  private file(handle: number): OpenFile {
    return this.handles[handle] ?? fail('EBADF');
  }
  private describe(name: string, argument: number): string {
    try {
      if (name === 'SYS_WRITE0') return quote(this.p.data.c_string(argument));
      if (name === 'SYS_OPEN')
        return `${quote(this.string(this.word(argument, 0), this.word(argument, 2)))}, ${this.word(argument, 1)}`;
      const words = Array.from({ length: block_words[name] ?? 0 }, (_, n) => this.word(argument, n));
      return words.length === 0
        ? `0x${argument.toString(16)}`
        : words.map((word) => `0x${word.toString(16)}`).join(', ');
    } catch {
      return `0x${argument.toString(16)}`;
    }
  }

  private run(name: string, argument: number): number {
    const { p } = this;
    const { host, data } = p;
    const word = (n: number) => this.word(argument, n);
    switch (name) {
      case 'SYS_OPEN':
        return this.open(this.string(word(0), word(2)), word(1));
      case 'SYS_CLOSE': {
        const handle = word(0);
        this.file(handle).release();
        this.handles[handle] = undefined;
        return 0;
      }
      case 'SYS_WRITEC':
        // The debugger's console, which is no file: standard error, as in qemu.
        p.write_from(argument, 1, (from) => p.files.get(2).write(from));
        return 0;
      case 'SYS_WRITE0': {
        const text = from_latin1(data.c_string(argument, MAX_COUNT));
        p.files.get(2).write(text);
        return 0;
      }
      case 'SYS_WRITE': {
        const [file, size] = [this.file(word(0)), word(2)];
        return size - p.write_from(word(1), size, (from) => file.write(from));
      }
      case 'SYS_READ': {
        const [file, size] = [this.file(word(0)), word(2)];
        return size - p.read_into(word(1), size, (into) => file.read(into));
      }
      case 'SYS_READC': {
        const byte = new Uint8Array(1);
        return p.files.get(0).read(byte) === 0 ? -1 : byte[0];
      }
      case 'SYS_ISERROR':
        return (word(0) | 0) < 0 ? 1 : 0;
      case 'SYS_ISTTY':
        return this.file(word(0)).host.terminal ? 1 : 0;
      case 'SYS_SEEK':
        this.file(word(0)).seek(word(1), 0);
        return 0;
      case 'SYS_FLEN': {
        const { host: file } = this.file(word(0));
        if (!file.seekable) fail('EINVAL');
        return file.stat().size;
      }
      case 'SYS_TMPNAM': {
        const path = `/tmp/pydgin-${p.options.process_id}-${(word(1) & 0xff).toString(16).padStart(2, '0')}.tmp`;
        if (path.length + 1 > word(2)) fail('EINVAL');
        data.put_string(word(0), path);
        return 0;
      }
      case 'SYS_REMOVE':
        host.files.unlink(this.path(word(0), word(1)));
        return 0;
      case 'SYS_RENAME':
        host.files.rename(this.path(word(0), word(1)), this.path(word(2), word(3)));
        return 0;
      case 'SYS_CLOCK':
        return Number((host.clock.monotonic_ns() - this.started_ns) / 10_000_000n);
      case 'SYS_TIME':
        return Number(host.clock.realtime_ns() / 1_000_000_000n);
      case 'SYS_SYSTEM':
        return fail('EPERM'); // no commands of the host for guests
      case 'SYS_ERRNO':
        return this.errno;
      case 'SYS_GET_CMDLINE': {
        const line = p.options.arguments.join(' ');
        if (line.length + 1 > word(1)) fail('EINVAL');
        data.put_string(word(0), line);
        data.put_32(argument + 4, line.length);
        return 0;
      }
      case 'SYS_HEAPINFO':
        return this.heap_info(data.get_32(argument));
      // On AArch32 the reason is r1 itself, and there is no status: any reason but the usual one is a failure.
      case 'SYS_EXIT':
        return p.exit(argument === ADP_STOPPED_APPLICATION_EXIT ? 0 : 1);
      case 'SYS_EXIT_EXTENDED':
        return p.exit(word(0) === ADP_STOPPED_APPLICATION_EXIT ? word(1) : 1);
      case 'SYS_ELAPSED':
        data.put_64_words(argument, host.clock.monotonic_ns() - this.started_ns);
        return 0;
      case 'SYS_TICKFREQ':
        return TICKS_PER_SECOND;
      default:
        return fail('ENOSYS');
    }
  }

  /** `mode` 0 to 11 are fopen()'s r rb r+ r+b w wb w+ w+b a ab a+ a+b; `:tt` is a standard stream chosen by it. */
  private open(path: string, mode: number): number {
    const { p } = this;
    if (mode > 11) fail('EINVAL');
    const kind = mode >> 2;
    const update = (mode & 2) !== 0;
    if (path === ':tt') return this.add(p.files.get(kind).share());
    const flags: OpenFlags = {
      read: kind === 0 || update,
      write: kind !== 0 || update,
      create: kind !== 0,
      truncate: kind === 1,
      append: kind === 2,
    };
    if (path === ':semihosting-features') {
      if (flags.write) fail('EACCES');
      return this.add(new OpenFile(bytes_file(FEATURES), flags, path));
    }
    return this.add(p.open_file(p.absolute(path), flags, 0o666));
  }
  private add(file: OpenFile): number {
    const free = this.handles.indexOf(undefined, 1);
    const handle = free < 0 ? this.handles.length : free;
    this.handles[handle] = file;
    return handle;
  }

  /** heap_base, heap_limit, stack_base, stack_limit; the heap is mapped on the way. */
  private heap_info(block: number): number {
    const { space, data } = this.p;
    const base = (space.brk_start + 7) & ~7;
    const limit = Math.min((base >>> 0) + HEAP_SIZE, space.brk_limit);
    data.memory.map(base >>> 0, limit - (base >>> 0), R | W);
    [base, limit, this.stack.end, this.stack.start].forEach((value, n) => {
      data.put_32(block + 4 * n, value);
    });
    return 0;
  }
}
