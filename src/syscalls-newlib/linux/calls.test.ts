import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  BRK,
  CODE,
  DATA,
  DATA_SIZE,
  mips_registers,
  STACK_TOP,
  type TestMachine,
  test_machine,
} from '../../../test/support/machine.js';
import { GuestExit, GuestFault } from '../../machine/fault.js';
import { R, W, X } from '../../machine/memory.js';
import { make_syscalls } from '../index.js';

// Numbers of ARM's <asm/unistd.h>.
const NR = {
  exit: 1, read: 3, write: 4, open: 5, close: 6, link: 9, unlink: 10, chdir: 12, time: 13, lseek: 19, getpid: 20, access: 33,
  kill: 37, rename: 38, mkdir: 39, rmdir: 40, dup: 41, pipe: 42, times: 43, brk: 45, ioctl: 54, fcntl: 55, umask: 60,
  dup2: 63, gettimeofday: 78, symlink: 83, readlink: 85, mmap: 90, munmap: 91, ftruncate: 93, stat: 106, lstat: 107,
  fstat: 108, uname: 122, mprotect: 125, _llseek: 140, writev: 146, readv: 145, nanosleep: 162, mremap: 163, poll: 168,
  rt_sigaction: 174, rt_sigprocmask: 175, pread64: 180, pwrite64: 181, getcwd: 183, ugetrlimit: 191, mmap2: 192, stat64: 195,
  fstat64: 197, getdents64: 217, fcntl64: 221, futex: 240, exit_group: 248, clock_gettime: 263, tgkill: 268, openat: 322,
  mkdirat: 323, unlinkat: 328, faccessat: 334, set_robust_list: 338, getrandom: 384, statx: 397, rseq: 398,
  clock_gettime64: 403, cacheflush: 0xf0002, set_tls: 0xf0005,
} as const; // biome-ignore format: a table

const O = {
  CREAT: 0x40,
  EXCL: 0x80,
  TRUNC: 0x200,
  APPEND: 0x400,
  WRONLY: 1,
  RDWR: 2,
  DIRECTORY: 0x4000,
  CLOEXEC: 0x80000,
};
const [EPERM, ENOENT, ESRCH, EBADF, ECHILD, EAGAIN, EACCES, EFAULT, EEXIST, ENOTDIR] = [
  1, 2, 3, 9, 10, 11, 13, 14, 17, 20,
];
const [EISDIR, EINVAL, ENOTTY, ESPIPE, ERANGE, ENAMETOOLONG, ENOSYS, ENOTEMPTY] = [21, 22, 25, 29, 34, 36, 38, 39];
const AT_FDCWD = -100;

let m: TestMachine;
beforeEach(() => {
  m = test_machine({ stdin: 'line one\nline two\n' });
});
afterEach(() => m.cleanup());

const host_path = (name: string) => join(m.directory, name);
const open = (name: string, flags = 0, mode = 0o644) => m.call(NR.open, m.text(name), flags, mode);

const status_of = (action: () => unknown): number => {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(GuestExit);
    return (error as GuestExit).status;
  }
  throw new Error('the program did not end');
};

describe('streams', () => {
  test('writes arrive byte by byte, reads yield what there is and then the end', () => {
    m.memory.bytes(DATA, 4).set([0, 255, 10, 128]);
    expect(m.call(NR.write, 1, DATA, 4)).toBe(4);
    expect(m.call(NR.write, 2, DATA + 1, 1)).toBe(1);
    expect([...m.stdout.bytes]).toEqual([0, 255, 10, 128]);
    expect([...m.stderr.bytes]).toEqual([255]);
    expect(m.call(NR.read, 0, DATA, 9)).toBe(9);
    expect(m.get_text(0, 9)).toBe('line one\n');
    expect(m.call(NR.read, 0, DATA, 1000)).toBe(9);
    expect(m.call(NR.read, 0, DATA, 1000)).toBe(0);
  });

  test('writev gathers, readv scatters', () => {
    m.text('Hello, world', 100);
    [DATA + 107, 5, DATA + 105, 2, DATA + 100, 5].forEach((word, n) => m.put_32(4 * n, word));
    expect(m.call(NR.writev, 1, DATA, 3)).toBe(12);
    expect(m.stdout.text).toBe('world, Hello');
    [DATA + 200, 4, DATA + 300, 20].forEach((word, n) => m.put_32(4 * n, word));
    expect(m.call(NR.readv, 0, DATA, 2)).toBe(18);
    expect(m.get_text(200, 4) + m.get_text(300, 14)).toBe('line one\nline two\n');
  });

  test('a stream cannot be sought, is no terminal, and is not open for the other direction', () => {
    expect(m.call(NR.lseek, 1, 0, 1)).toBe(-ESPIPE);
    expect(m.call(NR.ioctl, 1, 0x5401, DATA)).toBe(-ENOTTY);
    expect(m.call(NR.read, 1, DATA, 1)).toBe(-EBADF);
    expect(m.call(NR.write, 0, DATA, 1)).toBe(-EBADF);
    expect(m.call(NR.write, 77, DATA, 1)).toBe(-EBADF);
  });

  test('a closed standard stream can be replaced: dup2 of a file onto 1', () => {
    const fd = open('out', O.CREAT | O.WRONLY);
    expect(m.call(NR.dup2, fd, 1)).toBe(1);
    m.text('redirected', 100);
    m.call(NR.write, 1, DATA + 100, 10);
    expect(readFileSync(host_path('out'), 'utf8')).toBe('redirected');
    expect(m.stdout.text).toBe('');
  });
});

