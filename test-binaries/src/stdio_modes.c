/* stdio_modes: setvbuf in all three modes, order of stdout and stderr writes, fflush, puts, putc, fputs, perror-free. */
#include <stdio.h>

int main(void) {
  static char buffer[256];
  setvbuf(stdout, buffer, _IOLBF, sizeof buffer);
  printf("line buffered, ");
  fputs("then a newline\n", stdout);
  printf("pending");
  fflush(stdout);
  putc('!', stdout);
  puts(" and more");
  fwrite("raw\n", 1, 4, stdout);
  fprintf(stderr, "to stderr\n");
  for (int i = 0; i < 100; i++) printf("%d%c", i, i % 20 == 19 ? '\n' : ' ');
  printf("error %d eof %d\n", ferror(stdout), feof(stdout));
  return 0;
}
