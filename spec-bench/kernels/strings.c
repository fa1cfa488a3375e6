/* strings: the C library's string and memory functions on mixed lengths and alignments, and a word count; argv[1] =
 * number of rounds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char text[8192], copy[8192 + 16], word[64];
static unsigned seed = 7;
static unsigned next(void) { return (seed = seed * 1103515245u + 12345u) >> 16; }

static unsigned make_text(void) {
  unsigned n = 0;
  while (n < sizeof text - 32) {
    unsigned length = 1 + next() % 12;
    for (unsigned i = 0; i < length; i++) text[n++] = (char)('a' + next() % 9);
    text[n++] = next() % 8 ? ' ' : '\n';
  }
  text[n] = 0;
  return n;
}

static unsigned hash(const char *s) {
  unsigned h = 5381;
  while (*s) h = h * 33 ^ (unsigned char)*s++;
  return h;
}

int main(int argc, char **argv) {
  unsigned rounds = argc > 1 ? strtoul(argv[1], 0, 10) : 60, check = 0;
  static unsigned buckets[64];
  unsigned length = make_text();
  for (unsigned r = 0; r < rounds; r++) {
    char *at = copy + r % 7, *p, *save = 0;
    memcpy(at, text + r % 5, length - r % 5 + 1);
    memmove(at + 3, at, 2000 + r % 50);
    check = check * 31 + (unsigned)strlen(at);
    if ((p = strstr(at, "abcd"))) check += (unsigned)(p - at);
    if ((p = strrchr(at, '\n'))) check += (unsigned)(p - at);
    check += (unsigned)memcmp(at, text, 600) & 1;
    for (p = strtok_r(at, " \n", &save); p; p = strtok_r(0, " \n", &save)) {
      strncpy(word, p, sizeof word - 1);
      if (strlen(word) > 6) strcat(word, "-long");
      else strcpy(word + strlen(word), "!");
      if (strchr(word, 'e') && strcmp(word, "fed") > 0) check++;
      buckets[hash(word) % 64]++;
    }
    memset(copy, (int)(r & 127), 256 + r % 13);
    if ((p = memchr(copy, 'z', sizeof copy))) check ^= (unsigned)(p - copy);
  }
  for (unsigned i = 0; i < 64; i++) check = check * 17 + buckets[i];
  printf("strings %u rounds: %08x\n", rounds, check);
  return 0;
}