describe('files', () => {
  test('are created, written, sought, read back and truncated', () => {
    const fd = open('new', O.CREAT | O.EXCL | O.RDWR, 0o640);
    expect(fd).toBe(3);
    m.text('0123456789', 100);
    expect(m.call(NR.write, fd, DATA + 100, 10)).toBe(10);
    expect(m.call(NR.lseek, fd, -4, 2)).toBe(6);
    expect(m.call(NR.read, fd, DATA, 10)).toBe(4);
    expect(m.get_text(0, 4)).toBe('6789');
    expect(m.call(NR.lseek, fd, -1, 0)).toBe(-EINVAL);
    expect(m.call(NR._llseek, fd, 1, 2, DATA, 0)).toBe(0);
    expect(m.get_64(0)).toBe(0x1_0000_0002n);
    expect(m.call(NR.ftruncate, fd, 3)).toBe(0);
    expect(readFileSync(host_path('new'), 'utf8')).toBe('012');
    expect(m.call(NR.close, fd)).toBe(0);
    expect(m.call(NR.close, fd)).toBe(-EBADF);
    expect(open('new', O.CREAT | O.EXCL | O.RDWR)).toBe(-EEXIST);
  });

  test('opened for appending grow at their end whatever the position', () => {
    writeFileSync(host_path('log'), 'one');
    const fd = open('log', O.APPEND | O.RDWR);
    m.text('two', 100);
    m.call(NR.lseek, fd, 0, 0);
    expect(m.call(NR.write, fd, DATA + 100, 3)).toBe(3);
    expect(m.call(NR.lseek, fd, 0, 1)).toBe(6);
    expect(readFileSync(host_path('log'), 'utf8')).toBe('onetwo');
  });

  test('pread64 and pwrite64 take their offset in an aligned pair of registers and leave the position alone', () => {
    writeFileSync(host_path('f'), 'abcdef');
    const fd = open('f', O.RDWR);
    expect(m.call(NR.pread64, fd, DATA, 2, 0xdead, 3, 0)).toBe(2);
    expect(m.get_text(0, 2)).toBe('de');
    m.text('XY', 0);
    expect(m.call(NR.pwrite64, fd, DATA, 2, 0xdead, 1, 0)).toBe(2);
    expect(m.call(NR.lseek, fd, 0, 1)).toBe(0);
    expect(readFileSync(host_path('f'), 'utf8')).toBe('aXYdef');
  });

  test('a duplicate shares the position, the numbers are the lowest free ones', () => {
    writeFileSync(host_path('f'), 'abcdef');
    const fd = open('f');
    const second = m.call(NR.dup, fd);
    expect([fd, second]).toEqual([3, 4]);
    m.call(NR.read, fd, DATA, 2);
    m.call(NR.read, second, DATA, 2);
    expect(m.get_text(0, 2)).toBe('cd');
    m.call(NR.close, fd);
    expect(m.call(NR.fcntl64, second, 0, 10)).toBe(10);
    expect(m.call(NR.fcntl64, second, 3)).toBe(0);
    expect(m.call(NR.read, 10, DATA, 2)).toBe(2);
    expect(open('f')).toBe(3);
  });

  test('stat, stat64, statx and fstat64 agree with the host', () => {
    writeFileSync(host_path('f'), 'abcdef', { mode: 0o600 });
    const { ino } = m.host.files.stat(host_path('f'), true);
    expect(m.call(NR.stat64, m.text('f'), DATA + 512)).toBe(0);
    expect([m.get_32(512 + 16), m.get_64(512 + 48), m.get_64(512 + 96)]).toEqual([0o100600, 6n, ino]);
    expect(m.call(NR.stat, m.text('f'), DATA + 512)).toBe(0);
    expect([m.get_16(512 + 8), m.get_32(512 + 20)]).toEqual([0o100600, 6]);
    expect(m.call(NR.statx, AT_FDCWD, m.text('f'), 0, 0x7ff, DATA + 512)).toBe(0);
    expect([m.get_16(512 + 28), m.get_64(512 + 32), m.get_64(512 + 40)]).toEqual([0o100600, ino, 6n]);
    expect(m.call(NR.fstat64, 1, DATA + 512)).toBe(0);
    expect(m.get_32(512 + 16) & 0o170000).toBe(0o010000);
    expect(m.call(NR.statx, 1, m.text(''), 0x1000, 0x7ff, DATA + 512)).toBe(0);
  });

  test('directories are made, listed, entered and removed', () => {
    expect(m.call(NR.mkdir, m.text('d'), 0o755)).toBe(0);
    expect(m.call(NR.mkdir, m.text('d'), 0o755)).toBe(-EEXIST);
    writeFileSync(host_path('d/x'), '');
    mkdirSync(host_path('d/sub'));
    const fd = open('d', O.DIRECTORY);
    const count = m.call(NR.getdents64, fd, DATA, 4096);
    const names = new Map<string, number>();
    for (let at = 0; at < count; at += m.get_16(at + 16)) {
      const text = m.get_text(at + 19, m.get_16(at + 16) - 19);
      names.set(text.slice(0, text.indexOf('\0')), m.memory.u8[4096 + DATA + at + 18]);
    }
    expect(Object.fromEntries(names)).toEqual({ '.': 4, '..': 4, x: 8, sub: 4 });
    expect(m.call(NR.getdents64, fd, DATA, 4096)).toBe(0);
    expect(m.call(NR.openat, fd, m.text('x'), 0, 0)).toBe(4);
    expect(m.call(NR.read, fd, DATA, 1)).toBe(-EISDIR);
    expect(m.call(NR.rmdir, m.text('d'))).toBe(-ENOTEMPTY);
    expect(m.call(NR.chdir, m.text('d/sub'))).toBe(0);
    expect(m.call(NR.getcwd, DATA, 4096)).toBe(m.directory.length + '/d/sub'.length + 1);
    expect(m.call(NR.getcwd, DATA, 3)).toBe(-ERANGE);
    expect(m.call(NR.access, m.text('../x'), 4)).toBe(0);
    expect(m.call(NR.unlinkat, AT_FDCWD, m.text('../x'), 0)).toBe(0);
    expect(m.call(NR.unlinkat, AT_FDCWD, m.text('../sub'), 0x200)).toBe(0);
    expect(existsSync(host_path('d/sub'))).toBe(false);
  });

  test('links, names', () => {
    writeFileSync(host_path('a'), 'A');
    m.text('a', 0);
    m.text('b', 50);
    m.text('c', 60);
    expect(m.call(NR.link, DATA, DATA + 50)).toBe(0);
    expect(m.call(NR.link, DATA, DATA + 50)).toBe(-EEXIST);
    expect(m.call(NR.rename, DATA + 50, DATA + 60)).toBe(0);
    expect(m.call(NR.symlink, DATA, DATA + 50)).toBe(0);
    expect(m.call(NR.readlink, DATA + 50, DATA + 100, 50)).toBe(1);
    expect(m.get_text(100, 1)).toBe('a');
    expect(m.call(NR.unlink, DATA)).toBe(0);
    expect(readFileSync(host_path('c'), 'utf8')).toBe('A');
    expect(open('b')).toBe(-ENOENT);
  });

  test('chdir cannot leave, not even by way of a link', () => {
    symlinkSync('/', host_path('root'));
    expect(m.call(NR.chdir, m.text('root/etc'))).toBe(-ENOENT);
    // The way down to the grant can be seen, but nothing beside it.
    expect(m.call(NR.chdir, m.text('../../..'))).toBe(0);
    expect(open('etc/passwd')).toBe(-ENOENT);
    expect(open('../../../../etc/passwd')).toBe(-ENOENT);
    expect(open('new', O.CREAT | O.WRONLY)).toBe(-EACCES);
  });

  test('devices are there without a grant', () => {
    const fd = open('/dev/zero');
    m.memory.bytes(DATA, 8).fill(1);
    expect(m.call(NR.read, fd, DATA, 4)).toBe(4);
    expect([...m.memory.bytes(DATA, 5)]).toEqual([0, 0, 0, 0, 1]);
    expect(m.call(NR.write, open('/dev/null', O.WRONLY), DATA, 5)).toBe(5);
    expect(m.call(NR.read, open('/dev/null'), DATA, 5)).toBe(0);
    expect(open('/dev/sda')).toBe(-ENOENT);
  });

  test('umask cuts the modes of new files', () => {
    expect(m.call(NR.umask, 0o027)).toBe(m.host.umask);
    expect(m.call(NR.umask, 0o027)).toBe(0o027);
    open('f', O.CREAT | O.WRONLY, 0o666);
    expect(m.host.files.stat(host_path('f'), true).mode & 0o777).toBe(0o640);
  });

  test('a pipe carries bytes and ends when its writer is closed', () => {
    expect(m.call(NR.pipe, DATA)).toBe(0);
    const [input, output] = [m.get_32(0), m.get_32(4)];
    m.text('bytes', 100);
    expect(m.call(NR.write, output, DATA + 100, 5)).toBe(5);
    expect(m.call(NR.read, input, DATA, 100)).toBe(5);
    expect(() => m.call(NR.read, input, DATA, 100)).toThrow(/waits forever: read\(\) from an empty pipe/);
    m.call(NR.close, output);
    expect(m.call(NR.read, input, DATA, 100)).toBe(0);
  });

  test('writing to a pipe without a reader ends the program with 128 + SIGPIPE, or fails if that is ignored', () => {
    m.call(NR.pipe, DATA);
    const [input, output] = [m.get_32(0), m.get_32(4)];
    m.call(NR.close, input);
    expect(status_of(() => m.call(NR.write, output, DATA, 1))).toBe(141);
    m.put_32(0, 1); // SIG_IGN
    m.call(NR.rt_sigaction, 13, DATA, 0, 8);
    expect(m.call(NR.write, output, DATA, 1)).toBe(-32);
  });
});

