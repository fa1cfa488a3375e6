/* coremark_like: an own mix of list processing, a 16-bit matrix, a number-recognising state machine and a CRC that
 * ties the parts together; argv[1] = number of rounds. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint16_t crc16(uint16_t crc, uint16_t value) { /* CRC-16/ARC, polynomial 0xA001 reflected, bit by bit */
  crc ^= value;
  for (int i = 0; i < 16; i++) crc = crc & 1 ? (uint16_t)(crc >> 1 ^ 0xA001) : (uint16_t)(crc >> 1);
  return crc;
}

/* --- list: items in an array, chained; searched, sorted by two keys, reversed --- */
struct item {
  struct item *next;
  int16_t key, place;
};
static struct item items[64];

static struct item *chain(uint16_t seed) {
  for (int i = 0; i < 64; i++) {
    items[i].key = (int16_t)((seed * (i + 3) * 181 + i * 29) & 0x7ff);
    items[i].place = (int16_t)i;
    items[i].next = i < 63 ? &items[i + 1] : 0;
  }
  return items;
}
static int key_order(const struct item *a, const struct item *b) { return a->key - b->key; }
static int place_order(const struct item *a, const struct item *b) { return a->place - b->place; }

static struct item *insertion_sort(struct item *list, int (*order)(const struct item *, const struct item *)) {
  struct item *sorted = 0;
  while (list) {
    struct item *one = list, **at = &sorted;
    list = list->next;
    while (*at && order(*at, one) <= 0) at = &(*at)->next;
    one->next = *at;
    *at = one;
  }
  return sorted;
}

static uint16_t list_part(uint16_t seed, uint16_t crc) {
  struct item *list = insertion_sort(chain(seed), key_order);
  for (int want = 0; want < 0x800; want += 97) {
    struct item *i = list;
    while (i && i->key < want) i = i->next;
    crc = crc16(crc, i ? (uint16_t)i->place : 0xffff);
  }
  list = insertion_sort(list, place_order);
  return crc16(crc, (uint16_t)list->next->key);
}

/* --- matrix: constant addition, matrix by vector, matrix by matrix with bit extraction --- */
#define N 12
static int16_t ma[N][N], mb[N][N];
static int32_t mc[N][N];

static uint16_t matrix_part(uint16_t seed, uint16_t crc) {
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      ma[i][j] = (int16_t)(seed + i * 5 + j);
      mb[i][j] = (int16_t)(ma[i][j] * 3 ^ j);
    }
  for (int i = 0; i < N; i++) {
    int32_t dot = 0;
    for (int j = 0; j < N; j++) dot += ma[i][j] * mb[0][j];
    crc = crc16(crc, (uint16_t)dot);
  }
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      int32_t sum = 0;
      for (int k = 0; k < N; k++) {
        int32_t p = ma[i][k] * mb[k][j];
        sum += (p >> 2 & 15) * (p >> 5 & 127);
      }
      mc[i][j] = sum;
    }
  for (int i = 0; i < N; i++) crc = crc16(crc, (uint16_t)mc[i][N - 1 - i]);
  return crc;
}

/* --- state machine: counts the kinds of numbers in a string --- */
enum { NOTHING, SIGN, INTEGER, FRACTION, EXP, EXP_NUMBER, WRONG, KINDS };

static uint16_t state_part(uint16_t seed, uint16_t crc) {
  static const char *const numbers[] = {"5012", "1234.500", "-110.700", "+0.64e5", "12x4", "-e", "T0.3e-1F", "7e9"};
  unsigned count[KINDS] = {0};
  for (int n = 0; n < 24; n++) {
    int s = NOTHING;
    for (const char *p = numbers[(seed + n * 5) & 7]; *p; p++) {
      int digit = *p >= '0' && *p <= '9';
      switch (s) {
        case NOTHING: s = digit ? INTEGER : *p == '+' || *p == '-' ? SIGN : *p == '.' ? FRACTION : WRONG; break;
        case SIGN: s = digit ? INTEGER : *p == '.' ? FRACTION : WRONG; break;
        case INTEGER: s = digit ? INTEGER : *p == '.' ? FRACTION : *p == 'e' ? EXP : WRONG; break;
        case FRACTION: s = digit ? FRACTION : *p == 'e' ? EXP : WRONG; break;
        case EXP: s = digit || *p == '-' ? EXP_NUMBER : WRONG; break;
        case EXP_NUMBER: s = digit ? EXP_NUMBER : WRONG; break;
        default: break;
      }
    }
    count[s]++;
  }
  for (int k = 0; k < KINDS; k++) crc = crc16(crc, (uint16_t)count[k]);
  return crc;
}

int main(int argc, char **argv) {
  unsigned rounds = argc > 1 ? strtoul(argv[1], 0, 10) : 150;
  uint16_t crc = 0;
  for (unsigned r = 0; r < rounds; r++) {
    crc = list_part((uint16_t)(crc ^ r), crc);
    crc = matrix_part(crc, crc);
    crc = state_part(crc, crc);
  }
  printf("coremark_like %u rounds: %04x\n", rounds, crc);
  return 0;
}
