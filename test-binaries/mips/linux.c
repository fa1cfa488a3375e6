/* linux: what newlib wants of an operating system, by the system calls of Linux o32: newlib's flags, structures and error
   numbers on one side, the kernel's on the other. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/times.h>
#include <unistd.h>

#undef errno
extern int errno;
static char *no_environment[] = {0};
char **environ = no_environment;

void _init(void) {}
void _fini(void) {}

/* Numbers above 34 differ. */
static int newlib_errno(int kernel) {
  switch (kernel) {
    case 45: return EDEADLK;
    case 46: return ENOLCK;
    case 78: return ENAMETOOLONG;
    case 79: return EOVERFLOW;
    case 89: return ENOSYS;
    case 90: return ELOOP;
    case 93: return ENOTEMPTY;
    case 122: return EOPNOTSUPP;
    default: return kernel <= 34 ? kernel : EIO;
  }
}

static long call(int number, long a, long b, long c, long d) {
  register long v0 __asm__("$2") = number;
  register long a0 __asm__("$4") = a;
  register long a1 __asm__("$5") = b;
  register long a2 __asm__("$6") = c;
  register long a3 __asm__("$7") = d;
  __asm__ volatile("syscall"
                   : "+r"(v0), "+r"(a3)
                   : "r"(a0), "r"(a1), "r"(a2)
                   : "$1", "$3", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$24", "$25", "hi", "lo", "memory");
  if (a3 == 0) return v0;
  errno = newlib_errno(v0);
  return -1;
}
#define CALL(number, a, b, c) call(4000 + (number), (long)(a), (long)(b), (long)(c), 0)

void _exit(int status) {
  for (;;) CALL(246, status, 0, 0);
}
int read(int fd, void *to, size_t size) { return CALL(3, fd, to, size); }
int write(int fd, const void *from, size_t size) { return CALL(4, fd, from, size); }
int close(int fd) { return CALL(6, fd, 0, 0); }
int link(const char *from, const char *to) { return CALL(9, from, to, 0); }
int unlink(const char *path) { return CALL(10, path, 0, 0); }
int rename(const char *from, const char *to) { return CALL(38, from, to, 0); }
int mkdir(const char *path, mode_t mode) { return CALL(39, path, mode, 0); }
int rmdir(const char *path) { return CALL(40, path, 0, 0); }
int access(const char *path, int mode) { return CALL(33, path, mode, 0); }
int chdir(const char *path) { return CALL(12, path, 0, 0); }
off_t lseek(int fd, off_t offset, int whence) { return CALL(19, fd, offset, whence); }
pid_t getpid(void) { return CALL(20, 0, 0, 0); }
int ftruncate(int fd, off_t size) { return CALL(93, fd, size, 0); }
int dup(int fd) { return CALL(41, fd, 0, 0); }

int kill(pid_t pid, int signal) {
  if (signal == SIGUSR1) signal = 16;
  else if (signal == SIGUSR2) signal = 17;
  return CALL(37, pid, signal, 0);
}

int open(const char *path, int flags, ...) {
  __builtin_va_list list;
  __builtin_va_start(list, flags);
  int mode = __builtin_va_arg(list, int);
  __builtin_va_end(list);
  int kernel = flags & O_ACCMODE;
  if (flags & O_CREAT) kernel |= 0x100;
  if (flags & O_EXCL) kernel |= 0x400;
  if (flags & O_TRUNC) kernel |= 0x200;
  if (flags & O_APPEND) kernel |= 0x8;
  if (flags & O_NONBLOCK) kernel |= 0x80;
  return CALL(5, path, kernel, mode);
}

/* struct stat64 of the kernel. */
struct kernel_stat {
  unsigned dev, pad0[3];
  unsigned long long ino;
  unsigned mode, nlink, uid, gid, rdev, pad1[3];
  long long size;
  unsigned atime, atime_nsec, mtime, mtime_nsec, ctime, ctime_nsec, blksize, pad2;
  long long blocks;
};
static int convert(int result, struct stat *to, const struct kernel_stat *from) {
  if (result < 0) return -1;
  memset(to, 0, sizeof *to);
  to->st_dev = from->dev;
  to->st_ino = from->ino;
  to->st_mode = from->mode;
  to->st_nlink = from->nlink;
  to->st_uid = from->uid;
  to->st_gid = from->gid;
  to->st_size = from->size;
  to->st_atime = from->atime;
  to->st_mtime = from->mtime;
  to->st_ctime = from->ctime;
  return 0;
}
int stat(const char *path, struct stat *to) {
  struct kernel_stat kernel;
  return convert(CALL(213, path, &kernel, 0), to, &kernel);
}
int fstat(int fd, struct stat *to) {
  struct kernel_stat kernel;
  return convert(CALL(215, fd, &kernel, 0), to, &kernel);
}

/* Asks for the terminal's modes: only a terminal has some. */
int isatty(int fd) {
  char modes[64];
  return CALL(54, fd, 0x540d, modes) == 0;
}

void *sbrk(ptrdiff_t size) {
  static char *end;
  if (end == 0) end = (char *)CALL(45, 0, 0, 0);
  char *wanted = end + size;
  if ((char *)CALL(45, wanted, 0, 0) != wanted) {
    errno = ENOMEM;
    return (void *)-1;
  }
  char *before = end;
  end = wanted;
  return before;
}

void *_sbrk(ptrdiff_t size) __attribute__((alias("sbrk")));

int gettimeofday(struct timeval *time, void *zone) {
  long kernel[2];
  (void)zone;
  if (CALL(78, kernel, 0, 0) < 0) return -1;
  time->tv_sec = kernel[0];
  time->tv_usec = kernel[1];
  return 0;
}
clock_t times(struct tms *to) { return CALL(43, to, 0, 0); }

/* No other processes. */
int fork(void) { errno = ENOSYS; return -1; }
int execve(const char *path, char *const argv[], char *const env[]) {
  (void)path, (void)argv, (void)env;
  errno = ENOSYS;
  return -1;
}
int wait(int *status) { (void)status; errno = ECHILD; return -1; }
