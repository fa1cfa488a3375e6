// System calls on open files: open, read, write, seek, duplicate, control, wait for input.

import { type DirectoryEntry, type HostStat, type OpenFlags, S_IFDIR } from '../../host/types.js';
import { OpenFile } from '../descriptors.js';
import { pipe as make_pipe } from '../devices.js';
import { fail } from '../errno.js';
import { layout_of } from '../guest-data.js';
import { AT_FDCWD, type Calls, type Process } from './process.js';

const AT_EMPTY_PATH = 0x1000;
const AT_SYMLINK_NOFOLLOW = 0x100;

/** Decodes open flags of the running call's dialect. */
function open_flags(p: Process, flags: number): OpenFlags & { cloexec: boolean } {
  const { open } = p.abi;
  const access = flags & 3;
  if (open.tmpfile !== 0 && (flags & open.tmpfile) === open.tmpfile) fail('EOPNOTSUPP');
  const path_only = open.path !== 0 && (flags & open.path) !== 0;
  return {
    read: !path_only && access !== 1,
    write: !path_only && (access === 1 || access === 2),
    append: (flags & open.append) !== 0,
    create: !path_only && (flags & open.create) !== 0,
    exclusive: (flags & open.exclusive) !== 0,
    truncate: !path_only && (flags & open.truncate) !== 0,
    directory: (flags & open.directory) !== 0,
    nofollow: (flags & open.nofollow) !== 0,
    nonblock: (flags & open.nonblock) !== 0,
    cloexec: (flags & open.cloexec) !== 0,
  };
}

function status_flags(p: Process, { flags }: OpenFile): number {
  const { open } = p.abi;
  return (
    (flags.write ? (flags.read ? 2 : 1) : 0) |
    (flags.append ? open.append : 0) |
    (flags.nonblock ? open.nonblock : 0) |
    (flags.directory ? open.directory : 0)
  );
}

function open(p: Process, path: string, flags: number, mode: number): number {
  const decoded = open_flags(p, flags);
  return p.files.add(p.open_file(path, decoded, mode), decoded.cloexec);
}

/** Writes a stat structure; `wide` is stat64. */
export function put_stat(p: Process, address: number, stat: HostStat, wide: boolean): number {
  if (!wide && stat.size > 0x7fffffff) fail('EOVERFLOW');
  const seconds = (time_ns: bigint) => time_ns / 1_000_000_000n;
  const values = {
    ...stat,
    ino32: stat.ino,
    atime: seconds(stat.atime_ns),
    atime_nsec: stat.atime_ns % 1_000_000_000n,
    mtime: seconds(stat.mtime_ns),
    mtime_nsec: stat.mtime_ns % 1_000_000_000n,
    ctime: seconds(stat.ctime_ns),
    ctime_nsec: stat.ctime_ns % 1_000_000_000n,
  };
  p.data.put_struct(address, layout_of(wide ? p.abi.stat64 : p.abi.stat, p.abi.max_align), values);
  return 0;
}

/** Stat of a path at a directory, or of the descriptor itself with AT_EMPTY_PATH. */
function stat_at(p: Process, fd: number, address: number, flags: number): HostStat {
  const path = p.data.c_string(address);
  if (path === '' && (flags & AT_EMPTY_PATH) !== 0)
    return (fd | 0) === AT_FDCWD ? p.stat_path(p.cwd, true) : p.files.get(fd).host.stat();
  return p.stat_path(p.path_at(fd, address), (flags & AT_SYMLINK_NOFOLLOW) === 0);
}

const statx_layout =
  'mask:4 blksize:4 attributes:8 nlink:4 uid:4 gid:4 mode:2 pad:2 ino:8 size:8 blocks:8 attributes_mask:8 ' +
  'atime:8 atime_nsec:4 pad:4 btime:8 btime_nsec:4 pad:4 ctime:8 ctime_nsec:4 pad:4 mtime:8 mtime_nsec:4 pad:4 ' +
  'rdev_major:4 rdev_minor:4 dev_major:4 dev_minor:4 mnt_id:8 pad:104';

