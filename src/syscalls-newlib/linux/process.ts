// The state of one simulated Linux process, and the helpers that its system calls share: descriptors, working directory,
// memory, signals. The calls themselves are in calls-*.ts.

import type { Host, HostFile, HostStat, OpenFlags } from '../../host/types.js';
import { GuestExit, GuestFault } from '../../machine/fault.js';
import { R, W } from '../../machine/memory.js';
import type { AddressSpace } from '../address-space.js';
import { Descriptors, MAX_COUNT, OpenFile } from '../descriptors.js';
import { bytes_file, device } from '../devices.js';
import { fail } from '../errno.js';
import { from_latin1, type GuestData, layout_of } from '../guest-data.js';
import type { LinuxAbi } from './abi.js';
import type { Interrupted } from './signal-frames.js';
import { Signals } from './signals.js';

export const AT_FDCWD = -100;

/** A file that is mapped MAP_SHARED and writable: its bytes go back at msync, munmap and exit. */
export interface SharedMapping {
  address: number;
  size: number;
  file: OpenFile;
  offset: number;
}

/** What a call may need beyond memory and files; the simulator provides it. */
export interface Machine {
  /** Value of the stack pointer. */
  stack_pointer(): number;
  set_thread_pointer(value: number): void;
  thread_pointer(): number;
  /** [start, end) was written: decoded or compiled code there is stale. */
  code_written(start: number, end: number): void;
  write_register(name: string, value: number): void;
  /** A register by its number in instructions. */
  general_register(n: number): number;
  set_general_register(n: number, value: number): void;
  /** ARM's status register, as far as it is declared: N, Z, C, V, Q and T. */
  processor_status(): number;
  set_processor_status(value: number): void;
  /** All declared state but the program counter. */
  save_state(): Uint32Array;
  restore_state(saved: Uint32Array): void;
  /** Where execution goes on after this call. */
  next_pc(): number;
  jump(entry: number): void;
}

export interface ProcessOptions {
  /** Path of the program as the guest may ask for it (/proc/self/exe). */
  executable: string;
  arguments: readonly string[];
  process_id: number;
}

/** Signature of an implemented call: arguments for the trace, and what it does. undefined: leave the result alone. */
export type Call = readonly [
  signature: string,
  run: (p: Process, a: number, b: number, c: number, d: number, e: number, f: number) => number | undefined,
];
export type Calls = Readonly<Record<string, Call>>;

/** Standard input is read, the others are written; a terminal can be both. Whether it is one, is looked up when it matters. */
function stream_flags(stream: HostFile, fd: number): OpenFlags {
  return {
    get read() {
      return fd === 0 || stream.terminal;
    },
    get write() {
      return fd !== 0 || stream.terminal;
    },
  };
}

export class Process {
  /** Dialect of the call that is being served. */
  abi!: LinuxAbi;
  readonly files = new Descriptors();
  readonly signals = new Signals();
  readonly shared: SharedMapping[] = [];
  /** PR_SET_NAME. */
  name: string;
  /** Handlers that run, outermost first. */
  readonly interrupted: Interrupted[] = [];
  /** Address of the code that handlers return to; 0 until one needs it. */
  trampoline = 0;
  private own_cwd: string | undefined;
  private own_umask: number | undefined;

  constructor(
    readonly host: Host,
    readonly data: GuestData,
    readonly space: AddressSpace,
    readonly machine: Machine,
    readonly options: ProcessOptions,
  ) {
    this.name = (options.arguments[0] ?? 'guest').split('/').at(-1)!.slice(0, 15);
    const names = ['[stdin]', '[stdout]', '[stderr]'];
    for (const [n, stream] of host.stdio.entries())
      this.files.add(new OpenFile(stream, stream_flags(stream, n), names[n], null));
  }

  // What few programs want to know: the host is asked when one does, since looking at folders takes longer than saying hello.

  get cwd(): string {
    return (this.own_cwd ??= this.host.files.start);
  }
  set cwd(path: string) {
    this.own_cwd = path;
  }
  get umask(): number {
    return (this.own_umask ??= this.host.umask);
  }
  set umask(mask: number) {
    this.own_umask = mask;
  }
  /** Absolute path of the program's file, for /proc/self/exe. */
  get executable(): string {
    const { executable } = this.options;
    return executable.startsWith('/') ? executable : `${this.host.files.start}/${executable}`;
  }

  // Ends of the process

  exit(status: number): never {
    this.write_back(0, 0x1_0000_0000);
    this.files.close_all();
    throw new GuestExit(status & 0xff);
  }
  /** Ends as by a signal that nobody handles. */
  die(signal: number): never {
    this.write_back(0, 0x1_0000_0000);
    throw new GuestExit(128 + signal);
  }
  /** The call would wait for something that only this process, which is waiting, could do. */
  deadlock(what: string): never {
    throw new GuestFault('SIGABRT', `the program waits forever: ${what}, and it has no other thread or process`);
  }

  // Paths

  /** Absolute path in the guest's namespace, not yet resolved. `fd` is a directory's descriptor or AT_FDCWD. */
  absolute(path: string, fd = AT_FDCWD): string {
    if (path.startsWith('/')) return path;
    if (path === '') fail('ENOENT');
    if (fd === AT_FDCWD) return `${this.cwd}/${path}`;
    const directory = this.files.get(fd);
    if (!directory.is_directory) fail('ENOTDIR');
    return `${directory.path}/${path}`;
  }
  path_at(fd: number, address: number): string {
    const path = this.data.c_string(address);
    return this.absolute(
      path,
      (fd | 0) === AT_FDCWD || (this.abi.errno === 'newlib' && (fd | 0) === -2) ? AT_FDCWD : fd,
    );
  }

