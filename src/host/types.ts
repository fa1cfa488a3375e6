// What a simulated program can reach of the world, as system calls see it: files below granted directories, three
// standard streams, clocks and randomness. Types only; node.ts and memory.ts implement them.
//
// Paths and file names are byte strings: one character for each byte of the guest's (latin1), so that names which are
// not UTF-8 survive. They are absolute in the guest's namespace, and may hold '.', '..' and symbolic links: resolving
// them without leaving what was granted is the host's business. Every failure is a HostError.

/** A host operation failed. `code` is a POSIX error name such as 'ENOENT'; the system calls turn it into a number. */
export class HostError extends Error {
  constructor(
    readonly code: string,
    message = code,
  ) {
    super(message);
    this.name = 'HostError';
  }
}

/** How a file is opened; what is absent is false. */
export interface OpenFlags {
  read?: boolean;
  write?: boolean;
  append?: boolean;
  create?: boolean;
  exclusive?: boolean;
  truncate?: boolean;
  /** Fail with ENOTDIR unless it is a directory. */
  directory?: boolean;
  /** Fail with ELOOP if the last component is a symbolic link. */
  nofollow?: boolean;
  nonblock?: boolean;
}

/** What stat() tells. Times are nanoseconds since 1970; `mode` holds type and permission bits as Linux encodes them. */
export interface HostStat {
  dev: bigint;
  ino: bigint;
  mode: number;
  nlink: number;
  uid: number;
  gid: number;
  rdev: bigint;
  size: number;
  blksize: number;
  blocks: number;
  atime_ns: bigint;
  mtime_ns: bigint;
  ctime_ns: bigint;
}

/** File types in HostStat.mode. */
export const S_IFMT = 0o170000;
export const S_IFDIR = 0o040000;
export const S_IFCHR = 0o020000;
export const S_IFREG = 0o100000;
export const S_IFLNK = 0o120000;
export const S_IFIFO = 0o010000;

/** An open file. Positions are byte offsets; `null` means where the stream stands. */
export interface HostFile {
  /** Can it be read and written at a position? Not so pipes and terminals. */
  readonly seekable: boolean;
  readonly terminal: boolean;
  /** Reads at least one byte unless at the end, where it returns 0; waits for input where it must. */
  read(into: Uint8Array, position: number | null): number;
  /** Writes all bytes. */
  write(from: Uint8Array, position: number | null): number;
  stat(): HostStat;
  /** Where the stream stands, of a seekable file whose position the host shares with others (standard streams). */
  stream_position?(): number;
  truncate(size: number): void;
  sync(): void;
  set_mode(mode: number): void;
  set_times(atime_ns: bigint, mtime_ns: bigint): void;
  /** Bytes that can be read without waiting, if the host knows. */
  available?(): number | undefined;
  close(): void;
}

/** An entry of a directory; `type` is the file type in HostStat.mode, 0 if unknown. */
export interface DirectoryEntry {
  name: string;
  ino: bigint;
  type: number;
}

/** The granted part of a file system. */
export interface HostFiles {
  /** Directory in which the program starts. */
  readonly start: string;
  open(path: string, flags: OpenFlags, mode: number): HostFile;
  stat(path: string, follow: boolean): HostStat;
  /** The path of an existing file or directory without `.`, `..` and symbolic links. */
  canonical(path: string): string;
  entries(path: string): DirectoryEntry[];
  readlink(path: string): string;
  mkdir(path: string, mode: number): void;
  rmdir(path: string): void;
  unlink(path: string): void;
  rename(from: string, to: string): void;
  link(from: string, to: string): void;
  symlink(target: string, path: string): void;
  set_mode(path: string, mode: number): void;
  set_times(path: string, atime_ns: bigint, mtime_ns: bigint, follow: boolean): void;
}

export interface HostClock {
  /** Nanoseconds since 1970-01-01 UTC. */
  realtime_ns(): bigint;
  /** Nanoseconds since some fixed moment; never goes back. */
  monotonic_ns(): bigint;
  /** Processor time that the simulation has used, microseconds. */
  cpu_us(): { user: number; system: number };
  sleep_ns(duration: bigint): void;
}

export interface Host {
  /** Standard input, output and error. */
  readonly stdio: readonly [HostFile, HostFile, HostFile];
  /** With nothing granted, an empty directory that cannot be written to. */
  readonly files: HostFiles;
  readonly clock: HostClock;
  readonly user: { uid: number; gid: number };
  /** File-mode creation mask that the program starts with. */
  readonly umask: number;
  random(into: Uint8Array): void;
}
