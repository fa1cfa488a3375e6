/* malloc_heavy: 200,000 malloc, calloc, realloc and free of mixed sizes with contents checked, a block of 24
 * megabytes: the heap grows through brk. */
#include <stdlib.h>
#include "tiny.h"

#define SLOTS 512
static unsigned char *slot[SLOTS];
static unsigned size[SLOTS], seed = 5;
static unsigned next(void) { return (seed = seed * 1664525u + 1013904223u) >> 8; }

static void fill(unsigned i, unsigned from) {
  for (unsigned j = from; j < size[i]; j++) slot[i][j] = (unsigned char)(i + j);
}
static int intact(unsigned i) {
  for (unsigned j = 0; j < size[i]; j++)
    if (slot[i][j] != (unsigned char)(i + j)) return 0;
  return 1;
}

int main(void) {
  unsigned live = 0, peak = 0, moved = 0;
  for (unsigned n = 0; n < 200000; n++) {
    unsigned i = next() % SLOTS, want = 1 + next() % 96;
    if (n % 1000 == 0) want = 100000;
    if (!slot[i]) {
      slot[i] = n & 1 ? malloc(want) : calloc(want, 1);
      if (!slot[i]) return 2;
      if ((uintptr_t)slot[i] & 7) return 3;
      if (!(n & 1))
        for (unsigned j = 0; j < want; j++)
          if (slot[i][j]) return 4;
      live += size[i] = want;
      fill(i, 0);
    } else if (n % 3) {
      if (!intact(i)) return 5;
      free(slot[i]);
      live -= size[i], slot[i] = 0;
    } else {
      unsigned old = size[i], kept = old < want ? old : want;
      unsigned char *p = realloc(slot[i], want);
      if (!p) return 6;
      moved += p != slot[i];
      slot[i] = p, size[i] = kept;
      if (!intact(i)) return 7;
      size[i] = want;
      fill(i, kept);
      live += want - old;
    }
    if (live > peak) peak = live;
  }
  put("peak %u live %u realloc moved some: %d\n", peak, live, moved > 0);
  char *big = malloc(24u << 20);
  if (!big) return 8;
  for (unsigned at = 0; at < 24u << 20; at += 4096) big[at] = (char)(at >> 12);
  unsigned sum = 0;
  for (unsigned at = 0; at < 24u << 20; at += 4096) sum += (unsigned char)big[at];
  put("24 MiB block sum %u\n", sum);
  free(big);
  return 0;
}
