/* syscalls: Linux system calls with the kernel's own structures, freestanding. Built twice: syscalls_eabi (number in
 * r7, svc 0) and syscalls_oabi (svc 0x9000NN). write, writev, readv, brk, mmap2, old mmap by block, munmap, mprotect,
 * uname, getcwd, chdir, mkdir, rmdir, open, openat, close, lseek, _llseek, stat64, fstat64, stat, unlink, rename, link,
 * symlink, readlink, access, dup, dup2, fcntl, ioctl TCGETS, pipe, time, gettimeofday, clock_gettime, nanosleep, times,
 * getpid, gettid, getuid, umask, getrandom, set_tls, sigaction, exit_group, an unknown number, bad addresses. */
#include "raw.h"

struct iovec { const void *base; unsigned length; };
static char buffer[512], name[400];
struct stat64 { /* EABI and OABI agree up to st_size except for the latter's packing; only these are compared */
  uint32_t w[32];
};

static void start(long *stack) __attribute__((used));
asm(".globl _start\n.arm\n_start: mov r0, sp\n bic sp, sp, #7\n b start\n");

static void start(long *stack) {
  int argc = (int)stack[0];
  char **argv = (char **)(stack + 1), **envp = argv + argc + 1;
  line("argc", argc);
  text(argc > 1 ? argv[1] : "none"), text("\n");
  int vars = 0;
  while (envp[vars]) vars++;
  line("envp", vars);
  uint32_t *auxv = (uint32_t *)(envp + vars + 1), pagesize = 0, phdr = 0, random = 0;
  for (; auxv[0]; auxv += 2) {
    if (auxv[0] == 6) pagesize = auxv[1];
    if (auxv[0] == 3) phdr = auxv[1];
    if (auxv[0] == 25) random = auxv[1];
  }
  line("auxv page size", (long)pagesize);
  line("auxv program headers", phdr != 0 && *(uint32_t *)phdr != 0);
  line("auxv random bytes", random != 0);
  line("stack aligned to 8", ((uintptr_t)stack & 7) == 0);

  struct iovec v[3] = {{"writev ", 7}, {"of three", 8}, {"\n", 1}};
  line("writev", CALL3(146, 1, v, 3));
  line("writev with a bad count", CALL3(146, 1, v, -1));
  line("write to a bad address", CALL3(4, 1, 0xfffffff0, 4));
  line("write to a bad descriptor", CALL3(4, 99, "x", 1));
  line("unknown system call", CALL3(0x3fe, 1, 2, 3));

  long old = CALL3(45, 0, 0, 0), up = CALL3(45, old + 0x5000, 0, 0);
  line("brk grows", up == old + 0x5000);
  *(volatile int *)(old + 0x4ffc) = 77;
  line("brk memory", *(volatile int *)(old + 0x4ffc) + *(volatile int *)(old + 0x1000));
  line("brk shrinks", CALL3(45, old, 0, 0) == old);
  line("brk below start is refused", CALL3(45, 0x1000, 0, 0) == old);

  long map = CALL(192, 0, 0x10000, 3, 0x22, -1, 0);
  line("mmap2 aligned", map > 0xffff && (map & 0xfff) == 0);
  volatile int *m = (volatile int *)map;
  m[0] = 1, m[0x3fff] = 2;
  line("mmap2 memory", m[0] + m[0x3fff] + m[1000]);
  long map2 = CALL(192, 0, 0x1000, 3, 0x22, -1, 0);
  line("second mmap2 apart", map2 > 0xffff && (map2 >= map + 0x10000 || map2 + 0x1000 <= map));
  line("munmap", CALL3(91, map2, 0x1000, 0));
  line("munmap misaligned", CALL3(91, map + 1, 0x1000, 0));
  line("mmap2 of length 0", CALL(192, 0, 0, 3, 0x22, -1, 0));
  line("mmap2 of a bad descriptor", CALL(192, 0, 0x1000, 3, 2, 99, 0));
  line("mmap2 fixed", CALL(192, map + 0x4000, 0x1000, 3, 0x32, -1, 0) == map + 0x4000);
  line("mmap2 fixed is zeroed, the rest kept", m[0x1000] + m[0x3fff]);
  line("mprotect", CALL3(125, map, 0x1000, 1));
  line("munmap all", CALL3(91, map, 0x10000, 0));

  line("uname", CALL3(122, buffer, 0, 0));
  text(buffer), text("\n");
  line("machine is arm", buffer[65 * 4] == 'a' && buffer[65 * 4 + 1] == 'r' && buffer[65 * 4 + 2] == 'm');
  line("mkdir", CALL3(39, "folder", 0755, 0));
  line("chdir", CALL3(12, "folder", 0, 0));
  long n = CALL3(183, name, sizeof name, 0);
  line("getcwd counts its null", n == (long)length(name) + 1);
  line("getcwd absolute", name[0] == '/');
  line("getcwd ends with /folder", same(name + length(name) - 7, "/folder"));
  line("getcwd too small", CALL3(183, name, 2, 0));
  line("chdir ..", CALL3(12, "..", 0, 0));
  line("rmdir", CALL3(40, "folder", 0, 0));
  line("chdir missing", CALL3(12, "folder", 0, 0));

  long fd = CALL3(5, "file", 0x42, 0644); /* O_RDWR | O_CREAT */
  line("open", fd > 2);
  line("write", CALL3(4, fd, "0123456789", 10));
  line("lseek", CALL3(19, fd, 4, 0));
  line("read", CALL3(3, fd, buffer, 3));
  buffer[3] = 0, text(buffer), text("\n");
  uint64_t where = 0;
  line("_llseek", CALL(140, fd, 0, -2, &where, 2, 0)); /* offset high 0, low -2: beyond 4 GiB - 2 */
  line("_llseek back", CALL(140, fd, -1, -2, &where, 2, 0));
  line("_llseek result", (long)where);
  struct iovec in[2] = {{buffer, 1}, {buffer + 10, 5}};
  line("readv", CALL3(145, fd, in, 2));
  line("readv bytes", buffer[0] * 256 + buffer[10]);
  line("read at the end", CALL3(3, fd, buffer, 5));
  line("ftruncate", CALL3(93, fd, 4, 0));
  line("lseek end", CALL3(19, fd, 0, 2));
  line("lseek hole", CALL3(19, fd, 100, 2));
  line("lseek bad", CALL3(19, fd, -1, 0));
  struct stat64 st;
  line("fstat", CALL3(108, fd, &st, 0));
  line("old stat size", (long)st.w[5]);
  line("old stat regular file", (st.w[2] & 0xf000) == 0x8000);
  line("stat", CALL3(106, "file", &st, 0));
  line("stat missing", CALL3(106, "nothing", &st, 0));
  line("lstat64 missing", CALL3(196, "nothing", &st, 0));
#ifndef OABI
  line("fstat64", CALL3(197, fd, &st, 0));
  line("stat64 size", (long)st.w[12]);
  line("stat64 regular file", (st.w[4] & 0xf000) == 0x8000);
  line("stat64", CALL3(195, "file", &st, 0));
  line("openat and close", CALL3(6, CALL(322, -100, "file", 0, 0, 0, 0), 0, 0));
#endif
  long copy = CALL3(41, fd, 0, 0);
  line("dup", copy > fd);
  line("dup2", CALL3(63, fd, 40, 0));
  line("dup2 of a bad one", CALL3(63, 99, 41, 0));
  line("fcntl F_GETFL", CALL3(55, fd, 3, 0) & 3);
  line("fcntl F_GETFD", CALL3(55, fd, 1, 0));
  line("ioctl TCGETS on a file", CALL3(54, fd, 0x5401, buffer));
  line("close", CALL3(6, fd, 0, 0));
  line("close copies", CALL3(6, copy, 0, 0) + CALL3(6, 40, 0, 0));
  line("close again", CALL3(6, fd, 0, 0));
  line("access", CALL3(33, "file", 4, 0));
  line("rename", CALL3(38, "file", "moved", 0));
  line("access old name", CALL3(33, "file", 0, 0));
  line("link", CALL3(9, "moved", "second", 0));
  line("symlink", CALL3(83, "moved", "soft", 0));
  n = CALL3(85, "soft", buffer, sizeof buffer);
  line("readlink", n);
  line("readlink of a file", CALL3(85, "moved", buffer, sizeof buffer));
  line("open through the link", CALL3(6, CALL3(5, "soft", 0, 0), 0, 0));
  line("unlink", CALL3(10, "moved", 0, 0) + CALL3(10, "second", 0, 0) + CALL3(10, "soft", 0, 0));
  line("unlink missing", CALL3(10, "moved", 0, 0));
  line("open O_EXCL", CALL3(6, CALL3(5, "new", 0xc1, 0600), 0, 0));
  line("open O_EXCL again", CALL3(5, "new", 0xc1, 0600));
  line("open O_DIRECTORY of a file", CALL3(5, "new", 0x4000, 0));
  line("open . for writing", CALL3(5, ".", 1, 0));
  line("rmdir of a file", CALL3(40, "new", 0, 0));
  line("unlink new", CALL3(10, "new", 0, 0));

  int ends[2] = {0, 0};
  line("pipe", CALL3(42, ends, 0, 0));
  line("write pipe", CALL3(4, ends[1], "through", 7));
  line("read pipe", CALL3(3, ends[0], buffer, 100));
  line("lseek on a pipe", CALL3(19, ends[0], 0, 0));
  CALL3(6, ends[0], 0, 0), CALL3(6, ends[1], 0, 0);

  int32_t tv[2] = {0, -1}, ts[2] = {0, -1}, none[2] = {0, 1000};
#ifdef OABI
  line("time", CALL3(13, 0, 0, 0) > 1700000000);
#endif
  line("gettimeofday", CALL3(78, tv, 0, 0));
  line("seconds", tv[0] > 1700000000);
  line("microseconds", tv[1] >= 0 && tv[1] < 1000000);
  line("clock_gettime", CALL3(263, 1, ts, 0));
  line("nanoseconds", ts[1] >= 0 && ts[1] < 1000000000);
  line("nanosleep", CALL3(162, none, 0, 0));
  int32_t tms[4] = {-1, -1, -1, -1};
  line("times", CALL3(43, tms, 0, 0) > 0);
  line("tms", tms[0] >= 0 && tms[1] >= 0 && tms[2] >= 0 && tms[3] >= 0);
  long pid = CALL3(20, 0, 0, 0);
  line("getpid is gettid", pid > 0 && pid == CALL3(224, 0, 0, 0));
  line("getuid is geteuid", CALL3(24, 0, 0, 0) == CALL3(49, 0, 0, 0));
  CALL3(60, 022, 0, 0);
  line("umask", CALL3(60, 077, 0, 0));
  line("getrandom", CALL3(384, buffer, 16, 0));
  line("kill with signal 0", CALL3(37, pid, 0, 0));
  line("kill with signal 99", CALL3(37, pid, 99, 0));
  uint32_t ignore[5] = {1, 0, 0, 0, 0};
  line("sigaction ignore", CALL(174, 13, ignore, 0, 8, 0, 0));
#ifdef OABI
  CALL3(1, 61, 0, 0);
#else
  CALL3(248, 62, 0, 0);
#endif
}
