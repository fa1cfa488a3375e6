/* constructors: functions marked constructor and destructor. Debian's crt0 for linux.specs calls neither
 * .init_array nor .fini_array; the crt0 for rdimon.specs (semihosting) calls both. */
#include "tiny.h"

static int built;
static void __attribute__((constructor)) build(void) { built = 1, put("constructor\n"); }
static void __attribute__((destructor)) unbuild(void) { put("destructor\n"); }

int main(void) {
  put("main, built %d\n", built);
  return 0;
}
