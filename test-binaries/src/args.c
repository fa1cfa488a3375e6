/* args: argc, argv (spaces, empty, non-ASCII bytes, many), envp as third argument of main (not set by the crt0 for
 * semihosting) and environ, getenv, setenv, unsetenv, and the terminating null pointers. Exit status = argc. */
#include <stdlib.h>
#include "tiny.h"

extern char **environ;

int main(int argc, char **argv, char **envp) {
  put("argc %d\n", argc);
  for (int i = 1; i < argc; i++) put("argv[%d] %u bytes <%s>\n", i, (unsigned)strlen(argv[i]), argv[i]);
  put("argv[argc] %s\n", argv[argc] ? "set" : "null");
  put("envp is environ: %d\n", envp == environ);
  int count = 0;
  for (char **e = environ; *e; e++) count++;
  put("environment of %d\n", count);
  const char *names[] = {"GREETING", "EMPTY", "WITH_EQUALS", "ABSENT"};
  for (int i = 0; i < 4; i++) {
    const char *value = getenv(names[i]);
    put("%s=%s\n", names[i], value ? value : "(not set)");
  }
  setenv("ABSENT", "now here", 1);
  setenv("GREETING", "kept", 0);
  unsetenv("EMPTY");
  put("%s, %s, %s\n", getenv("ABSENT"), getenv("GREETING") ? getenv("GREETING") : "-", getenv("EMPTY") ? "set" : "gone");
  return argc;
}
