/*
 * time, process id, rand and random as every target and C library shall see them, linked with -Wl,--wrap: the clock stands still
 * and the generator is one xorshift32 of ours, so that a program seeded by the clock prints the same everywhere.
 */
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static unsigned state = 2463534242u;

time_t __wrap_time(time_t *where) {
  if (where) *where = 1000000000;
  return 1000000000;
}

int __wrap_gettimeofday(struct timeval *where, void *zone) {
  (void)zone;
  where->tv_sec = 1000000000;
  where->tv_usec = 0;
  return 0;
}

clock_t __wrap_clock(void) { return 0; }

pid_t __wrap_getpid(void) { return 1; }

void __wrap_srand(unsigned seed) { state = seed ? seed : 1; }

int __wrap_rand(void) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return (int)(state % ((unsigned)RAND_MAX + 1u));
}

void __wrap_srandom(unsigned seed) { __wrap_srand(seed); }

long __wrap_random(void) {
  __wrap_rand();
  return (long)(state >> 1);
}
