import { describe, expect, test } from 'vitest';
import { type Layout, layout_of } from '../guest-data.js';
import { linux_abis, signal_number } from './abi.js';

// Offsets and sizes as C programs print them with offsetof() and sizeof: compiled by arm-linux-gnueabi-gcc 12.2 (EABI),
// mipsel-linux-gnu-gcc and mips-linux-gnu-gcc 12.2 (o32) with the kernel's headers <asm/stat.h>, <asm/statfs.h>, and by
// arm-none-eabi-gcc 12.2 with newlib 3.3's <sys/stat.h>, <sys/time.h>; run under qemu.
const offsets = (layout: Layout) => Object.fromEntries(layout.fields.map(({ name, offset }) => [name, offset]));
const { 'linux-arm-eabi': eabi, 'linux-arm-oabi': oabi, 'linux-mips-o32': mips, 'newlib-arm': newlib } = linux_abis;

describe('structures lie as compilers lay them out', () => {
  test.each([
    [
      'struct stat of ARM Linux',
      layout_of(eabi.stat, eabi.max_align),
      64,
      { dev: 0, ino: 4, mode: 8, nlink: 10, uid: 12, gid: 14, rdev: 16, size: 20, blksize: 24, blocks: 28 },
      { atime: 32, atime_nsec: 36, mtime: 40, ctime: 48 },
    ],
    [
      'struct stat64 of the EABI',
      layout_of(eabi.stat64, eabi.max_align),
      104,
      { dev: 0, ino32: 12, mode: 16, nlink: 20, uid: 24, gid: 28, rdev: 32, size: 48, blksize: 56, blocks: 64 },
      { atime: 72, atime_nsec: 76, mtime: 80, ctime: 88, ino: 96 },
    ],
    [
      'struct stat of MIPS o32',
      layout_of(mips.stat, mips.max_align),
      144,
      { dev: 0, ino: 16, mode: 20, nlink: 24, uid: 28, gid: 32, rdev: 36, size: 48, blksize: 80, blocks: 84 },
      { atime: 56, atime_nsec: 60, mtime: 64, ctime: 72 },
    ],
    [
      'struct stat64 of MIPS o32',
      layout_of(mips.stat64, mips.max_align),
      104,
      { dev: 0, ino: 16, mode: 24, nlink: 28, uid: 32, gid: 36, rdev: 40, size: 56, blksize: 88, blocks: 96 },
      { atime: 64, atime_nsec: 68, mtime: 72, ctime: 80 },
    ],
    [
      "newlib's struct stat",
      layout_of(newlib.stat, newlib.max_align),
      88,
      { dev: 0, ino: 2, mode: 4, nlink: 8, uid: 10, gid: 12, rdev: 14, size: 16, blksize: 72, blocks: 76 },
      { atime: 24, mtime: 40, ctime: 56 },
    ],
    [
      'struct statfs of ARM Linux',
      layout_of(eabi.statfs, eabi.max_align),
      64,
      { bsize: 4, blocks: 8, namelen: 36, frsize: 40 },
      { flags: 44 },
    ],
    [
      'struct statfs of MIPS o32',
      layout_of(mips.statfs, mips.max_align),
      68,
      { bsize: 4, frsize: 8, blocks: 12, namelen: 40 },
      { flags: 44 },
    ],
    [
      'struct statfs64 of MIPS o32',
      layout_of(mips.statfs64, mips.max_align),
      96,
      { frsize: 8, blocks: 16, bfree: 24, files: 32, namelen: 64 },
      {},
    ],
    ["newlib's struct timeval", layout_of(newlib.timeval, 8), 16, { sec: 0, usec: 8 }, {}],
    ["newlib's struct timespec", layout_of(newlib.timespec, 8), 16, { sec: 0, nsec: 8 }, {}],
  ])('%s', (_name, layout, size, first, second) => {
    expect(layout.size).toBe(size);
    expect(offsets(layout)).toMatchObject({ ...first, ...second });
  });

  test('struct stat64 of the old ABI is packed to four bytes: 96 bytes (arch/arm/kernel/sys_oabi-compat.c)', () => {
    const layout = layout_of(oabi.stat64, oabi.max_align);
    expect(layout.size).toBe(96);
    expect(offsets(layout)).toMatchObject({ rdev: 32, size: 44, blksize: 52, blocks: 56, atime: 64, ino: 88 });
  });

  test('struct statfs64 of ARM Linux is packed: 84 bytes, compiled with __attribute__((packed, aligned(4)))', () => {
    const layout = layout_of(eabi.statfs64, eabi.max_align);
    expect(layout.size).toBe(84);
    expect(offsets(layout)).toMatchObject({ blocks: 8, bfree: 16, files: 32, namelen: 56, frsize: 60 });
  });
});

// asm/signal.h of each, and sys/signal.h of newlib: `cpp -dM`.
test.each([
  [
    'linux-arm-eabi',
    { ABRT: 6, BUS: 7, KILL: 9, USR1: 10, SEGV: 11, USR2: 12, PIPE: 13, CHLD: 17, WINCH: 28, SYS: 31 },
  ],
  [
    'linux-mips-o32',
    { ABRT: 6, BUS: 10, KILL: 9, USR1: 16, SEGV: 11, SYS: 12, PIPE: 13, CHLD: 18, STOP: 23, XFSZ: 31 },
  ],
  ['newlib-arm', { ABRT: 6, BUS: 10, SYS: 12, URG: 16, STOP: 17, CHLD: 20, IO: 23, WINCH: 28, USR1: 30, USR2: 31 }],
] as const)('signals of %s have their headers’ numbers', (abi, numbers) => {
  for (const [name, number] of Object.entries(numbers)) expect(signal_number(linux_abis[abi], name), name).toBe(number);
});
