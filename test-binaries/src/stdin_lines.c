/* stdin_lines: standard input through stdio: getchar, ungetc, fgets, fscanf-free line handling, last line without a
 * newline, feof after the end. Exit status = number of lines. */
#include <stdio.h>
#include <string.h>

int main(void) {
  char line[32];
  int lines = 0, c = getchar();
  if (c != EOF) ungetc(c, stdin);
  while (fgets(line, sizeof line, stdin)) {
    size_t n = strlen(line);
    int whole = n && line[n - 1] == '\n';
    if (whole) line[--n] = 0;
    printf("%d: %u %s%s\n", lines, (unsigned)n, line, whole ? "" : " (no newline)");
    lines += whole;
  }
  printf("eof %d error %d next %d\n", !!feof(stdin), !!ferror(stdin), getchar());
  return lines;
}