function put_statx(p: Process, address: number, stat: HostStat): void {
  const major = (dev: bigint) => ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xfffff000n);
  const minor = (dev: bigint) => (dev & 0xffn) | ((dev >> 12n) & 0xffffff00n);
  const values: Record<string, number | bigint> = { ...stat, mask: 0x7ff };
  const { atime_ns: atime, mtime_ns: mtime, ctime_ns: ctime } = stat;
  // The host does not tell when a file was made; its last change of state is the nearest.
  for (const [name, time_ns] of Object.entries({ atime, mtime, ctime, btime: ctime })) {
    values[name] = time_ns / 1_000_000_000n;
    values[`${name}_nsec`] = time_ns % 1_000_000_000n;
  }
  for (const name of ['dev', 'rdev'] as const) {
    values[`${name}_major`] = major(stat[name]);
    values[`${name}_minor`] = minor(stat[name]);
  }
  p.data.put_struct(address, layout_of(statx_layout, 8), values);
}

/** Reads or writes a list of buffers, at a position or at the file's own; stops at the first that is not filled. */
function transfer(vectors: { address: number; size: number }[], part: (a: number, n: number) => number) {
  let total = 0;
  for (const { address, size } of vectors) {
    if (size === 0) continue;
    let count: number;
    try {
      count = part(address, size);
    } catch (error) {
      if (total > 0) break;
      throw error;
    }
    total += count;
    if (count < size) break;
  }
  return total;
}

function readv(p: Process, fd: number, address: number, count: number, position: number | null): number {
  const file = p.files.get(fd);
  let at = position;
  return transfer(p.vectors(address, count), (start, size) =>
    p.read_into(start, size, (into) => {
      const done = at === null ? file.read(into) : file.read_at(into, at);
      if (at !== null) at += done;
      return done;
    }),
  );
}

function writev(p: Process, fd: number, address: number, count: number, position: number | null): number {
  const file = p.files.get(fd);
  let at = position;
  return transfer(p.vectors(address, count), (start, size) =>
    p.write_from(start, size, (from) => {
      const done = at === null ? file.write(from) : file.write_at(from, at);
      if (at !== null) at += done;
      return done;
    }),
  );
}

function seekable_at(file: OpenFile, position: number): OpenFile {
  if (!file.host.seekable) fail('ESPIPE');
  if (position < 0) fail('EINVAL');
  return file;
}

function make_pipe_pair(p: Process, address: number, flags: number): number {
  const { reader, writer } = make_pipe();
  const nonblock = (flags & p.abi.open.nonblock) !== 0;
  const close_on_exec = (flags & p.abi.open.cloexec) !== 0;
  const input = p.files.add(new OpenFile(reader, { read: true, nonblock }, '[pipe]'), close_on_exec);
  const output = p.files.add(new OpenFile(writer, { write: true, nonblock }, '[pipe]'), close_on_exec);
  if (p.abi.name === 'linux-mips-o32' && flags === -1) {
    p.machine.write_register('v1', output); // pipe() of o32 returns both in registers
    return input;
  }
  p.data.put_32(address, input);
  p.data.put_32(address + 4, output);
  return 0;
}

function duplicate(p: Process, fd: number, to: number, close_on_exec: boolean): number {
  const file = p.files.get(fd);
  if (to === fd) return to;
  if (to >= p.files.limit) fail('EBADF');
  p.files.set(to, file.share(), close_on_exec);
  return to;
}

function fcntl(p: Process, fd: number, command: number, argument: number): number {
  const slot = p.files.slot(fd);
  const { fcntl: numbers, open } = p.abi;
  if (command === 0 || command === numbers.dupfd_cloexec) {
    if (argument >= p.files.limit) fail('EINVAL');
    return p.files.add(slot.file.share(), command !== 0, argument);
  }
  if (command === 1) return slot.close_on_exec ? 1 : 0;
  if (command === 2) {
    slot.close_on_exec = (argument & 1) !== 0;
    return 0;
  }
  if (command === 3) return status_flags(p, slot.file);
  if (command === 4) {
    slot.file.flags.append = (argument & open.append) !== 0;
    slot.file.flags.nonblock = (argument & open.nonblock) !== 0;
    return 0;
  }
  // Nobody else holds a lock: a query finds it free (F_UNLCK, 2), setting one succeeds.
  if (command === numbers.getlk || command === numbers.getlk64) {
    p.data.put_bytes(argument, p.data.little ? Uint8Array.of(2, 0) : Uint8Array.of(0, 2));
    return 0;
  }
  if (command === numbers.setlk || command === numbers.setlkw) return 0;
  if (command === numbers.getlk64 + 1 || command === numbers.getlk64 + 2) return 0;
  return fail('EINVAL');
}

