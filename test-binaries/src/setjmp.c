/* setjmp: longjmp out of nested calls and out of a signal handler's call depth, return values (0 becomes 1), volatile
 * locals kept, 10,000 throws in a loop. */
#include <setjmp.h>
#include "tiny.h"

static jmp_buf outer, inner;

static void __attribute__((noinline)) dive(int depth, int value) {
  volatile char pad[40];
  pad[depth % 40] = (char)depth;
  if (depth == 0) longjmp(outer, value);
  dive(depth - 1, value);
  put("not reached %d\n", pad[0]);
}

int main(void) {
  volatile int local = 1, thrown = 0;
  int r = setjmp(outer);
  put("setjmp %d local %d\n", r, local);
  if (r == 0) local = 2, dive(3, 7);
  if (r == 7) local = 3, dive(100, 0);
  if (r != 1) return 1;
  if ((r = setjmp(inner)) < 5) longjmp(inner, r + 1);
  put("inner %d\n", r);
  while (thrown < 10000)
    if (setjmp(outer) == 0) dive(thrown % 9, 42);
    else thrown++;
  put("thrown %d\n", thrown);
  return 0;
}
