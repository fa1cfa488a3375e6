// The host as Node.js offers it: real files below granted directories, the process's own standard streams, its clocks.
// All calls are synchronous. Imported at start-up, so it imports nothing but node:fs.

import * as fs from 'node:fs';
import { type Grant, names_towards_grants, type Probe, type Resolved, resolve } from './sandbox.js';
import {
  type DirectoryEntry,
  type Host,
  type HostClock,
  HostError,
  type HostFile,
  type HostFiles,
  type HostStat,
  type OpenFlags,
  S_IFCHR,
  S_IFDIR,
  S_IFMT,
  S_IFREG,
} from './types.js';

export interface NodeHostOptions {
  /**
   * Directories to grant, each `HOST` or `HOST::GUEST` as `--dir` takes them. Without `::GUEST` the guest sees it under
   * its own absolute path. Default: the current directory. Empty: nothing.
   */
  directories?: readonly string[];
  /**
   * Where the guest finds a directory of its own, such as '/tmp', unless that was granted. It is made when the guest first
   * looks there, and removed with all that is in it when this process exits.
   */
  scratch?: string;
  /** Standard input, output and error instead of this process's own; see streams.ts. */
  stdio?: readonly [HostFile, HostFile, HostFile];
}

/** Makes the host for a simulation in this process. A HostError if a granted directory is not one. */
export function node_host(options: NodeHostOptions = {}): Host {
  const { directories } = options;
  const make_files = () => new NodeFiles((directories ?? ['.']).map(parse_grant), options.scratch);
  let stdio = options.stdio;
  // Whoever names directories wants to hear of a wrong one now; the current one is looked at when the guest asks for files.
  let files = directories && make_files();
  return {
    get stdio() {
      return (stdio ??= [new Descriptor(0, true), new Descriptor(1, true), new Descriptor(2, true)]);
    },
    get files() {
      return (files ??= make_files());
    },
    clock: node_clock,
    get umask() {
      return process.umask();
    },
    user: { uid: process.getuid?.() ?? 1000, gid: process.getgid?.() ?? 1000 },
    random: fill_randomly,
  };
}

/** From the system's file where there is one: every program of glibc's asks, and Node's crypto takes 9 ms to load. */
function fill_randomly(into: Uint8Array): void {
  let at = 0;
  try {
    const fd = fs.openSync('/dev/urandom', 'r');
    try {
      for (let read = 1; read > 0 && at < into.length; at += read)
        read = fs.readSync(fd, into, at, into.length - at, null);
    } finally {
      fs.closeSync(fd);
    }
  } catch {
    // There is none here.
  }
  for (; at < into.length; at += 65536)
    crypto.getRandomValues(into.subarray(at, at + 65536) as Uint8Array<ArrayBuffer>);
}

let sleep_cell: Int32Array | undefined;

function sleep_ms(milliseconds: number): void {
  Atomics.wait((sleep_cell ??= new Int32Array(new SharedArrayBuffer(4))), 0, 0, milliseconds);
}

let epoch_ns: bigint | undefined;

const node_clock: HostClock = {
  realtime_ns() {
    // hrtime has the resolution, Date the epoch; a step of the system's clock during the run is not followed.
    const now = process.hrtime.bigint();
    epoch_ns ??= BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n - now;
    return epoch_ns + now;
  },
  monotonic_ns: () => process.hrtime.bigint(),
  cpu_us: () => process.cpuUsage(),
  sleep_ns(duration) {
    const end = process.hrtime.bigint() + duration;
    for (let left = duration; left > 0n; left = end - process.hrtime.bigint())
      sleep_ms(Math.min(Number(left) / 1e6, 1e6));
  },
};

/** Permissions that a guest may give: never set-user-id or set-group-id. */
const SAFE_MODE = 0o1777;

/** A byte string as the file system wants it. */
function bytes(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}

function attempt<T>(operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    throw as_host_error(error);
  }
}

function as_host_error(error: unknown): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  return typeof code === 'string' && syscall !== undefined ? new HostError(code, message) : error;
}

function to_stat(stat: fs.BigIntStats): HostStat {
  return {
    dev: stat.dev,
    ino: stat.ino,
    mode: Number(stat.mode),
    nlink: Number(stat.nlink),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    rdev: stat.rdev,
    size: Number(stat.size),
    blksize: Number(stat.blksize),
    blocks: Number(stat.blocks),
    atime_ns: stat.atimeNs,
    mtime_ns: stat.mtimeNs,
    ctime_ns: stat.ctimeNs,
  };
}

/** An open descriptor of this process. Standard streams stay open when the guest closes them. */
export class Descriptor implements HostFile {
  private type: number | undefined;
  private is_terminal: boolean | undefined;

  constructor(
    private readonly fd: number,
    private readonly standard = false,
    private readonly nonblock = false,
  ) {}