describe('errors', () => {
  beforeEach(() => writeFileSync(host_path('file'), ''));
  /** Data without a zero byte up to the end of its page. */
  const full = (address: number) => {
    m.memory.bytes(address, DATA + DATA_SIZE - address).fill(97);
    return address;
  };

  test.each<[string, number, () => number]>([
    ['a file that is not there', -ENOENT, () => open('none')],
    ['a file as a directory', -ENOTDIR, () => open('file/x')],
    ['a directory for writing', -EISDIR, () => open('.', O.WRONLY)],
    ['a path that never ends', -ENAMETOOLONG, () => m.call(NR.open, full(DATA), 0)],
    ['a path at a null pointer', -EFAULT, () => m.call(NR.open, 0, 0)],
    ['a path that runs into unmapped memory', -EFAULT, () => m.call(NR.open, full(DATA + DATA_SIZE - 4), 0)],
    ['reading to a null pointer', -EFAULT, () => m.call(NR.read, 0, 0, 5)],
    ['reading to read-only memory', -EFAULT, () => m.call(NR.read, 0, CODE, 5)],
    ['writing from the end of the address space', -EFAULT, () => m.call(NR.write, 1, 0xffffff00, 0x1000)],
    ['writing from an unmapped address', -EFAULT, () => m.call(NR.write, 1, 0x60000, 5)],
    ['a stat structure at a bad address', -EFAULT, () => m.call(NR.fstat64, 1, 0x60000)],
    ['a time at a bad address', -EFAULT, () => m.call(NR.gettimeofday, 0xfffffff0, 0)],
    ['a list of buffers at a bad address', -EFAULT, () => m.call(NR.writev, 1, 0x60000, 2)],
    ['another process', -ESRCH, () => m.call(NR.kill, 12345, 9)],
    ['waiting for a child', -ECHILD, () => m.call(114, -1, 0, 0, 0)],
    ['setting the clock', -EPERM, () => m.call(79, DATA, 0)],
    ['rseq', -ENOSYS, () => m.call(NR.rseq, DATA, 32, 0, 0)],
    ['fork', -ENOSYS, () => m.call(2)],
    ['a number without a name', -ENOSYS, () => m.call(9999)],
    ['a huge number', -ENOSYS, () => m.call(0xffffffff)],
  ])('%s: %i', (_what, error, action) => expect(action()).toBe(error));

  test('a buffer that is mapped in part is used as far as it goes', () => {
    expect(m.call(NR.read, 0, DATA + DATA_SIZE - 5, 100)).toBe(5);
    expect(m.call(NR.write, 1, DATA + DATA_SIZE - 5, 100)).toBe(5);
    expect(m.stdout.text).toBe('line ');
  });

  test('no arguments whatever raise anything but GuestExit, GuestFault or an error number', () => {
    const values = [
      0,
      1,
      2,
      3,
      0x7fffffff,
      0x80000000,
      0xffffffff,
      DATA,
      DATA + DATA_SIZE - 1,
      CODE,
      0xfffff000,
      AT_FDCWD,
    ];
    let seed = 12345;
    const pick = () => values[(seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) % values.length];
    const slow = new Set([29, 162, 265, 407, 142, 82, 168, 335, 336, 413, 414, 72, 179]); // sleep, select, poll, pause
    for (let number = 0; number < 460; number++) {
      if (slow.has(number)) continue;
      for (let round = 0; round < 30; round++) {
        try {
          m.call(number, pick(), pick(), pick(), pick(), pick(), pick());
        } catch (error) {
          if (!(error instanceof GuestExit) && !(error instanceof GuestFault))
            throw new Error(`call ${number}`, { cause: error });
        }
      }
    }
  });
});

