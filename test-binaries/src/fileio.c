/* fileio: stdio on files: create, write, read back, append, update mode, fseek and ftell from all origins, fgetc and
 * ungetc at the end, truncation by "w", freopen, remove, rename, tmp contents left for the harness to compare.
 * argv[1]: "keep" leaves kept.txt behind. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

static void show(const char *name) {
  FILE *f = fopen(name, "rb");
  int c, n = 0, missing = errno == ENOENT; /* a first printf may change errno */
  printf("%s:", name);
  if (!f) {
    printf(" cannot open, ENOENT %d\n", missing);
    return;
  }
  while ((c = fgetc(f)) != EOF) n++, c >= ' ' && c < 127 ? putchar(c) : printf("\\%02x", c);
  printf(" (%d bytes)\n", n);
  fclose(f);
}

int main(int argc, char **argv) {
  char line[64];
  show("new.txt");
  FILE *f = fopen("new.txt", "w");
  if (!f) return printf("no file for writing\n"), 1;
  printf("wrote %d\n", fprintf(f, "line %d\nline %s\n", 1, "two"));
  printf("close %d\n", fclose(f));
  show("new.txt");
  f = fopen("new.txt", "a");
  fputs("appended\n", f);
  printf("tell %ld\n", ftell(f));
  fclose(f);
  show("new.txt");
  f = fopen("new.txt", "r+");
  fseek(f, 5, SEEK_SET), fputc('#', f);
  fseek(f, -3, SEEK_END), fputs("E", f);
  fseek(f, 0, SEEK_SET);
  while (fgets(line, sizeof line, f)) printf("<%s> at %ld\n", strtok(line, "\n"), ftell(f));
  printf("eof %d\n", !!feof(f));
  rewind(f);
  printf("eof %d tell %ld\n", !!feof(f), ftell(f));
  fseek(f, 3, SEEK_CUR);
  printf("next %c\n", fgetc(f));
  printf("past the end: %d, tell %ld\n", fseek(f, 100, SEEK_END), ftell(f));
  printf("read there %d\n", fgetc(f));
  fclose(f);
  f = fopen("new.txt", "w+");
  fwrite("\0\1\2\377", 1, 4, f);
  fseek(f, 0, SEEK_SET);
  printf("read %u:", (unsigned)fread(line, 1, sizeof line, f));
  for (int i = 0; i < 4; i++) printf(" %02x", (unsigned char)line[i]);
  printf("\n");
  fclose(f);
  show("new.txt");
  f = fopen("big.bin", "wb");
  for (int i = 0; i < 20000; i++) fprintf(f, "%05d,", i);
  fclose(f);
  f = fopen("big.bin", "rb");
  fseek(f, 6 * 12345, SEEK_SET);
  printf("read %u", (unsigned)fread(line, 1, 11, f)), line[11] = 0, printf(" %s\n", line);
  fseek(f, 0, SEEK_END);
  printf("size %ld\n", ftell(f));
  fclose(f);
  printf("read only open fails: %d\n", fopen("missing/dir/x", "w") == NULL);
  f = fopen("new.txt", "r");
  errno = 0;
  printf("write to a read stream: %d error %d\n", fputc('x', f), !!ferror(f));
  fclose(f);
  printf("rename %d\n", rename("new.txt", "moved.txt"));
  show("new.txt"), show("moved.txt");
  printf("remove %d %d\n", remove("moved.txt"), remove("big.bin"));
  errno = 0;
  printf("remove again %d, ENOENT %d\n", remove("moved.txt"), errno == ENOENT);
  if (argc > 1 && strcmp(argv[1], "keep") == 0) {
    f = fopen("kept.txt", "w");
    fprintf(f, "kept %d\n", 2024);
    fclose(f);
  }
  return 0;
}
