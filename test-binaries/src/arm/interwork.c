/* interwork: ARM code calling Thumb code and back: direct calls (BLX to an immediate), calls through pointers (BLX to a
 * register), returns with BX and with POP {pc}, callbacks from the C library (ARM) into Thumb. */
#include <stdlib.h>
#include "../tiny.h"

typedef int (*function)(int);
int thumb_triple(int), thumb_calls_arm(int), thumb_apply(function, int), thumb_bytes(const signed char *, const unsigned short *, int);
function thumb_pointer(void);
unsigned thumb_gcd(unsigned, unsigned);
long long thumb_mix(long long, unsigned char, short);

int arm_square(int x) { return x * x; }
static int __attribute__((noinline)) arm_apply(function f, int x) { return f(x) + 10; }
static int __attribute__((noinline, target("thumb"))) thumb_order(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

int main(void) {
  static const signed char s[] = {-1, 2, -128, 127};
  static const unsigned short h[] = {65535, 7, 300, 9};
  put("%d %d %d\n", thumb_triple(14), thumb_calls_arm(9), thumb_apply(arm_square, 12));
  put("%d %d\n", arm_apply(thumb_triple, 5), arm_apply(thumb_pointer(), 0xff));
  put("%d %d\n", thumb_apply(thumb_triple, 7), arm_apply(arm_square, 6));
  put("Thumb pointers are odd %d %d\n", (int)((uintptr_t)thumb_pointer() & 1), (int)((uintptr_t)arm_square & 1));
  put("%u %lld %d\n", thumb_gcd(1071, 462), thumb_mix(-5000000000ll, 200, -300), thumb_bytes(s, h, 4));
  int v[] = {5, -2, 9, 0, 3};
  qsort(v, 5, sizeof *v, thumb_order);
  put("%d %d %d %d %d\n", v[0], v[1], v[2], v[3], v[4]);
  unsigned sum = 0;
  for (int i = 0; i < 100000; i++) sum = sum * 5 + (unsigned)(i & 1 ? thumb_triple(i) : arm_square(i));
  put("%08x\n", sum);
  return 0;
}
