/* system: what programs with glibc want of the system: thread-local data, signals, clocks, locks without threads,
   locales, random numbers, the auxiliary vector, memory, files. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

static __thread int counter = 7;
static __thread char text[100] = "thread-local";
static sigjmp_buf back;
static volatile sig_atomic_t seen, last;

static void note(int number, siginfo_t *info, void *context) {
  (void)context;
  seen++;
  last = info->si_signo == number ? number : -1;
}
static void leave(int number) { siglongjmp(back, number); }
static void at_exit(void) { puts("at exit"); }
static void once(void) { puts("once"); }
static int by_value(const void *a, const void *b) { return (*(int *)a > *(int *)b) - (*(int *)a < *(int *)b); }

static void signals(void) {
  struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
  printf("signal %d, seen %d\n", (int)last, (int)seen);
  sigset_t set, old;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, &old);
  raise(SIGUSR1);
  sigpending(&set);
  printf("blocked: seen %d, pending %d\n", (int)seen, sigismember(&set, SIGUSR1));
  sigprocmask(SIG_SETMASK, &old, NULL);
  printf("unblocked: seen %d\n", (int)seen);
  signal(SIGTERM, leave);
  int number = sigsetjmp(back, 1);
  if (number == 0) raise(SIGTERM);
  printf("back with %d: %s\n", number, strsignal(number));
  signal(SIGABRT, leave);
  number = sigsetjmp(back, 1);
  if (number == 0) abort();
  printf("abort caught: %d\n", number);
}

static void locks(void) {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  int locked = pthread_mutex_lock(&mutex);
  printf("mutex %d, again %s", locked, strerror(pthread_mutex_trylock(&mutex)));
  printf(", unlock %d\n", pthread_mutex_unlock(&mutex));
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
  pthread_mutex_t recursive;
  pthread_mutex_init(&recursive, &attributes);
  pthread_mutex_lock(&recursive);
  printf("recursive %d\n", pthread_mutex_lock(&recursive));
  static pthread_once_t control = PTHREAD_ONCE_INIT;
  pthread_once(&control, once);
  pthread_once(&control, once);
  pthread_key_t key;
  pthread_key_create(&key, NULL);
  pthread_setspecific(key, "specific");
  printf("%s, self %d\n", (char *)pthread_getspecific(key), pthread_equal(pthread_self(), pthread_self()));
  pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += 3000000;
  if (until.tv_nsec > 999999999) {
    until.tv_sec++;
    until.tv_nsec -= 1000000000;
  }
  pthread_mutex_lock(&mutex);
  printf("wait: %s\n", strerror(pthread_cond_timedwait(&condition, &mutex, &until)));
}

static void times(void) {
  time_t when = 86400L * 365 * 30 + 12345;
  struct tm parts;
  char line[200];
  gmtime_r(&when, &parts);
  strftime(line, sizeof line, "%Y-%m-%d %H:%M:%S %a %b %j", &parts);
  printf("%s, back %d\n", line, timegm(&parts) == when);
  struct timespec from, to, pause = {0, 2000000};
  clock_gettime(CLOCK_MONOTONIC, &from);
  nanosleep(&pause, NULL);
  clock_gettime(CLOCK_MONOTONIC, &to);
  printf("slept %d\n", (to.tv_sec - from.tv_sec) * 1000000000LL + to.tv_nsec - from.tv_nsec >= pause.tv_nsec);
  struct timeval now;
  printf("now %d %d %d\n", gettimeofday(&now, NULL), now.tv_sec > 1600000000, time(NULL) > 1600000000);
}

static void files(void) {
  char line[100];
  struct stat status;
  FILE *file = fopen("a.txt", "w+");
  fprintf(file, "line %d\n%s\n", 1, "line 2");
  rewind(file);
  while (fgets(line, sizeof line, file)) fputs(line, stdout);
  fclose(file);
  int fd = open("b.bin", O_RDWR | O_CREAT | O_TRUNC, 0640);
  struct iovec parts[] = {{"abc", 3}, {"", 0}, {"defgh", 5}};
  printf("writev %d\n", (int)writev(fd, parts, 3));
  printf("pread %d %.3s, pwrite %d\n", (int)pread(fd, line, 3, 2), line, (int)pwrite(fd, "Z", 1, 20));
  fstat(fd, &status);
  printf("%lld bytes, mode %o\n", (long long)status.st_size, (unsigned)status.st_mode & 07777);
  char *mapped = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
  printf("mapped %.8s\n", mapped);
  munmap(mapped, 4096);
  printf("ftruncate %d, lseek %d\n", ftruncate(fd, 7), (int)lseek(fd, 0, SEEK_END));
  close(fd);
  printf("mkdir %d, again %s\n", mkdir("d", 0755), mkdir("d", 0755) < 0 ? strerror(errno) : "");
  printf("rename %d, link %d, symlink %d\n", rename("a.txt", "d/c"), link("d/c", "d/e"), symlink("c", "d/s"));
  lstat("d/s", &status);
  printf("readlink %d, islink %d\n", (int)readlink("d/s", line, 10), S_ISLNK(status.st_mode));
  printf("no %s, ", open("no", O_RDONLY) < 0 ? strerror(errno) : "");
  printf("%s\n", write(77, "x", 1) < 0 ? strerror(errno) : "");
  printf("unlink %d %d %d %d, rmdir %d\n", unlink("d/c"), unlink("d/e"), unlink("d/s"), unlink("b.bin"), rmdir("d"));
  int ends[2];
  printf("pipe %d, %d, %d\n", pipe(ends), (int)write(ends[1], "pp", 2), (int)read(ends[0], line, 10));
}

int main(int argc, char **argv) {
  atexit(at_exit);
  printf("%d %s\n", counter++, text);
  signals();
  locks();
  times();
  files();
  printf("counter %d, %d arguments, last %s\n", counter, argc, argv[argc - 1]);

  int numbers[500];
  unsigned random = 1;
  for (int i = 0; i < 500; i++) numbers[i] = (random = random * 1103515245 + 12345) >> 8;
  qsort(numbers, 500, sizeof *numbers, by_value);
  int sorted = 1;
  for (int i = 1; i < 500; i++) sorted &= numbers[i - 1] <= numbers[i];
  printf("sorted %d, found %d\n", sorted, bsearch(&numbers[77], numbers, 500, sizeof *numbers, by_value) != NULL);

  printf("locale %s, %ls\n", setlocale(LC_ALL, ""), L"wide");
  unsigned char bytes[16];
  printf("getrandom %d\n", (int)getrandom(bytes, sizeof bytes, 0));
  printf("page %lu, clock %lu, random %d, secure %lu\n", getauxval(AT_PAGESZ), getauxval(AT_CLKTCK),
         getauxval(AT_RANDOM) != 0, getauxval(AT_SECURE));
  struct utsname names;
  struct rlimit limit;
  printf("%d %s, %d, %d\n", uname(&names), names.sysname, getrlimit(RLIMIT_STACK, &limit), getuid() == geteuid());
  char *block = malloc(1 << 20);
  block = realloc(block, 3 << 20);
  memset(block, 1, 3 << 20);
  printf("realloc %d, aligned %d\n", block[2 << 20], ((unsigned long)aligned_alloc(4096, 8192) & 4095) == 0);
  setenv("NAME", "value", 1);
  printf("%s %s\n", getenv("NAME"), getenv("NONE") ? "?" : "none");
  return 10 + argc;
}
