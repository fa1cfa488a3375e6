/* recursion: 100,000 frames deep on the ordinary stack (about 5 MB of the usual 8), mutual recursion, Ackermann. */
#include "tiny.h"

static unsigned __attribute__((noinline)) deep(unsigned n, volatile unsigned *below) {
  volatile unsigned here[8];
  here[n & 7] = n;
  if (n == 0) return *below;
  unsigned r = deep(n - 1, &here[n & 7]);
  return r + here[n & 7] % 3;
}
static int __attribute__((noinline)) is_odd(unsigned n);
static int __attribute__((noinline)) is_even(unsigned n) { return n == 0 ? 1 : is_odd(n - 1); }
static int __attribute__((noinline)) is_odd(unsigned n) { return n == 0 ? 0 : is_even(n - 1); }
static unsigned ackermann(unsigned m, unsigned n) {
  if (m == 0) return n + 1;
  return ackermann(m - 1, n == 0 ? 1 : ackermann(m, n - 1));
}

int main(void) {
  volatile unsigned bottom = 5;
  put("deep %u\n", deep(100000, &bottom));
  put("even %d odd %d\n", is_even(54321), is_odd(54321));
  put("ackermann %u\n", ackermann(2, 300));
  put("ackermann %u\n", ackermann(3, 6));
  return 0;
}
