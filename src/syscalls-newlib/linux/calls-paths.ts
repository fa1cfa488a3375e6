// System calls on paths: directories, links, names, permissions and times.

import { S_IFDIR, S_IFMT, S_IFREG } from '../../host/types.js';
import { fail } from '../errno.js';
import { from_latin1, layout_of } from '../guest-data.js';
import { check } from './calls-files.js';
import { AT_FDCWD, type Calls, type Process } from './process.js';

const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_REMOVEDIR = 0x200;
const AT_SYMLINK_FOLLOW = 0x400;
const UTIME_NOW = 0x3fffffff;
const UTIME_OMIT = 0x3ffffffe;

const here = (p: Process, path: number) => p.path_at(AT_FDCWD, path);

/** Result of a call that succeeds with nothing to tell. */
function done(_result: unknown): number {
  return 0;
}

/** May the user do what `mode` (R 4, W 2, X 1) says? Everybody may write where the host lets the simulator. */
function access(p: Process, path: string, mode: number, follow = true): number {
  const stat = p.stat_path(path, follow);
  const { uid, gid } = p.host.user;
  const shift = uid === stat.uid ? 6 : gid === stat.gid ? 3 : 0;
  const allowed =
    uid === 0 ? 6 | ((stat.mode & 0o111) !== 0 || (stat.mode & S_IFMT) === S_IFDIR ? 1 : 0) : stat.mode >>> shift;
  return (mode & 7 & ~allowed) === 0 ? 0 : fail('EACCES');
}

/** Name in a resolved form that unlink and the like take: devices cannot be removed. */
function readlink(p: Process, path: string, buffer: number, size: number): number {
  if ((size | 0) <= 0) fail('EINVAL');
  let target: string;
  if (path === '/proc/self/exe') target = p.executable;
  else if (/^\/proc\/self\/fd\/\d+$/.test(path)) target = p.files.get(Number(path.slice(14))).path;
  else target = p.host.files.readlink(path);
  const bytes = from_latin1(target).subarray(0, size);
  p.data.put_bytes(buffer, bytes);
  return bytes.length;
}

function chdir(p: Process, path: string): number {
  if ((p.stat_path(path, true).mode & S_IFMT) !== S_IFDIR) fail('ENOTDIR');
  p.cwd = p.host.files.canonical(path);
  return 0;
}

function make_node(p: Process, path: string, mode: number): number {
  const type = mode & S_IFMT;
  if (type !== 0 && type !== S_IFREG) fail('EPERM');
  p.open_file(path, { create: true, exclusive: true, write: true }, mode).release();
  return 0;
}

function change_mode(p: Process, path: string, mode: number): number {
  return done(p.host.files.set_mode(path, mode & 0o7777));
}

/** Changing the owner to what it is succeeds; anything else needs rights that a guest does not get. */
function change_owner(p: Process, uid: number, gid: number): number {
  const same = (wanted: number, own: number) => (wanted & 0xffff) === 0xffff || wanted === own;
  return same(uid, p.host.user.uid) && same(gid, p.host.user.gid) ? 0 : fail('EPERM');
}

function change_owner_of(p: Process, path: string, uid: number, gid: number, follow: boolean): number {
  p.stat_path(path, follow);
  return change_owner(p, uid, gid);
}

/** Sets times of a path, or of the descriptor itself without one. `times` yields [access, modification]. */
function set_times(p: Process, fd: number, path: number, times: [bigint, bigint], follow: boolean): number {
  if (path === 0) return done(p.files.get(fd).host.set_times(...times));
  return done(p.host.files.set_times(p.path_at(fd, path), ...times, follow));
}

function now(p: Process): bigint {
  return p.host.clock.realtime_ns();
}

function timevals(p: Process, address: number): [bigint, bigint] {
  if (address === 0) return [now(p), now(p)];
  return [p.get_timeval(address), p.get_timeval(address + p.timeval_size)];
}

