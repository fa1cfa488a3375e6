/* qsort: calls through function pointers. Own quicksort over records of 12 bytes with three comparators, and the C
 * library's qsort over words; argv[1] = number of rounds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT 2000
struct record {
  unsigned key;
  int weight;
  unsigned id;
};
typedef int (*comparator)(const void *, const void *);

static int by_key(const void *x, const void *y) {
  const struct record *a = x, *b = y;
  return a->key < b->key ? -1 : a->key > b->key;
}
static int by_weight(const void *x, const void *y) {
  const struct record *a = x, *b = y;
  return a->weight != b->weight ? (a->weight < b->weight ? -1 : 1) : by_key(x, y);
}
static int by_id_backwards(const void *x, const void *y) {
  const struct record *a = x, *b = y;
  return a->id < b->id ? 1 : a->id > b->id ? -1 : 0;
}
static int by_word(const void *x, const void *y) {
  unsigned a = *(const unsigned *)x, b = *(const unsigned *)y;
  return a < b ? -1 : a > b;
}

static void quicksort(struct record *v, int lo, int hi, comparator less) {
  while (hi - lo > 8) {
    struct record pivot = v[lo + (hi - lo) / 2], t;
    int i = lo, j = hi;
    while (i <= j) {
      while (less(&v[i], &pivot) < 0) i++;
      while (less(&v[j], &pivot) > 0) j--;
      if (i <= j) t = v[i], v[i++] = v[j], v[j--] = t;
    }
    if (j - lo < hi - i) quicksort(v, lo, j, less), lo = i;
    else quicksort(v, i, hi, less), hi = j;
  }
  for (int i = lo + 1; i <= hi; i++) {
    struct record t = v[i];
    int j = i - 1;
    while (j >= lo && less(&v[j], &t) > 0) v[j + 1] = v[j], j--;
    v[j + 1] = t;
  }
}

int main(int argc, char **argv) {
  static struct record v[COUNT];
  static unsigned words[COUNT];
  static const comparator orders[] = {by_key, by_weight, by_id_backwards};
  unsigned rounds = argc > 1 ? strtoul(argv[1], 0, 10) : 12, seed = 1, check = 0;
  for (unsigned r = 0; r < rounds; r++) {
    for (unsigned i = 0; i < COUNT; i++) {
      seed = seed * 1664525u + 1013904223u;
      v[i].key = seed >> 4;
      v[i].weight = (int)(seed >> 20) % 97 - 48;
      v[i].id = i;
      words[i] = seed ^ seed >> 13;
    }
    for (unsigned o = 0; o < 3; o++) {
      quicksort(v, 0, COUNT - 1, orders[o]);
      for (unsigned i = 1; i < COUNT; i++)
        if (orders[o](&v[i - 1], &v[i]) > 0) return printf("records out of order\n"), 1;
      check = check * 31 + v[COUNT / 3].key + v[7].id;
    }
    qsort(words, COUNT, sizeof words[0], by_word);
    for (unsigned i = 1; i < COUNT; i++)
      if (words[i - 1] > words[i]) return printf("words out of order\n"), 1;
    check = check * 31 + words[COUNT / 2];
  }
  printf("qsort %u rounds: %08x\n", rounds, check);
  return 0;
}
