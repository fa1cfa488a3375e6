/* thumb_program: C compiled wholly to Thumb. Built three ways: thumb_program (Thumb code with ARM newlib, Linux OABI
 * calls), thumb_linux (Thumb newlib too: its system calls are `svc NN` with the bare number) and thumb_semi (Thumb
 * newlib with semihosting, svc 0xAB). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned crc(const char *s) {
  unsigned c = ~0u;
  while (*s) {
    c ^= (unsigned char)*s++;
    for (int k = 0; k < 8; k++) c = c >> 1 ^ (c & 1 ? 0xEDB88320u : 0);
  }
  return ~c;
}
static int order(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

int main(int argc, char **argv) {
  const char *words[] = {"thumb", "arm", "blx", "interwork", "push", "pop", "adr"};
  printf("argc %d %s\n", argc, argc > 1 ? argv[1] : "-");
  qsort(words, 7, sizeof *words, order);
  for (int i = 0; i < 7; i++) printf("%s %08x\n", words[i], crc(words[i]));
  char *heap = malloc(5000);
  for (int i = 0; i < 4999; i++) heap[i] = (char)('a' + i % 26);
  heap[4999] = 0;
  printf("%08x %d %lld\n", crc(heap), 1000003 / 17 % 1000, -7000000000ll / 9);
  switch (argc) {
    case 1: printf("one\n"); break;
    case 2: printf("two\n"); break;
    case 3: printf("three\n"); break;
    case 4: printf("four\n"); break;
    default: printf("many\n");
  }
  free(heap);
  printf("%.6f %g\n", 2.0 / 3.0, 1e100);
  return 20 + argc;
}