describe('memory', () => {
  const { PROT_RW, PRIVATE, SHARED, FIXED, ANONYMOUS } = {
    PROT_RW: 3,
    PRIVATE: 2,
    SHARED: 1,
    FIXED: 0x10,
    ANONYMOUS: 0x20,
  };

  test('brk grows and shrinks the heap in pages, and stays where it is when it cannot move', () => {
    expect(m.call(NR.brk, 0)).toBe(BRK);
    expect(m.call(NR.brk, BRK + 0x1800)).toBe(BRK + 0x1800);
    expect(m.memory.allows(BRK, 0x2000, R | W)).toBe(true);
    expect(m.memory.allows(BRK, 0x2001, R)).toBe(false);
    m.memory.write_8(BRK + 0x1000, 9);
    expect(m.call(NR.brk, BRK + 1)).toBe(BRK + 1);
    expect(m.memory.allows(BRK + 0x1000, 1, R)).toBe(false);
    m.call(NR.brk, BRK + 0x2000);
    expect(m.memory.read_8(BRK + 0x1000)).toBe(0);
    expect(m.call(NR.brk, BRK - 1)).toBe(BRK + 0x2000);
    expect(m.call(NR.brk, 0x7fffffff)).toBe(BRK + 0x2000);
  });

  test('anonymous mappings are apart, zero, and gone after munmap', () => {
    const map = (size: number, prot = PROT_RW) => m.call(NR.mmap2, 0, size, prot, PRIVATE | ANONYMOUS, -1, 0) >>> 0;
    const [a, b] = [map(0x1800), map(0x1000)];
    expect(a % 0x1000).toBe(0);
    expect(a + 0x2000 <= b || b + 0x1000 <= a).toBe(true);
    m.memory.write_32(a + 0x1ffc, 7);
    expect(m.call(NR.munmap, a + 0x1000, 0x1000)).toBe(0);
    expect(m.memory.allows(a, 0x1000, R | W)).toBe(true);
    expect(m.memory.allows(a + 0x1000, 1, R)).toBe(false);
    expect(m.call(NR.mmap2, a + 0x1000, 0x1000, PROT_RW, PRIVATE | ANONYMOUS | FIXED, -1, 0) >>> 0).toBe(a + 0x1000);
    expect(m.memory.read_32(a + 0x1ffc)).toBe(0);
    expect(m.call(NR.munmap, 1, 0x1000)).toBe(-EINVAL);
    expect(m.call(NR.mmap2, 0, 0, PROT_RW, PRIVATE | ANONYMOUS, -1, 0)).toBe(-EINVAL);
    // EPERM: below mmap_min_addr
    expect(m.call(NR.mmap2, 0, 0x1000, PROT_RW, PRIVATE | ANONYMOUS | FIXED, -1, 0)).toBe(-1);
    expect(m.call(NR.mmap2, 0, 0x7000_0000, PROT_RW, PRIVATE | ANONYMOUS, -1, 0)).toBe(-12);
  });

  test('rights follow mprotect, also to none and back with the contents kept', () => {
    const at = m.call(NR.mmap2, 0, 0x2000, PROT_RW, PRIVATE | ANONYMOUS, -1, 0) >>> 0;
    m.memory.write_32(at, 42);
    expect(m.call(NR.mprotect, at, 0x1000, 0)).toBe(0);
    expect(() => m.memory.read_32(at)).toThrow(GuestFault);
    expect(m.call(NR.mmap2, 0, 0x1000, PROT_RW, PRIVATE | ANONYMOUS, -1, 0) >>> 0).not.toBe(at);
    expect(m.call(NR.mprotect, at, 0x1000, 5)).toBe(0);
    expect(m.memory.pages[at / 4096]).toBe(R | X);
    expect(m.memory.read_32(at)).toBe(42);
    expect(m.call(NR.mprotect, 0x60000, 0x1000, 1)).toBe(-12);
  });

  test('a private mapping of a file has its bytes, a shared one writes them back', () => {
    writeFileSync(host_path('f'), 'x'.repeat(4096) + 'second page');
    const fd = open('f', O.RDWR);
    const own = m.call(NR.mmap2, 0, 100, PROT_RW, PRIVATE, fd, 1) >>> 0;
    expect(new TextDecoder().decode(m.memory.bytes(own, 12))).toBe('second page\0');
    m.memory.write_8(own, 90);
    m.call(NR.munmap, own, 100);
    const both = m.call(NR.mmap2, 0, 4096, PROT_RW, SHARED, fd, 1) >>> 0;
    m.memory.write_8(both, 90);
    m.call(NR.close, fd);
    expect(readFileSync(host_path('f'), 'utf8').slice(4096)).toBe('second page');
    m.call(NR.munmap, both, 4096);
    expect(readFileSync(host_path('f'), 'utf8').slice(4096)).toBe('Zecond page');
    expect(m.call(NR.mmap2, 0, 4096, PROT_RW, PRIVATE, 1, 0)).toBe(-EACCES);
  });

  test('mremap grows in place or moves, with the contents', () => {
    const at = m.call(NR.mmap2, 0, 0x1000, PROT_RW, PRIVATE | ANONYMOUS, -1, 0) >>> 0;
    m.memory.write_32(at + 8, 77);
    const to = m.call(NR.mremap, at, 0x1000, 0x5000, 1) >>> 0;
    expect(m.memory.read_32(to + 8)).toBe(77);
    expect(m.memory.allows(to, 0x5000, R | W)).toBe(true);
    if (to !== at) expect(m.memory.allows(at, 0x1000, R)).toBe(to <= at && at < to + 0x5000);
  });

  test('the engine hears of changes to executable memory, of cacheflush, and of nothing else', () => {
    m.call(NR.read, 0, DATA + 16, 4);
    expect(m.written).toEqual([]);
    m.call(NR.cacheflush, DATA, DATA + 64, 0);
    const at = m.call(NR.mmap2, 0, 0x1000, 7, PRIVATE | ANONYMOUS, -1, 0) >>> 0;
    m.call(NR.read, 0, at + 16, 4);
    m.call(NR.munmap, at, 0x1000);
    expect(m.written).toEqual([
      [DATA, DATA + 64],
      [at + 16, at + 20],
      [at, at + 0x1000],
    ]);
  });
});