  private get file_type(): number {
    try {
      this.type ??= fs.fstatSync(this.fd).mode & S_IFMT;
    } catch {
      this.type = 0; // closed by whoever started us
    }
    return this.type;
  }
  get seekable(): boolean {
    return this.file_type === S_IFREG || this.file_type === S_IFDIR;
  }
  /** Linux's /dev/null and the like, where it costs nothing to know it. */
  private get memory_device(): boolean {
    return process.platform === 'linux' && fs.fstatSync(this.fd).rdev >>> 8 === 1;
  }
  get terminal(): boolean {
    // node:tty is not imported before a character device asks for it: it costs milliseconds.
    this.is_terminal ??=
      this.file_type === S_IFCHR && !this.memory_device && process.getBuiltinModule('node:tty').isatty(this.fd);
    return this.is_terminal;
  }

  /** Retries what a non-blocking descriptor (a terminal or pipe that someone else set so) refuses for now. */
  private patiently(operation: () => number): number {
    for (let wait = 1; ; wait = Math.min(wait * 2, 20)) {
      try {
        return operation();
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EOF') return 0;
        if (code === 'EAGAIN' && !this.nonblock) sleep_ms(wait);
        else if (code !== 'EINTR') throw as_host_error(error);
      }
    }
  }
  read(into: Uint8Array, position: number | null): number {
    return this.patiently(() => fs.readSync(this.fd, into, 0, into.length, position));
  }
  write(from: Uint8Array, position: number | null): number {
    let done = 0;
    while (done < from.length) {
      try {
        const at = position === null ? null : position + done;
        done += this.patiently(() => fs.writeSync(this.fd, from, done, from.length - done, at));
      } catch (error) {
        if (done > 0) break;
        throw error;
      }
    }
    return done;
  }
  stat(): HostStat {
    return attempt(() => to_stat(fs.fstatSync(this.fd, { bigint: true })));
  }
  stream_position(): number {
    try {
      return Number(/^pos:\s*(\d+)/m.exec(fs.readFileSync(`/proc/self/fdinfo/${this.fd}`, 'latin1'))?.[1] ?? 0);
    } catch {
      return 0;
    }
  }
  truncate(size: number): void {
    attempt(() => fs.ftruncateSync(this.fd, size));
  }
  sync(): void {
    attempt(() => fs.fsyncSync(this.fd));
  }
  set_mode(mode: number): void {
    attempt(() => fs.fchmodSync(this.fd, mode & SAFE_MODE));
  }
  set_times(atime_ns: bigint, mtime_ns: bigint): void {
    attempt(() => fs.futimesSync(this.fd, Number(atime_ns) / 1e9, Number(mtime_ns) / 1e9));
  }
  close(): void {
    if (!this.standard) attempt(() => fs.closeSync(this.fd));
  }
}

/** Reads one `--dir` value. */
function parse_grant(value: string): Grant {
  const split = value.indexOf('::');
  const directory = split < 0 ? value : value.slice(0, split);
  let host: string;
  try {
    host = fs.realpathSync(directory, { encoding: 'buffer' }).toString('latin1');
    if (!fs.statSync(directory).isDirectory()) throw new HostError('ENOTDIR', 'not a directory');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new HostError(reason, `--dir ${value}: cannot grant ${directory}: ${reason}`);
  }
  const guest = split < 0 ? host : Buffer.from(value.slice(split + 2), 'utf8').toString('latin1');
  if (split >= 0 && !guest.startsWith('/'))
    throw new HostError(
      'EINVAL',
      `--dir ${value}: the guest's name for it must be absolute, such as ${directory}::/data`,
    );
  const names = guest.split('/').filter((name) => name !== '' && name !== '.');
  if (names.includes('..')) throw new HostError('EINVAL', `--dir ${value}: '..' in the guest's name`);
  return { guest: names.map((name) => `/${name}`).join(''), host: host === '/' ? '' : host };
}

/** A grant whose directory on the host is made when it is first asked for. */
class Scratch implements Grant {
  private made: string | undefined;
  constructor(readonly guest: string) {}

  get host(): string {
    if (this.made !== undefined) return this.made;
    const { tmpdir } = process.getBuiltinModule('node:os');
    const made = attempt(() => fs.mkdtempSync(`${fs.realpathSync(tmpdir())}/pydgin-ts-`, { encoding: 'buffer' }));
    process.once('exit', () => {
      try {
        fs.rmSync(made, { recursive: true, force: true });
      } catch {
        // The guest has made a directory that even its owner cannot empty.
      }
    });
    this.made = made.toString('latin1');
    return this.made;
  }
}

const host_probe: Probe = {
  kind(path) {
    const stat = attempt_stat(path);
    return stat === undefined ? 'absent' : stat.isDirectory() ? 'directory' : stat.isSymbolicLink() ? 'link' : 'other';
  },
  readlink: (path) => attempt(() => fs.readlinkSync(bytes(path), { encoding: 'buffer' }).toString('latin1')),
};