function ioctl(p: Process, fd: number, request: number, argument: number): number {
  const slot = p.files.slot(fd);
  const { host } = slot.file;
  const { ioctl: numbers, termios_chars } = p.abi;
  if (request === numbers.fionbio) {
    slot.file.flags.nonblock = p.data.get_32(argument) !== 0;
    return 0;
  }
  if (request === numbers.fioclex || request === (numbers.fioclex ^ 1) || request === 0x6602) {
    slot.close_on_exec = request === numbers.fioclex;
    return 0;
  }
  if (request === numbers.fionread) {
    const { position } = slot.file;
    const waiting = position !== null ? Math.max(0, host.stat().size - position) : host.available?.();
    if (waiting === undefined) fail('EINVAL');
    p.data.put_32(argument, waiting!);
    return 0;
  }
  if (!host.terminal) fail('ENOTTY');
  if (request === numbers.tcgets) {
    // A terminal in its usual state: ICRNL|IXON, OPOST|ONLCR, B38400|CS8|CREAD, and in lflag
    // ISIG|ICANON|ECHO|ECHOE|ECHOK|ECHOCTL|ECHOKE and IEXTEN, which alone differs between ARM and MIPS.
    const lflag = 0xa3b | (p.abi.name === 'linux-mips-o32' ? 0x100 : 0x8000);
    const layout = layout_of('iflag:4 oflag:4 cflag:4 lflag:4 line:1', 4);
    p.data.put_struct(argument, layout, { iflag: 0x500, oflag: 5, cflag: 0xbf, lflag });
    const characters = new Uint8Array(termios_chars);
    characters.set([3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26]);
    p.data.put_bytes(argument + 17, characters);
    return 0;
  }
  if (request >= numbers.tcsets && request <= numbers.tcsets + 2) return 0;
  if (request === numbers.winsize) {
    p.data.put_struct(argument, layout_of('rows:2 columns:2 x:2 y:2', 2), { rows: 24, columns: 80 });
    return 0;
  }
  if (request === numbers.pgrp) {
    p.data.put_32(argument, p.options.process_id);
    return 0;
  }
  return fail('ENOTTY');
}

const type_of_entry = (mode: number) => mode >>> 12;

/** Fills a buffer with directory entries; `put` writes one and returns its length, or 0 if it does not fit. */
function directory_entries(
  p: Process,
  fd: number,
  size: number,
  put: (offset: number, room: number, entry: DirectoryEntry, next: number) => number,
): number {
  const file = p.files.get(fd);
  if (!file.is_directory) fail('ENOTDIR');
  if (file.entries === undefined || file.position === 0) {
    const here = { ino: 1n, type: S_IFDIR };
    file.entries = [{ name: '.', ...here }, { name: '..', ...here }, ...p.host.files.entries(file.path)];
  }
  let used = 0;
  while (file.position! < file.entries.length) {
    const length = put(used, size - used, file.entries[file.position!], file.position! + 1);
    if (length === 0) {
      if (used === 0) fail('EINVAL');
      break;
    }
    used += length;
    file.position! += 1;
  }
  return used;
}

function getdents64(p: Process, fd: number, address: number, size: number): number {
  return directory_entries(p, fd, size, (offset, room, { name, ino, type }, next) => {
    const length = (19 + name.length + 1 + 7) & ~7;
    if (length > room) return 0;
    const at = address + offset;
    p.data.put_struct(at, layout_of('ino:8 off:8 reclen:2 type:1', 8), {
      ino,
      off: next,
      reclen: length,
      type: type_of_entry(type),
    });
    p.data.put_string(at + 19, name);
    return length;
  });
}

function getdents(p: Process, fd: number, address: number, size: number): number {
  return directory_entries(p, fd, size, (offset, room, { name, ino, type }, next) => {
    const length = (10 + name.length + 2 + 3) & ~3;
    if (length > room) return 0;
    const at = address + offset;
    p.data.put_struct(at, layout_of('ino:4 off:4 reclen:2', 4), { ino, off: next, reclen: length });
    p.data.put_string(at + 10, name);
    p.data.put_8(at + length - 1, type_of_entry(type));
    return length;
  });
}