describe('the process', () => {
  test('exit statuses are cut to a byte; abort, kill and tgkill end as a shell shows signals', () => {
    expect(status_of(() => m.call(NR.exit, 0x1ff))).toBe(255);
    expect(status_of(() => m.call(NR.exit_group, 3))).toBe(3);
    const pid = m.call(NR.getpid);
    expect(status_of(() => m.call(NR.kill, pid, 6))).toBe(134);
    expect(status_of(() => m.call(NR.tgkill, pid, pid, 11))).toBe(139);
    expect(m.call(NR.kill, pid, 0)).toBe(0);
    expect(m.call(NR.kill, pid, 17)).toBe(0); // SIGCHLD is ignored
  });

  test('a handler runs on the stack with the interrupted registers, and sigreturn brings them back', () => {
    // struct sigaction of the kernel: handler, flags (SA_SIGINFO | SA_RESTORER), restorer, mask
    [0x9000, 0x0400_0004, 0x9100, 0, 0].forEach((word, n) => m.put_32(4 * n, word));
    expect(m.call(NR.rt_sigaction, 10, DATA, 0, 8)).toBe(0);
    m.set_register('r8', 88);
    m.set_register('N', 1);
    const sp = m.register('sp');
    m.call(NR.kill, m.call(NR.getpid), 10);
    expect(m.memory.u32[1]).toBe(0x9000); // the next pc
    expect([m.register('r0'), m.register('lr')]).toEqual([10, 0x9100]);
    const frame = m.register('sp');
    expect(m.register('r1')).toBe(frame);
    const context = m.register('r2');
    expect(m.memory.read_32(frame)).toBe(10); // si_signo
    expect(m.memory.read_32(context + 32 + 4 * 8)).toBe(88); // uc_mcontext.arm_r8
    expect(m.memory.read_32(context + 32 + 4 * 13)).toBe(sp);
    expect(m.memory.read_32(context + 32 + 4 * 15)).toBe(CODE + 4); // arm_pc
    expect(m.memory.read_32(context + 32 + 4 * 16) >>> 31).toBe(1); // N in arm_cpsr
    m.memory.write_32(context + 32 + 4 * 8, 99); // the handler changes an interrupted register
    m.set_register('r8', 5);
    m.set_register('N', 0);
    m.call(173);
    expect([m.register('r0'), m.register('r8'), m.register('sp'), m.register('N')]).toEqual([0, 99, sp, 1]);
    expect(m.memory.u32[1]).toBe(CODE + 4);
  });

  test.each(['little', 'big'] as const)(
    'on MIPS, %s-endian, the same with its own frame and trampoline',
    (endianness) => {
      const p = test_machine({ isa: mips_registers(endianness) });
      const little = endianness === 'little';
      const view = new DataView(p.memory.u8.buffer, 4096);
      // flags (SA_SIGINFO), handler
      [8, 0x9000, 0, 0, 0, 0].forEach((word, n) => p.put_32(4 * n, word));
      expect(p.call(4194, 16, DATA, 0, 16)).toBe(0);
      p.set_register('s0', 0x80000001);
      const sp = p.register('sp');
      p.call(4037, 1000, 16); // kill(getpid(), SIGUSR1)
      expect([p.memory.u32[1], p.register('a0'), p.register('t9')]).toEqual([0x9000, 16, 0x9000]);
      // li v0, 4193; syscall
      const trampoline = p.register('ra');
      expect([view.getUint32(trampoline, little), view.getUint32(trampoline + 4, little)]).toEqual([0x24021061, 12]);
      expect(view.getUint32(p.register('a1'), little)).toBe(16);
      // offsetof(ucontext_t, uc_mcontext) 24, of its pc 8, of its gregs 16, by mipsel-linux-gnu-gcc
      const context = p.register('a2') + 24;
      expect(view.getBigUint64(context + 8, little)).toBe(BigInt(CODE + 4));
      expect(view.getBigUint64(context + 16 + 8 * 16, little)).toBe(0xffffffff80000001n);
      expect(view.getBigUint64(context + 16 + 8 * 29, little)).toBe(BigInt(sp));
      p.set_register('s0', 0);
      p.call(4193);
      expect([p.memory.u32[1], p.register('s0'), p.register('sp'), p.register('a3')]).toEqual([
        CODE + 4,
        0x80000001,
        sp,
        0,
      ]);
      p.cleanup();
    },
  );

  test('a blocked signal waits until it is unblocked', () => {
    [0x9000, 0x0400_0000, 0x9100, 0, 0, 1 << 9, 0].forEach((word, n) => m.put_32(4 * n, word));
    m.call(NR.rt_sigaction, 10, DATA, 0, 8);
    m.call(NR.rt_sigprocmask, 0, DATA + 20, 0, 8);
    m.call(NR.kill, 1000, 10);
    expect(m.memory.u32[1]).toBe(CODE + 4);
    m.call(NR.rt_sigprocmask, 1, DATA + 20, 0, 8);
    expect(m.memory.u32[1]).toBe(0x9000);
  });

  test('a signal whose frame does not fit on the stack ends the program with SIGSEGV', () => {
    [0x9000, 0, 0, 0, 0].forEach((word, n) => m.put_32(4 * n, word));
    m.call(NR.rt_sigaction, 10, DATA, 0, 8);
    m.set_register('sp', 0x60000);
    expect(status_of(() => m.call(NR.kill, 1000, 10))).toBe(139);
  });

  test('the thread pointer is where the kernel helper reads it', () => {
    expect(m.call(NR.set_tls, 0x12345678)).toBe(0);
    expect(m.memory.read_32(0xffff0ff0)).toBe(0x12345678);
    // ldr r0, [pc, #8] at 0xffff0fe0 reads 0xffff0fe0 + 8 + 8
    expect(m.memory.read_32(0xffff0fe0)).toBe(0xe59f0008);
    expect(m.memory.read_32(0xffff0ffc)).toBeGreaterThanOrEqual(2);
    expect(m.memory.allows(0xffff0000, 0x1000, W)).toBe(false);
  });

  test('a wait that nothing could end is reported instead of hanging', () => {
    m.put_32(0, 5);
    expect(m.call(NR.futex, DATA, 0, 4, 0)).toBe(-EAGAIN);
    expect(m.call(NR.futex, DATA, 1, 1, 0)).toBe(0);
    expect(() => m.call(NR.futex, DATA, 0, 5, 0)).toThrow(/waits forever: futex/);
  });

  test('names and limits', () => {
    expect(m.call(NR.uname, DATA)).toBe(0);
    expect(m.get_text(0, 6)).toBe('Linux\0');
    expect(m.get_text(65 * 4, 9)).toBe('armv5tel\0');
    expect(m.call(NR.ugetrlimit, 3, DATA)).toBe(0);
    expect(m.get_32(0)).toBe(8 << 20);
  });
});

