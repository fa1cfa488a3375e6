/* exit_order: atexit handlers run in reverse, stdio is flushed by exit, the status is taken modulo 256.
 * argv[1]: "return", "exit", "_exit" (no handlers, no flush: but newlib's
 * stdout is line-buffered even into a pipe) or "nested" (exit in a handler). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int nested;
static void first(void) { printf("first registered\n"); }
static void second(void) {
  printf("second registered\n");
  if (nested) exit(9);
}
static void third(void) { printf("third registered"); }

int main(int argc, char **argv) {
  const char *how = argc > 1 ? argv[1] : "return";
  atexit(first), atexit(second), atexit(third);
  nested = strcmp(how, "nested") == 0;
  printf("main, %s\n", how);
  if (strcmp(how, "_exit") == 0) _exit(17);
  if (strcmp(how, "return") != 0) exit(256 + 44);
  return -1;
}