export const file_calls: Calls = {
  open: ['path open_flags octal', (p, path, flags, mode) => open(p, p.path_at(AT_FDCWD, path), flags, mode)],
  openat: ['at path open_flags octal', (p, fd, path, flags, mode) => open(p, p.path_at(fd, path), flags, mode)],
  creat: [
    'path octal',
    (p, path, mode) => open(p, p.path_at(AT_FDCWD, path), p.abi.open.create | p.abi.open.truncate | 1, mode),
  ],
  close: [
    'fd',
    (p, fd) => {
      p.files.close(fd);
      return 0;
    },
  ],
  close_range: [
    'fd fd hex',
    (p, first, last) => {
      if (first > last) fail('EINVAL');
      p.files.close_range(first, last);
      return 0;
    },
  ],
  read: ['fd output uint', (p, fd, buffer, size) => read(p, fd, buffer, size)],
  write: ['fd input uint', (p, fd, buffer, size) => write(p, fd, buffer, size)],
  readv: ['fd hex uint', (p, fd, vectors, count) => readv(p, fd, vectors, count, null)],
  writev: ['fd hex uint', (p, fd, vectors, count) => writev(p, fd, vectors, count, null)],
  pread64: [
    'fd output uint',
    (p, fd, buffer, size, a, b, c) => {
      const position = p.abi.align_pairs ? p.pair(b, c) : p.pair(a, b);
      const file = seekable_at(p.files.get(fd), position);
      return p.read_into(buffer, size, (into) => file.read_at(into, position));
    },
  ],
  pwrite64: [
    'fd input uint',
    (p, fd, buffer, size, a, b, c) => {
      const position = p.abi.align_pairs ? p.pair(b, c) : p.pair(a, b);
      const file = seekable_at(p.files.get(fd), position);
      return p.write_from(buffer, size, (from) => file.write_at(from, position));
    },
  ],
  preadv: [
    'fd hex uint',
    (p, fd, vectors, count, low, high) => {
      const position = p.wide(high, low);
      seekable_at(p.files.get(fd), position);
      return readv(p, fd, vectors, count, position);
    },
  ],
  pwritev: [
    'fd hex uint',
    (p, fd, vectors, count, low, high) => {
      const position = p.wide(high, low);
      seekable_at(p.files.get(fd), position);
      return writev(p, fd, vectors, count, position);
    },
  ],
  lseek: [
    'fd int whence',
    (p, fd, offset, whence) => {
      const position = p.files.get(fd).seek(offset | 0, whence);
      return position > 0x7fffffff ? fail('EOVERFLOW') : position;
    },
  ],
  _llseek: [
    'fd hex uint hex whence',
    (p, fd, high, low, result, whence) => {
      p.data.put_64(result, BigInt(p.files.get(fd).seek(p.wide(high, low), whence)));
      return 0;
    },
  ],
  ftruncate: ['fd int', (p, fd, size) => truncate_open(p, fd, size | 0)],
  ftruncate64: ['fd', (p, fd, a, b, c) => truncate_open(p, fd, p.abi.align_pairs ? p.pair(b, c) : p.pair(a, b))],
  truncate: ['path int', (p, path, size) => truncate_path(p, path, size | 0)],
  truncate64: ['path', (p, path, a, b, c) => truncate_path(p, path, p.abi.align_pairs ? p.pair(b, c) : p.pair(a, b))],
  fsync: ['fd', (p, fd) => sync(p, fd)],
  fdatasync: ['fd', (p, fd) => sync(p, fd)],
  sync: ['', () => 0],
  syncfs: ['fd', (p, fd) => check(p, fd)],
  flock: ['fd int', (p, fd) => check(p, fd)],
  fadvise64: ['fd', (p, fd) => check(p, fd)],
  arm_fadvise64_64: ['fd', (p, fd) => check(p, fd)],
  readahead: ['fd', (p, fd) => check(p, fd)],
  fallocate: ['fd int', (p, fd) => check(p, fd) || fail('EOPNOTSUPP')],
  fstat: ['fd hex', (p, fd, stat) => put_stat(p, stat, p.files.get(fd).host.stat(), false)],
  stat: ['path hex', (p, path, stat) => put_stat(p, stat, p.stat_path(p.path_at(AT_FDCWD, path), true), false)],
  lstat: ['path hex', (p, path, stat) => put_stat(p, stat, p.stat_path(p.path_at(AT_FDCWD, path), false), false)],
  fstat64: ['fd hex', (p, fd, stat) => put_stat(p, stat, p.files.get(fd).host.stat(), true)],
  stat64: ['path hex', (p, path, stat) => put_stat(p, stat, p.stat_path(p.path_at(AT_FDCWD, path), true), true)],
  lstat64: ['path hex', (p, path, stat) => put_stat(p, stat, p.stat_path(p.path_at(AT_FDCWD, path), false), true)],
  fstatat64: ['at path hex hex', (p, fd, path, stat, flags) => put_stat(p, stat, stat_at(p, fd, path, flags), true)],
  statx: [
    'at path hex hex hex',
    (p, fd, path, flags, _mask, stat) => {
      put_statx(p, stat, stat_at(p, fd, path, flags));
      return 0;
    },
  ],
  dup: ['fd', (p, fd) => p.files.add(p.files.get(fd).share())],
  dup2: ['fd fd', (p, fd, to) => duplicate(p, fd, to, false)],
  dup3: [
    'fd fd open_flags',
    (p, fd, to, flags) => (fd === to ? fail('EINVAL') : duplicate(p, fd, to, (flags & p.abi.open.cloexec) !== 0)),
  ],
  pipe: ['hex', (p, ends) => make_pipe_pair(p, ends, p.abi.name === 'linux-mips-o32' ? -1 : 0)],
  pipe2: ['hex open_flags', (p, ends, flags) => make_pipe_pair(p, ends, flags)],
  fcntl: ['fd uint hex', fcntl],
  fcntl64: ['fd uint hex', fcntl],
  ioctl: ['fd hex hex', ioctl],
  getdents: ['fd hex uint', getdents],
  getdents64: ['fd hex uint', getdents64],
  sendfile: ['fd fd hex uint', (p, to, from, offset, count) => send_file(p, to, from, offset, count, false)],
  sendfile64: ['fd fd hex uint', (p, to, from, offset, count) => send_file(p, to, from, offset, count, true)],
  getrandom: [
    'hex uint hex',
    (p, buffer, size) =>
      p.read_into(buffer, size, (into) => {
        p.host.random(into);
        return into.length;
      }),
  ],
  getcwd: [
    'hex uint',
    (p, buffer, size) => {
      if (p.cwd.length + 1 > size) fail('ERANGE');
      return p.data.put_string(buffer, p.cwd);
    },
  ],
};

