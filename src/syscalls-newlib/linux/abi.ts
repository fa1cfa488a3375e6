// What differs between the Linux programs that the shared calls serve: numbers, error numbers, flags and structures of
// ARM's old ABI, ARM's EABI, MIPS o32, and the programs that Debian's newlib links with linux.specs, which make ARM
// old-ABI calls with newlib's own flags, structures and error numbers.
// Constants are those of the kernel's headers in arch/arm/include/uapi/asm and arch/mips/include/uapi/asm and of newlib 3.3's
// sys/_default_fcntl.h, sys/stat.h, sys/_timeval.h and sys/signal.h; layouts were compared with what the cross compilers
// make of them (linux/abi.test.ts).

import type { ErrnoTable } from '../errno.js';
import { arm_numbers, mips_o32_numbers } from './numbers.js';

/** Bits of open() and fcntl(F_SETFL). Access modes 0, 1 and 2 are the same everywhere. */
export interface OpenBits {
  create: number;
  exclusive: number;
  truncate: number;
  append: number;
  nonblock: number;
  directory: number;
  nofollow: number;
  cloexec: number;
  path: number;
  tmpfile: number;
}

/** One dialect of the Linux calls. Layouts are described as guest-data.ts reads them. */
export interface LinuxAbi {
  name: 'linux-arm-oabi' | 'linux-arm-eabi' | 'linux-mips-o32' | 'newlib-arm';
  /** List of the calls' numbers; they count from `base`. */
  numbers: string;
  base: number;
  errno: ErrnoTable;
  open: OpenBits;
  /** AT_FDCWD and the flags of the *at calls. */
  fcntl: { getlk: number; setlk: number; setlkw: number; getlk64: number; dupfd_cloexec: number };
  /** Do 64-bit arguments begin at an even register? */
  align_pairs: boolean;
  /** Alignment of 8-byte fields in structures. */
  max_align: number;
  stat: string;
  stat64: string;
  statfs: string;
  statfs64: string;
  timeval: string;
  timespec: string;
  /** Kernel's structure for rt_sigaction; `mask_bytes` is the size of a signal set. */
  sigaction: string;
  mask_bytes: number;
  /** Values of `how` for sigprocmask: block, unblock, set. */
  mask_how: readonly [block: number, unblock: number, set: number];
  siginfo_flag: number;
  /** si_code of an undefined instruction's SIGILL. */
  illegal_code: number;
  /** Names of signals 1, 2, 3 … */
  signals: string;
  map_anonymous: number;
  ioctl: {
    tcgets: number;
    tcsets: number;
    winsize: number;
    fionread: number;
    fionbio: number;
    fioclex: number;
    pgrp: number;
  };
  /** Control characters in struct termios. */
  termios_chars: number;
  rlimits: { nofile: number; infinity: number };
  /** Does select() on number 82 take one pointer to its five arguments, and mmap on 90 to its six? */
  packed_arguments: boolean;
  machine: string;
}

/** Values of si_code: an illegal operand, and a signal of the kernel that says nothing more. */
const ILL_ILLOPN = 2;
export const SI_KERNEL = 0x80;

const generic_signals =
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU ' +
  'XFSZ VTALRM PROF WINCH IO PWR SYS';

const generic_ioctl = {
  tcgets: 0x5401,
  tcsets: 0x5402,
  winsize: 0x5413,
  fionread: 0x541b,
  fionbio: 0x5421,
  fioclex: 0x5451,
  pgrp: 0x540f,
};

const arm_eabi: LinuxAbi = {
  name: 'linux-arm-eabi',
  numbers: arm_numbers,
  base: 0,
  errno: 'linux',
  open: {
    create: 0x40,
    exclusive: 0x80,
    truncate: 0x200,
    append: 0x400,
    nonblock: 0x800,
    directory: 0x4000,
    nofollow: 0x8000,
    cloexec: 0x80000,
    path: 0x200000,
    tmpfile: 0x400000,
  },
  fcntl: { getlk: 5, setlk: 6, setlkw: 7, getlk64: 12, dupfd_cloexec: 1030 },
  align_pairs: true,
  max_align: 8,
  stat:
    'dev:4 ino:4 mode:2 nlink:2 uid:2 gid:2 rdev:4 size:4 blksize:4 blocks:4 ' +
    'atime:4 atime_nsec:4 mtime:4 mtime_nsec:4 ctime:4 ctime_nsec:4 pad:8',
  stat64:
    'dev:8 pad:4 ino32:4 mode:4 nlink:4 uid:4 gid:4 rdev:8 pad:4 size:8 blksize:4 blocks:8 ' +
    'atime:4 atime_nsec:4 mtime:4 mtime_nsec:4 ctime:4 ctime_nsec:4 ino:8',
  statfs: 'type:4 bsize:4 blocks:4 bfree:4 bavail:4 files:4 ffree:4 pad:8 namelen:4 frsize:4 flags:4 pad:16',
  statfs64: 'type:4 bsize:4 blocks:8 bfree:8 bavail:8 files:8 ffree:8 pad:8 namelen:4 frsize:4 flags:4 pad:16',
  timeval: 'sec:4 usec:4',
  timespec: 'sec:4 nsec:4',
  sigaction: 'handler:4 flags:4 restorer:4 mask:8',
  mask_bytes: 8,
  mask_how: [0, 1, 2],
  siginfo_flag: 4,
  illegal_code: ILL_ILLOPN,
  signals: generic_signals,
  map_anonymous: 0x20,
  ioctl: generic_ioctl,
  termios_chars: 19,
  rlimits: { nofile: 7, infinity: 0xffffffff },
  packed_arguments: false,
  machine: 'armv5tel',
};

