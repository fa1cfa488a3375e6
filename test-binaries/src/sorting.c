/* sorting: the C library's qsort on many shapes (sorted, reversed, equal, organ pipe, random) and element sizes, random()
 * and rand() sequences as newlib makes them. */
#include <stdlib.h>
#include "tiny.h"

static unsigned compared;
static int order32(const void *a, const void *b) {
  compared++;
  return *(const int32_t *)a < *(const int32_t *)b ? -1 : *(const int32_t *)a > *(const int32_t *)b;
}
static int order8(const void *a, const void *b) { return *(const uint8_t *)a - *(const uint8_t *)b; }
static int order5(const void *a, const void *b) { return memcmp(a, b, 5); }

int main(void) {
  static int32_t v[1000];
  static char records[200][5];
  uint8_t bytes[300];
  srand(1);
  for (int shape = 0; shape < 5; shape++) {
    for (int i = 0; i < 1000; i++)
      v[i] = shape == 0 ? i : shape == 1 ? -i : shape == 2 ? 7 : shape == 3 ? (i < 500 ? i : 1000 - i) : rand() - (1 << 29);
    qsort(v, 1000, sizeof *v, order32);
    int good = 1;
    for (int i = 1; i < 1000; i++) good &= v[i - 1] <= v[i];
    put("shape %d sorted %d median %d\n", shape, good, (int)v[500]);
  }
  put("comparisons %u\n", compared);
  for (int i = 0; i < 300; i++) bytes[i] = (uint8_t)(i * 37);
  qsort(bytes, 300, 1, order8);
  for (int i = 0; i < 300; i += 30) put("%u ", bytes[i]);
  for (int i = 0; i < 200; i++)
    for (int j = 0; j < 5; j++) records[i][j] = (char)('a' + (i * 7 + j * i) % 26);
  qsort(records, 200, 5, order5);
  for (int i = 0; i < 200; i += 40) put("%c%c%c%c%c ", records[i][0], records[i][1], records[i][2], records[i][3], records[i][4]);
  put("\n");
  srand(42);
  for (int i = 0; i < 5; i++) put("%d ", rand());
  put("\n");
  return 0;
}
