/* fib: calls and returns. Doubly recursive Fibonacci; argv[1] = n. */
#include <stdio.h>
#include <stdlib.h>

static unsigned __attribute__((noinline, noclone)) fib(unsigned n) {
  if (n < 2) return n;
  unsigned a = fib(n - 1);
  unsigned b = fib(n - 2);
  return a + b;
}

int main(int argc, char **argv) {
  unsigned n = argc > 1 ? strtoul(argv[1], 0, 10) : 27;
  printf("fib %u = %u\n", n, fib(n));
  return 0;
}
