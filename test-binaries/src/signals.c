/* signals: signal() handlers called by raise() (newlib keeps them itself, no system call), SIG_IGN, one-shot reset,
 * and the ways to die. argv[1]: "handled", "abort", "abort-handled", "raise-term", "kill-self", "assert", "fpe". */
#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include "tiny.h"

static volatile int count;
static void handler(int number) { count++, put("handler %d\n", number); }

int main(int argc, char **argv) {
  const char *how = argc > 1 ? argv[1] : "handled";
  put("%s\n", how);
  if (strcmp(how, "abort") == 0) abort();
  if (strcmp(how, "abort-handled") == 0) signal(SIGABRT, handler), abort();
  if (strcmp(how, "raise-term") == 0) raise(SIGTERM);
  if (strcmp(how, "kill-self") == 0) kill(getpid(), SIGKILL);
  if (strcmp(how, "assert") == 0) assert(argc == 1 && "argument given");
  if (strcmp(how, "fpe") == 0) raise(SIGFPE);
  signal(SIGINT, handler);
  put("raise %d\n", raise(SIGINT));
  signal(SIGTERM, SIG_IGN);
  put("raise %d\n", raise(SIGTERM));
  put("was ignored: %d\n", signal(SIGTERM, SIG_DFL) == SIG_IGN);
  put("count %d\n", count);
  put("kill with 0: %d\n", kill(getpid(), 0));
  return 0;
}