// The old ABI aligns nothing to more than four bytes and pairs no registers.
const arm_oabi: LinuxAbi = {
  ...arm_eabi,
  name: 'linux-arm-oabi',
  align_pairs: false,
  max_align: 4,
  packed_arguments: true,
  sigaction: 'handler:4 flags:4 restorer:4 mask:8',
};

const newlib_arm: LinuxAbi = {
  ...arm_oabi,
  name: 'newlib-arm',
  errno: 'newlib',
  open: {
    create: 0x200,
    exclusive: 0x800,
    truncate: 0x400,
    append: 0x8,
    nonblock: 0x4000,
    directory: 0x200000,
    nofollow: 0x100000,
    cloexec: 0x40000,
    path: 0,
    tmpfile: 0,
  },
  fcntl: { getlk: 7, setlk: 8, setlkw: 9, getlk64: -1, dupfd_cloexec: 14 },
  max_align: 8,
  stat:
    'dev:2 ino:2 mode:4 nlink:2 uid:2 gid:2 rdev:2 size:4 atime:8 atime_nsec:4 pad:4 mtime:8 mtime_nsec:4 pad:4 ' +
    'ctime:8 ctime_nsec:4 pad:4 blksize:4 blocks:4 pad:8',
  timeval: 'sec:8 usec:4 pad:4',
  timespec: 'sec:8 nsec:4 pad:4',
  mask_bytes: 4,
  mask_how: [1, 2, 0],
  signals:
    'HUP INT QUIT ILL TRAP ABRT EMT FPE KILL BUS SEGV SYS PIPE ALRM TERM URG STOP TSTP CONT CHLD TTIN TTOU IO XCPU ' +
    'XFSZ VTALRM PROF WINCH LOST USR1 USR2',
  packed_arguments: false,
};

const mips_o32: LinuxAbi = {
  ...arm_eabi,
  name: 'linux-mips-o32',
  numbers: mips_o32_numbers,
  base: 4000,
  errno: 'mips',
  open: {
    create: 0x100,
    exclusive: 0x400,
    truncate: 0x200,
    append: 0x8,
    nonblock: 0x80,
    directory: 0x10000,
    nofollow: 0x20000,
    cloexec: 0x80000,
    path: 0x200000,
    tmpfile: 0x400000,
  },
  fcntl: { getlk: 14, setlk: 6, setlkw: 7, getlk64: 33, dupfd_cloexec: 1030 },
  stat:
    'dev:4 pad:12 ino:4 mode:4 nlink:4 uid:4 gid:4 rdev:4 pad:8 size:4 pad:4 ' +
    'atime:4 atime_nsec:4 mtime:4 mtime_nsec:4 ctime:4 ctime_nsec:4 blksize:4 blocks:4 pad:56',
  stat64:
    'dev:4 pad:12 ino:8 mode:4 nlink:4 uid:4 gid:4 rdev:4 pad:12 size:8 ' +
    'atime:4 atime_nsec:4 mtime:4 mtime_nsec:4 ctime:4 ctime_nsec:4 blksize:4 pad:4 blocks:8',
  statfs: 'type:4 bsize:4 frsize:4 blocks:4 bfree:4 files:4 ffree:4 bavail:4 pad:8 namelen:4 flags:4 pad:20',
  statfs64: 'type:4 bsize:4 frsize:4 pad:4 blocks:8 bfree:8 files:8 ffree:8 bavail:8 pad:8 namelen:4 flags:4 pad:24',
  sigaction: 'flags:4 handler:4 mask:8 pad:8',
  mask_bytes: 16,
  mask_how: [1, 2, 3],
  siginfo_flag: 8,
  illegal_code: SI_KERNEL,
  signals:
    'HUP INT QUIT ILL TRAP ABRT EMT FPE KILL BUS SEGV SYS PIPE ALRM TERM USR1 USR2 CHLD PWR WINCH URG IO STOP TSTP CONT ' +
    'TTIN TTOU VTALRM PROF XCPU XFSZ',
  map_anonymous: 0x800,
  ioctl: {
    tcgets: 0x540d,
    tcsets: 0x540e,
    winsize: 0x40087468,
    fionread: 0x467f,
    fionbio: 0x667e,
    fioclex: 0x6601,
    pgrp: 0x40047477,
  },
  termios_chars: 23,
  rlimits: { nofile: 5, infinity: 0x7fffffff },
  machine: 'mips',
};

export const linux_abis: Readonly<Record<LinuxAbi['name'], LinuxAbi>> = {
  'linux-arm-eabi': arm_eabi,
  'linux-arm-oabi': arm_oabi,
  'linux-mips-o32': mips_o32,
  'newlib-arm': newlib_arm,
};

/** Number of a signal in this dialect; -1 if it has none of that name. */
export function signal_number(abi: LinuxAbi, name: string): number {
  const index = abi.signals.split(' ').indexOf(name);
  return index < 0 ? -1 : index + 1;
}

/** The number that a shell's exit status shows for a death by this signal: the same on all machines, as under qemu. */
export function shell_signal(abi: LinuxAbi, number: number): number {
  if (abi.name !== 'linux-mips-o32') return number;
  const common = signal_number(arm_eabi, signal_name(abi, number).replace(/^SIG/, ''));
  return common < 0 ? number : common;
}

export function signal_name(abi: LinuxAbi, number: number): string {
  const name = abi.signals.split(' ')[number - 1];
  return name === undefined ? String(number) : `SIG${name}`;
}
