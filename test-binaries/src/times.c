/* times: clock, times, time, gettimeofday move forward and agree roughly; prints only yes or no. */
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include "tiny.h"

static volatile unsigned sink;

int main(void) {
  struct tms a = {0}, b = {0};
  struct timeval before, after;
  clock_t c0 = clock();
  long t0 = (long)times(&a);
  gettimeofday(&before, 0);
  for (unsigned i = 0; i < 3000000; i++) sink += i;
  gettimeofday(&after, 0);
  long t1 = (long)times(&b);
  clock_t c1 = clock();
  long us = (long)(int32_t)after.tv_sec - (long)(int32_t)before.tv_sec;
  put("clock %d %d\n", c0 != (clock_t)-1, c1 >= c0);
  put("times %d\n", t1 - t0 >= 0);
  put("user time %d\n", (long)b.tms_utime >= (long)a.tms_utime && b.tms_cutime == 0);
  put("day %d\n", us >= 0 && us < 100);
  put("time %d\n", time(0) != (time_t)-1);
  return 0;
}