describe('time', () => {
  test('gettimeofday, clock_gettime and its 64-bit form tell the host’s time', () => {
    const now = Date.now() / 1000;
    expect(m.call(NR.gettimeofday, DATA, 0)).toBe(0);
    expect(Math.abs(m.get_32(0) - now)).toBeLessThan(3);
    expect(m.get_32(4)).toBeLessThan(1_000_000);
    expect(m.call(NR.clock_gettime64, 0, DATA)).toBe(0);
    expect(Math.abs(Number(m.get_64(0)) - now)).toBeLessThan(3);
    expect(Math.abs(m.call(NR.time, 0) - now)).toBeLessThan(3);
    expect(m.call(NR.clock_gettime, 99, DATA)).toBe(-EINVAL);
  });

  test('nanosleep sleeps', () => {
    m.put_32(0, 0);
    m.put_32(4, 20_000_000);
    const start = performance.now();
    expect(m.call(NR.nanosleep, DATA, 0)).toBe(0);
    expect(performance.now() - start).toBeGreaterThan(19);
    m.put_32(4, 1_000_000_000);
    expect(m.call(NR.nanosleep, DATA, 0)).toBe(-EINVAL);
  });
});

describe('conventions', () => {
  /** svc 0x900005 (open) between two others, as in libgloss's linux-syscalls0.o: each followed by `b _set_errno`. */
  const stub = () => m.code(0xef900004, 0xea000010, 0xef900005, 0xea00000e, 0xef900006, 0xea00000c);
  const NEWLIB = { CREAT: 0x200, TRUNC: 0x400, WRONLY: 1 };

  test('newlib’s stubs pass newlib’s flags: O_CREAT 0x200 creates', () => {
    stub();
    expect(m.trap(0x900005, [m.text('made'), NEWLIB.CREAT | NEWLIB.TRUNC | NEWLIB.WRONLY, 0o666])).toBe(3);
    expect(existsSync(host_path('made'))).toBe(true);
  });

  test('the same flags in a bare svc are Linux’s, and are with --syscalls qemu in stubs, too', () => {
    expect(m.trap(0x900005, [m.text('f'), NEWLIB.CREAT | NEWLIB.TRUNC | NEWLIB.WRONLY, 0o666])).toBe(-ENOENT);
    expect(m.trap(0x900005, [m.text('f'), O.CREAT | O.WRONLY, 0o666])).toBe(3);
    m.cleanup();
    m = test_machine({ syscalls: 'qemu' });
    stub();
    expect(m.trap(0x900005, [m.text('f'), NEWLIB.CREAT | NEWLIB.TRUNC | NEWLIB.WRONLY, 0o666])).toBe(-ENOENT);
  });

  test('newlib’s stubs get newlib’s error numbers and structures', () => {
    stub();
    mkdirSync(host_path('d'));
    writeFileSync(host_path('d/x'), 'four');
    expect(m.trap(0x900000 + NR.rmdir, [m.text('d')])).toBe(-90); // ENOTEMPTY
    expect(m.trap(0x900000 + NR.stat, [m.text('d/x'), DATA + 512])).toBe(0);
    expect([m.get_32(512 + 4), m.get_32(512 + 16)]).toEqual([0o100644, 4]);
    expect(Math.abs(Number(m.get_64(512 + 40)) - Date.now() / 1000)).toBeLessThan(10);
    expect(m.trap(0x900000 + NR.gettimeofday, [DATA, 0])).toBe(0);
    expect(Math.abs(Number(m.get_64(0)) - Date.now() / 1000)).toBeLessThan(3);
    expect(m.trap(0x900000 + 190, [])).toBe(-88); // vfork: newlib's ENOSYS
  });

  test('Thumb stubs hold the number in the instruction', () => {
    // svc 4; b; svc 20; b; svc 5; b — halfwords, the second pair at CODE
    m.code(0, (0xe7fe << 16) | 0xdf04, (0xe7fe << 16) | 0xdf14, (0xe7fe << 16) | 0xdf05);
    m.set_register('T', 1);
    m.set_register('r7', 9999);
    expect(m.trap(20, [])).toBe(1000);
  });

  test('an unknown number in a bare old-ABI svc is Linux’s ENOSYS', () => {
    expect(m.trap(0x900fff, [])).toBe(-ENOSYS);
    expect(m.trace.at(-1)).toBe('syscall_4095(0, 0, 0, 0) = -ENOSYS');
  });

  test('old-ABI mmap takes its six arguments in memory', () => {
    [0, 0x1000, 3, 0x22, 0xffffffff, 0].forEach((word, n) => m.put_32(4 * n, word));
    const at = m.trap(0x900000 + NR.mmap, [DATA]) >>> 0;
    expect(m.memory.allows(at, 0x1000, R | W)).toBe(true);
  });

  test.each(['little', 'big'] as const)(
    'MIPS o32, %s-endian: errors in a3, later arguments on the stack, own numbers',
    (endianness) => {
      const p = test_machine({ isa: mips_registers(endianness), stdin: 'abc' });
      expect(p.call(4020)).toBe(1000);
      expect(p.register('a3')).toBe(0);
      expect(p.call(4005, p.text('none'), 0, 0)).toBe(ENOENT);
      expect(p.register('a3')).toBe(1);
      expect(p.call(4999)).toBe(89); // ENOSYS
      const fd = p.call(4005, p.text('new'), 0x100 | 1, 0o644); // O_CREAT | O_WRONLY
      expect(p.register('a3')).toBe(0);
      expect(existsSync(join(p.directory, 'new'))).toBe(true);
      p.text('xyz', 100);
      expect(p.call(4004, fd, DATA + 100, 3)).toBe(3);
      expect(p.call(4215, fd, DATA + 512)).toBe(0); // fstat64
      expect([p.get_32(512 + 24) & 0o777, p.get_64(512 + 56)]).toEqual([0o644, 3n]);
      // _llseek(fd, high, low, result, whence): the fifth argument is at sp + 16
      const sp = STACK_TOP - 0x100;
      p.memory.write_32(sp + 16, 2);
      expect(p.call(4140, fd, 0xffffffff, -1, DATA)).toBe(0);
      expect(p.get_64(0)).toBe(2n);
      // mmap2 with two arguments on the stack
      p.memory.write_32(sp + 16, 0xffffffff);
      p.memory.write_32(sp + 20, 0);
      const at = p.call(4210, 0, 0x1000, 3, 0x802) >>> 0;
      expect(p.register('a3')).toBe(0);
      expect(p.memory.allows(at, 0x1000, R | W)).toBe(true);
      expect(p.call(4042)).toBe(4); // pipe: in v0 and v1
      expect(p.register('v1')).toBe(5);
      p.cleanup();
    },
  );

  test.each(['little', 'big'] as const)(
    'the IDT monitor, %s-endian: a jump to 0xbfc00000 + 8n leads to operation n',
    (endianness) => {
      const p = test_machine({ isa: mips_registers(endianness), stdin: 'abc' });
      const word = (address: number) =>
        new DataView(p.memory.u8.buffer, 4096 + address, 4).getUint32(0, endianness === 'little');
      /** Follows `b` (opcode 0x1000, offset in words from the delay slot) to `syscall code`, then `jr ra`. */
      const monitor = (n: number, ...args: number[]) => {
        const entry = 0xbfc00000 + 8 * n;
        expect([word(entry) >>> 16, word(entry + 4)]).toEqual([0x1000, 0]);
        const target = entry + 4 + 4 * (word(entry) & 0xffff);
        expect([word(target) & 0xfc00003f, word(target + 4), word(target + 8)]).toEqual([0x0000000c, 0x03e00008, 0]);
        return p.trap((word(target) >>> 6) & 0xfffff, args, target);
      };
      const fd = monitor(6, p.text('made'), 0x601); // newlib's O_CREAT | O_TRUNC | O_WRONLY
      expect(fd).toBe(3);
      expect(monitor(8, fd, p.text('text'), 4)).toBe(4);
      expect(monitor(10, fd)).toBe(0);
      expect(readFileSync(join(p.directory, 'made'), 'utf8')).toBe('text');
      expect(monitor(6, p.text('none'), 0)).toBe(-1);
      expect(monitor(11)).toBe(97);
      expect(monitor(12, 120)).toBe(0);
      expect(p.stdout.text).toBe('x');
      expect(monitor(55, DATA)).toBe(0);
      expect(p.get_32(0)).toBe(64 << 20);
      expect(status_of(() => monitor(17, 7))).toBe(7);
      p.cleanup();
    },
  );

  test('every call leaves a line that reads like strace’s', () => {
    open('none', O.CREAT | O.WRONLY | O.TRUNC, 0o600);
    m.text('text\n\x01', 100);
    m.call(NR.write, 1, DATA + 100, 6);
    m.call(NR.read, 0, DATA, 8);
    m.call(NR.mmap2, 0, 4096, 3, 0x22, -1, 0);
    expect(() => m.call(NR.exit, 3)).toThrow(GuestExit);
    expect(m.trace).toEqual([
      'open("none", O_WRONLY|O_CREAT|O_TRUNC, 0600) = 3',
      'write(1, "text\\n\\x01", 6) = 6',
      'read(0, "line one", 8) = 8',
      'mmap2(0, 4096, PROT_READ|PROT_WRITE, 0x22, -1, 0) = 0x6f000',
      'exit(3) = ?',
    ]);
  });

  test('making the calls takes less than a millisecond', () => {
    const { memory, layout, isa, host } = m;
    const times = Array.from({ length: 5 }, () => {
      const p = performance.now();
      test_machine_calls();
      return performance.now() - p;
    });
    expect(Math.min(...times)).toBeLessThan(1);
    function test_machine_calls() {
      const range = { start: 0, end: 0 };
      const address_space = { heap: range, mmap: range, stack: range };
      make_syscalls({
        memory,
        layout,
        isa,
        host,
        argv: ['x'],
        program: { brk: 0, address_space, endianness: 'little' },
      });
    }
  });
});