function attempt_stat(path: string): fs.Stats | undefined {
  try {
    return fs.lstatSync(bytes(path), { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw as_host_error(error);
  }
}

/** Real files below the grants, and the directories above them, which hold nothing else. */
class NodeFiles implements HostFiles {
  readonly start: string;
  /** A scratch directory stands last: most questions are answered before it has to be made. */
  private readonly grants: readonly Grant[];

  constructor(grants: readonly Grant[], scratch?: string) {
    const is_granted = grants.some(({ guest }) => guest === '' || guest === scratch);
    this.grants = scratch === undefined || is_granted ? grants : [...grants, new Scratch(scratch)];
    const here = fs.realpathSync('.', { encoding: 'buffer' }).toString('latin1');
    if (grants.length === 0) {
      this.start = '/';
      return;
    }
    const holder = grants.find(({ host }) => here === host || here.startsWith(`${host}/`)) ?? grants[0];
    const below = here === holder.host || here.startsWith(`${holder.host}/`) ? here.slice(holder.host.length) : '';
    this.start = holder.guest + (below === '/' ? '' : below) || '/';
  }

  private find(path: string, follow: boolean): Resolved {
    return resolve(path, follow, this.grants, host_probe);
  }
  private existing(path: string, follow: boolean): Resolved {
    const found = this.find(path, follow);
    if (found.kind === 'absent') throw new HostError('ENOENT');
    return found;
  }
  /** Host path of something that is to be changed: never a granted directory itself, nor one above. */
  private changeable(path: string, follow = false): { host: Buffer; found: Resolved } {
    const found = this.find(path, follow);
    if (found.host === undefined) throw new HostError(found.kind === 'absent' ? 'EACCES' : 'EBUSY');
    if (found.root) throw new HostError('EBUSY');
    return { host: bytes(found.host), found };
  }

  open(path: string, flags: OpenFlags, mode: number): HostFile {
    const exclusive = flags.create && flags.exclusive;
    const found = this.find(path, !(flags.nofollow || exclusive));
    if (found.kind === 'link') throw new HostError(exclusive ? 'EEXIST' : 'ELOOP');
    if (found.kind === 'absent') {
      if (!flags.create) throw new HostError('ENOENT');
      if (path.endsWith('/')) throw new HostError('EISDIR');
      if (found.host === undefined) throw new HostError('EACCES');
    } else if (exclusive) throw new HostError('EEXIST');
    else if (found.kind === 'directory' && (flags.write || flags.create)) throw new HostError('EISDIR');
    else if (flags.directory && found.kind !== 'directory') throw new HostError('ENOTDIR');
    if (found.host === undefined) return new PassageDirectory();
    const { O_RDONLY, O_WRONLY, O_RDWR, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } = fs.constants;
    const bits =
      (flags.write ? (flags.read ? O_RDWR : O_WRONLY) : O_RDONLY) |
      (flags.append ? O_APPEND : 0) |
      (flags.create ? O_CREAT : 0) |
      (exclusive ? O_EXCL : 0) |
      (flags.nonblock ? O_NONBLOCK : 0) |
      O_NOFOLLOW |
      O_NOCTTY;
    const host = found.host;
    const fd = attempt(() => with_exact_mode(() => fs.openSync(bytes(host), bits, mode & SAFE_MODE)));
    try {
      this.check_opened(fd, host);
      // Only now: had a directory on the way been replaced by a link since we looked, nothing was lost.
      if (flags.truncate && flags.write && found.kind !== 'absent') {
        if (fs.fstatSync(fd).isFile()) fs.ftruncateSync(fd, 0);
      }
    } catch (error) {
      fs.closeSync(fd);
      throw as_host_error(error);
    }
    return new Descriptor(fd, false, flags.nonblock);
  }
  /** Where /proc tells what was opened, it must lie in a grant still. */
  private check_opened(fd: number, expected: string): void {
    let opened: string;
    try {
      opened = fs.readlinkSync(`/proc/self/fd/${fd}`, { encoding: 'buffer' }).toString('latin1');
    } catch {
      return;
    }
    if (opened === expected || !opened.startsWith('/')) return;
    if (!this.grants.some(({ host }) => opened.startsWith(`${host}/`))) throw new HostError('EACCES');
  }

  stat(path: string, follow: boolean): HostStat {
    const { host } = this.existing(path, follow);
    if (host === undefined) return passage_stat();
    return attempt(() => to_stat(fs.lstatSync(bytes(host), { bigint: true })));
  }
  canonical(path: string): string {
    return this.existing(path, true).guest || '/';
  }
  entries(path: string): DirectoryEntry[] {
    const { host, guest, kind } = this.existing(path, true);
    if (kind !== 'directory') throw new HostError('ENOTDIR');
    const names = new Map<string, DirectoryEntry>();
    for (const name of names_towards_grants(guest, this.grants)) names.set(name, { name, ino: 1n, type: S_IFDIR });
    if (host !== undefined) {
      for (const entry of attempt(() => fs.readdirSync(bytes(host), { encoding: 'buffer' }))) {
        const name = entry.toString('latin1');
        const stat = fs.lstatSync(bytes(`${host}/${name}`), { bigint: true, throwIfNoEntry: false });
        if (stat) names.set(name, { name, ino: stat.ino, type: Number(stat.mode) & S_IFMT });
      }
    }
    return [...names.values()];
  }
  readlink(path: string): string {
    const found = this.existing(path, false);
    if (found.kind !== 'link') throw new HostError('EINVAL');
    return host_probe.readlink(found.host!);
  }
  mkdir(path: string, mode: number): void {
    const found = this.find(path, false);
    if (found.kind !== 'absent') throw new HostError('EEXIST');
    const { host } = this.changeable(path);
    attempt(() => with_exact_mode(() => fs.mkdirSync(host, mode & SAFE_MODE)));
  }
  rmdir(path: string): void {
    const { host, found } = this.changeable(path);
    if (found.dotted) throw new HostError(path.endsWith('..') ? 'ENOTEMPTY' : 'EINVAL');
    if (found.kind === 'link' || found.kind === 'other') throw new HostError('ENOTDIR');
    attempt(() => fs.rmdirSync(host));
  }
  unlink(path: string): void {
    const { host, found } = this.changeable(path);
    if (found.kind === 'directory') throw new HostError('EISDIR');
    attempt(() => fs.unlinkSync(host));
  }
  rename(from: string, to: string): void {
    const source = this.changeable(from);
    if (source.found.kind === 'absent') throw new HostError('ENOENT');
    const target = this.changeable(to);
    if (source.found.dotted || target.found.dotted) throw new HostError('EBUSY');
    if (to.endsWith('/') && source.found.kind !== 'directory') throw new HostError('ENOTDIR');
    attempt(() => fs.renameSync(source.host, target.host));
  }
  link(from: string, to: string): void {
    const source = this.changeable(from);
    if (source.found.kind === 'absent') throw new HostError('ENOENT');
    if (source.found.kind === 'directory') throw new HostError('EPERM');
    const target = this.changeable(to);
    attempt(() => fs.linkSync(source.host, target.host));
  }
  symlink(target: string, path: string): void {
    if (target === '') throw new HostError('ENOENT');
    if (this.find(path, false).kind !== 'absent') throw new HostError('EEXIST');
    const { host } = this.changeable(path);
    attempt(() => fs.symlinkSync(bytes(target), host));
  }
  set_mode(path: string, mode: number): void {
    const { host } = this.changeable_file(path, true);
    attempt(() => fs.chmodSync(host, mode & SAFE_MODE));
  }
  set_times(path: string, atime_ns: bigint, mtime_ns: bigint, follow: boolean): void {
    const { host } = this.changeable_file(path, follow);
    attempt(() => fs.lutimesSync(host, Number(atime_ns) / 1e9, Number(mtime_ns) / 1e9));
  }
  private changeable_file(path: string, follow: boolean): { host: Buffer } {
    const found = this.existing(path, follow);
    if (found.host === undefined) throw new HostError('EACCES');
    return { host: bytes(found.host) };
  }
}

/** The guest's umask is applied to `mode` already; the process's own must not cut it again. */
function with_exact_mode<T>(operation: () => T): T {
  let before: number;
  try {
    before = process.umask(0);
  } catch {
    return operation(); // in a worker thread the umask cannot be changed
  }
  try {
    return operation();
  } finally {
    process.umask(before);
  }
}

function passage_stat(): HostStat {
  return {
    dev: 0n,
    ino: 1n,
    mode: S_IFDIR | 0o555,
    nlink: 2,
    uid: 0,
    gid: 0,
    rdev: 0n,
    size: 0,
    blksize: 4096,
    blocks: 0,
    atime_ns: 0n,
    mtime_ns: 0n,
    ctime_ns: 0n,
  };
}

/** An open directory that is only the way down to a grant. */
class PassageDirectory implements HostFile {
  readonly seekable = true;
  readonly terminal = false;
  read(): number {
    throw new HostError('EISDIR');
  }
  write(): number {
    throw new HostError('EBADF');
  }
  stat(): HostStat {
    return passage_stat();
  }
  truncate(): void {
    throw new HostError('EINVAL');
  }
  sync(): void {}
  set_mode(): void {
    throw new HostError('EACCES');
  }
  set_times(): void {
    throw new HostError('EACCES');
  }
  close(): void {}
}