/** EBADF or nothing: for calls that have nothing to do. */
export function check(p: Process, fd: number): number {
  p.files.get(fd);
  return 0;
}

function read(p: Process, fd: number, buffer: number, size: number): number {
  const file = p.files.get(fd);
  try {
    return p.read_into(buffer, size, (into) => file.read(into));
  } catch (error) {
    if (file.path === '[pipe]' && !file.flags.nonblock && (error as { code?: unknown }).code === 'EAGAIN')
      p.deadlock('read() from an empty pipe');
    throw error;
  }
}

function write(p: Process, fd: number, buffer: number, size: number): number {
  const file = p.files.get(fd);
  try {
    return p.write_from(buffer, size, (from) => file.write(from));
  } catch (error) {
    if (file.path === '[pipe]' && !file.flags.nonblock && (error as { code?: unknown }).code === 'EAGAIN')
      p.deadlock('write() to a full pipe');
    throw error;
  }
}

function truncate_open(p: Process, fd: number, size: number): number {
  const file = p.files.get(fd);
  if (size < 0 || !file.flags.write) fail('EINVAL');
  file.host.truncate(size);
  return 0;
}

function truncate_path(p: Process, path: number, size: number): number {
  if (size < 0) fail('EINVAL');
  const file = p.open_file(p.path_at(AT_FDCWD, path), { write: true }, 0);
  try {
    file.host.truncate(size);
  } finally {
    file.release();
  }
  return 0;
}

function sync(p: Process, fd: number): number {
  p.files.get(fd).host.sync();
  return 0;
}

function send_file(p: Process, to: number, from: number, offset: number, count: number, wide: boolean): number {
  const [source, target] = [p.files.get(from), p.files.get(to)];
  const start = offset === 0 ? null : wide ? Number(p.data.get_64(offset)) : p.data.get_32(offset);
  const buffer = new Uint8Array(Math.min(count, 1 << 20));
  const got = start === null ? source.read(buffer) : source.read_at(buffer, start);
  target.write(buffer.subarray(0, got));
  if (start !== null) {
    if (wide) p.data.put_64(offset, BigInt(start + got));
    else p.data.put_32(offset, start + got);
  }
  return got;
}
