/* heap: sbrk grows in small and large steps, gives zeroed memory, can shrink, and fails with ENOMEM when it
 * must; malloc works afterwards. */
#include <errno.h>
#include <stdlib.h>
#include "tiny.h"

#include <stddef.h>
#ifdef __NEWLIB__ /* Debian's libc.a and libgloss-linux.a both define sbrk, so that using it does not link */
#define sbrk _sbrk
#endif
extern void *sbrk(ptrdiff_t);

int main(void) {
  unsigned char *start = sbrk(0), *p = sbrk(100), *q = sbrk(0x30000);
  put("in order %d %d\n", p == start, q >= p + 100 && q < p + 4196); /* the kernel's break starts at a page */
  unsigned dirty = 0;
  for (unsigned i = 0; i < 0x30000; i++) dirty |= q[i], q[i] = (unsigned char)i;
  put("zeroed %d\n", dirty == 0);
  put("shrink %d\n", sbrk(-0x10000) == q + 0x30000);
  put("end %d\n", sbrk(0) == q + 0x20000);
  errno = 0;
  void *refused = sbrk(0x7f000000);
  put("too much: %d %d\n", refused == (void *)-1, errno == ENOMEM);
  put("malloc %d\n", malloc(100000) != 0);
  put("kept %u\n", q[0x1ffff]);
  return 0;
}