function utimens(p: Process, fd: number, path: number, address: number, flags: number, wide: boolean): number {
  const times: (bigint | undefined)[] = [now(p), now(p)];
  if (address !== 0) {
    const layout = layout_of(wide ? 'sec:8 nsec:8' : p.abi.timespec, 8);
    for (const n of [0, 1]) {
      const nsec = p.data.get_struct(address + n * layout.size, layout).nsec % 0x1_0000_0000;
      if (nsec === UTIME_OMIT) times[n] = undefined;
      else if (nsec !== UTIME_NOW) times[n] = p.get_timespec(address + n * layout.size, wide);
    }
  }
  const follow = (flags & AT_SYMLINK_NOFOLLOW) === 0;
  const stat = path === 0 ? p.files.get(fd).host.stat() : p.stat_path(p.path_at(fd, path), follow);
  return set_times(p, fd, path, [times[0] ?? stat.atime_ns, times[1] ?? stat.mtime_ns], follow);
}

function statfs(p: Process, address: number, wide: boolean): number {
  // An ext4 of a terabyte, half full.
  const values = {
    type: 0xef53,
    bsize: 4096,
    frsize: 4096,
    blocks: 0x1000_0000,
    bfree: 0x800_0000,
    bavail: 0x800_0000,
    files: 0x400_0000,
    ffree: 0x200_0000,
    namelen: 255,
  };
  p.data.put_struct(address, layout_of(wide ? p.abi.statfs64 : p.abi.statfs, p.abi.max_align), values);
  return 0;
}

function statfs_path(p: Process, path: number, buffer: number, wide: boolean): number {
  p.stat_path(here(p, path), true);
  return statfs(p, buffer, wide);
}

function unlink_at(p: Process, fd: number, path: number, flags: number): number {
  const { files } = p.host;
  return done((flags & AT_REMOVEDIR) !== 0 ? files.rmdir(p.path_at(fd, path)) : files.unlink(p.path_at(fd, path)));
}

function link_at(p: Process, fd: number, from: number, to_fd: number, to: number, flags: number): number {
  let source = p.path_at(fd, from);
  if ((flags & AT_SYMLINK_FOLLOW) !== 0) source = p.host.files.canonical(source);
  return done(p.host.files.link(source, p.path_at(to_fd, to)));
}

function rename_at(p: Process, fd: number, from: number, to_fd: number, to: number, flags: number): number {
  const target = p.path_at(to_fd, to);
  if ((flags & ~1) !== 0) fail('EINVAL');
  if (flags === 1 && exists(p, target)) fail('EEXIST');
  return done(p.host.files.rename(p.path_at(fd, from), target));
}

function exists(p: Process, path: string): boolean {
  try {
    p.host.files.stat(path, false);
    return true;
  } catch {
    return false;
  }
}

const symlink_at = (p: Process, target: number, fd: number, path: number) =>
  done(p.host.files.symlink(p.data.c_string(target), p.path_at(fd, path)));
const mkdir_at = (p: Process, fd: number, path: number, mode: number) =>
  done(p.host.files.mkdir(p.path_at(fd, path), mode & 0o7777 & ~p.umask));