  /** Opens by absolute path: devices first, then the host. */
  open_file(path: string, flags: OpenFlags, mode: number): OpenFile {
    const stream = this.stream_named(path);
    if (stream) return stream.share();
    const special = this.special_file(path);
    if (special) return new OpenFile(special, flags, path);
    const { files } = this.host;
    const file = new OpenFile(files.open(this.alias(path), flags, mode & 0o7777 & ~this.umask), flags, path);
    return file.is_directory ? new OpenFile(file.host, flags, files.canonical(path)) : file;
  }
  stat_path(path: string, follow: boolean): HostStat {
    const special = this.stream_named(path)?.host ?? this.special_file(path);
    return special ? special.stat() : this.host.files.stat(this.alias(path), follow);
  }
  private stream_named(path: string): OpenFile | undefined {
    if (!path.startsWith('/dev/')) return undefined;
    const standard = ['/dev/stdin', '/dev/stdout', '/dev/stderr'].indexOf(path);
    if (standard >= 0) return this.files.get(standard);
    return /^\/dev\/fd\/\d+$/.test(path) ? this.files.get(Number(path.slice(8))) : undefined;
  }
  private special_file(path: string): HostFile | undefined {
    if (path.startsWith('/dev/')) return device(path.slice(5), (into) => this.host.random(into));
    if (path !== '/proc/self/cmdline') return undefined;
    return bytes_file(from_latin1(this.options.arguments.map((argument) => `${argument}\0`).join('')));
  }
  private alias(path: string): string {
    return path === '/proc/self/exe' ? this.executable : path;
  }

  // Data

  /** Reads into guest memory; stops where the guest's memory does. */
  read_into(address: number, size: number, read: (into: Uint8Array) => number): number {
    return this.data.receive(address, this.data.prefix(address, Math.min(size, MAX_COUNT), W), read);
  }
  write_from(address: number, size: number, write: (from: Uint8Array) => number): number {
    try {
      return write(this.data.input(address, this.data.prefix(address, Math.min(size, MAX_COUNT), R)));
    } catch (error) {
      if ((error as { code?: unknown }).code === 'EPIPE') this.signals.raise_named(this, 'PIPE');
      throw error;
    }
  }
  /** The pairs of an iovec array. */
  vectors(address: number, count: number): { address: number; size: number }[] {
    if (count > 1024) fail('EINVAL');
    const vectors = [];
    for (let n = 0; n < count; n++)
      vectors.push({ address: this.data.get_32(address + 8 * n), size: this.data.get_32(address + 8 * n + 4) });
    return vectors;
  }
  /** A 64-bit argument in two registers, as a signed number; EINVAL beyond 2^53. */
  pair(first: number, second: number): number {
    const [low, high] = this.data.little ? [first, second] : [second, first];
    return this.wide(high, low);
  }
  wide(high: number, low: number): number {
    const value = (high | 0) * 0x1_0000_0000 + (low >>> 0);
    return Number.isSafeInteger(value) ? value : fail('EINVAL');
  }

  /** Nanoseconds in a timespec of the dialect, or in the 64-bit one. EINVAL if it is not normalised. */
  get_timespec(address: number, wide: boolean): bigint {
    const { sec, nsec } = this.data.get_struct(address, layout_of(wide ? 'sec:8 nsec:8' : this.abi.timespec, 8));
    const seconds = wide || this.abi.timespec.startsWith('sec:8') ? sec : sec | 0;
    const nanoseconds = wide ? nsec % 0x1_0000_0000 : nsec;
    if (seconds < 0 || nanoseconds < 0 || nanoseconds > 999_999_999) fail('EINVAL');
    return BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
  }
  put_timespec(address: number, time_ns: bigint, wide: boolean): void {
    const layout = layout_of(wide ? 'sec:8 nsec:8' : this.abi.timespec, 8);
    this.data.put_struct(address, layout, { sec: time_ns / 1_000_000_000n, nsec: time_ns % 1_000_000_000n });
  }
  get_timeval(address: number): bigint {
    const { sec, usec } = this.data.get_struct(address, layout_of(this.abi.timeval, 8));
    if (usec > 999_999) fail('EINVAL');
    return BigInt(sec) * 1_000_000_000n + BigInt(usec) * 1000n;
  }
  put_timeval(address: number, time_ns: bigint): void {
    const values = { sec: time_ns / 1_000_000_000n, usec: (time_ns % 1_000_000_000n) / 1000n };
    this.data.put_struct(address, layout_of(this.abi.timeval, 8), values);
  }
  get timeval_size(): number {
    return layout_of(this.abi.timeval, 8).size;
  }

  /** Writes writable shared mappings in [start, end) back to their files. */
  write_back(start: number, end: number): void {
    for (const { address, size, file, offset } of this.shared) {
      const from = Math.max(start, address);
      const length = Math.min(end, address + size, address + Math.max(0, file.host.stat().size - offset)) - from;
      if (length > 0) file.host.write(this.data.memory.read_bytes(from, length), offset + (from - address));
    }
  }
}