export const path_calls: Calls = {
  access: ['path int', (p, path, mode) => access(p, here(p, path), mode)],
  faccessat: ['at path int', (p, fd, path, mode) => access(p, p.path_at(fd, path), mode)],
  faccessat2: [
    'at path int hex',
    (p, fd, path, mode, flags) => access(p, p.path_at(fd, path), mode, (flags & AT_SYMLINK_NOFOLLOW) === 0),
  ],
  chdir: ['path', (p, path) => chdir(p, here(p, path))],
  fchdir: ['fd', (p, fd) => (p.files.get(fd).is_directory ? chdir(p, p.files.get(fd).path) : fail('ENOTDIR'))],
  mkdir: ['path octal', (p, path, mode) => mkdir_at(p, AT_FDCWD, path, mode)],
  mkdirat: ['at path octal', mkdir_at],
  rmdir: ['path', (p, path) => unlink_at(p, AT_FDCWD, path, AT_REMOVEDIR)],
  unlink: ['path', (p, path) => unlink_at(p, AT_FDCWD, path, 0)],
  unlinkat: ['at path hex', unlink_at],
  link: ['path path', (p, from, to) => link_at(p, AT_FDCWD, from, AT_FDCWD, to, 0)],
  linkat: ['at path at path hex', link_at],
  symlink: ['path path', (p, target, path) => symlink_at(p, target, AT_FDCWD, path)],
  symlinkat: ['path at path', symlink_at],
  readlink: ['path hex uint', (p, path, buffer, size) => readlink(p, here(p, path), buffer, size)],
  readlinkat: ['at path hex uint', (p, fd, path, buffer, size) => readlink(p, p.path_at(fd, path), buffer, size)],
  rename: ['path path', (p, from, to) => rename_at(p, AT_FDCWD, from, AT_FDCWD, to, 0)],
  renameat: ['at path at path', (p, fd, from, to_fd, to) => rename_at(p, fd, from, to_fd, to, 0)],
  renameat2: ['at path at path hex', rename_at],
  mknod: ['path octal', (p, path, mode) => make_node(p, here(p, path), mode)],
  mknodat: ['at path octal', (p, fd, path, mode) => make_node(p, p.path_at(fd, path), mode)],
  chmod: ['path octal', (p, path, mode) => change_mode(p, here(p, path), mode)],
  fchmodat: ['at path octal', (p, fd, path, mode) => change_mode(p, p.path_at(fd, path), mode)],
  fchmod: ['fd octal', (p, fd, mode) => done(p.files.get(fd).host.set_mode(mode & 0o7777))],
  chown: ['path int int', (p, path, uid, gid) => change_owner_of(p, here(p, path), uid, gid, true)],
  chown32: ['path int int', (p, path, uid, gid) => change_owner_of(p, here(p, path), uid, gid, true)],
  lchown: ['path int int', (p, path, uid, gid) => change_owner_of(p, here(p, path), uid, gid, false)],
  lchown32: ['path int int', (p, path, uid, gid) => change_owner_of(p, here(p, path), uid, gid, false)],
  fchown: ['fd int int', (p, fd, uid, gid) => check(p, fd) || change_owner(p, uid, gid)],
  fchown32: ['fd int int', (p, fd, uid, gid) => check(p, fd) || change_owner(p, uid, gid)],
  fchownat: ['at path int int', (p, fd, path, uid, gid) => change_owner_of(p, p.path_at(fd, path), uid, gid, true)],
  umask: [
    'octal',
    (p, mask) => {
      const before = p.umask;
      p.umask = mask & 0o777;
      return before;
    },
  ],
  utime: [
    'path hex',
    (p, path, address) => {
      let times: [bigint, bigint] = [now(p), now(p)];
      if (address !== 0) {
        const size = p.abi.timeval.startsWith('sec:8') ? 8 : 4;
        const { atime, mtime } = p.data.get_struct(address, layout_of(`atime:${size} mtime:${size}`, 8));
        times = [BigInt(atime) * 1_000_000_000n, BigInt(mtime) * 1_000_000_000n];
      }
      return set_times(p, AT_FDCWD, path, times, true);
    },
  ],
  utimes: ['path hex', (p, path, times) => set_times(p, AT_FDCWD, path, timevals(p, times), true)],
  futimesat: ['at path hex', (p, fd, path, times) => set_times(p, fd, path, timevals(p, times), true)],
  utimensat: ['at path hex hex', (p, fd, path, times, flags) => utimens(p, fd, path, times, flags, false)],
  utimensat_time64: ['at path hex hex', (p, fd, path, times, flags) => utimens(p, fd, path, times, flags, true)],
  statfs: ['path hex', (p, path, buffer) => statfs_path(p, path, buffer, false)],
  statfs64: ['path uint hex', (p, path, _size, buffer) => statfs_path(p, path, buffer, true)],
  fstatfs: ['fd hex', (p, fd, buffer) => check(p, fd) || statfs(p, buffer, false)],
  fstatfs64: ['fd uint hex', (p, fd, _size, buffer) => check(p, fd) || statfs(p, buffer, true)],
};
