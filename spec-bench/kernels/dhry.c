/* dhry: a synthetic mix in the proportions usual for systems code: record copies, string comparisons, small calls
 * with and without pointers, branches, array accesses and a division per round (dhrystone-like, own code); argv[1] =
 * number of rounds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { RED, GREEN, BLUE, GREY };
struct part {
  struct part *link;
  enum kind kind, shade;
  int amount;
  char label[31];
};
static struct part first, second;
static int global_int, vector[50], grid[50][50];
static char flag_a, flag_b, global_bool;

#define NOINLINE __attribute__((noinline, noclone))

static NOINLINE enum kind pick(enum kind k) {
  switch (k) {
    case RED: return global_int > 100 ? RED : GREY;
    case GREEN: return BLUE;
    case BLUE: return RED;
    default: return k == GREY ? GREEN : k;
  }
}
static NOINLINE void add_seven(int a, int b, int *out) { *out = a + 7 + b; }
static NOINLINE int same_letter(char a, char b) {
  char c = a;
  if (c != b) return 0;
  flag_a = c;
  return 1;
}
static NOINLINE int label_after(const char *a, const char *b) {
  int i = 2;
  while (i <= 2)
    if (same_letter(a[i], b[i + 1])) flag_b = 'A', i++;
    else i += 3;
  if (strcmp(a, b) > 0) return global_int = i + 10, 1;
  return 0;
}
static NOINLINE void touch(int *v, int (*g)[50], int at, int value) {
  int i = at + 5;
  v[i] = value, v[i + 1] = v[i], v[i + 30] = i;
  for (int j = i; j <= i + 1; j++) g[i][j] = i;
  g[i][i - 1]++;
  g[(i + 20) % 50][i] = v[i];
  global_int = 5;
}
static NOINLINE void follow(struct part *p) {
  struct part *next = p->link;
  *p->link = first;
  p->amount = 5;
  next->amount = p->amount;
  next->link = p->link;
  add_seven(10, p->amount, &next->amount);
  if (next->kind == RED) {
    next->amount = 6;
    next->shade = pick(p->shade);
    next->link = first.link;
    add_seven(next->amount, 10, &next->amount);
  } else {
    *p = *p->link;
  }
}
static NOINLINE int cheapest(int amount) {
  for (int limit = amount + 10;;)
    if (flag_a == 'A') {
      limit--;
      return limit - global_int;
    } else {
      flag_a = 'A';
    }
}

int main(int argc, char **argv) {
  unsigned rounds = argc > 1 ? strtoul(argv[1], 0, 10) : 40000;
  char here[31], there[31];
  int one = 0, two = 0, three = 0;
  unsigned check = 0;
  first.link = &second;
  first.kind = RED, first.shade = BLUE, first.amount = 40;
  strcpy(first.label, "a synthetic record, with label");
  strcpy(here, "a synthetic record, label one!");
  for (unsigned r = 1; r <= rounds; r++) {
    flag_a = 'A', flag_b = 'B';
    one = 2, two = 3;
    strcpy(there, "a synthetic record, label two!");
    global_bool = !label_after(here, there);
    while (one < two) {
      three = 5 * one - two;
      add_seven(one, two, &three);
      one++;
    }
    touch(vector, grid, one, three);
    follow(&first);
    for (char c = 'A'; c <= flag_b; c++)
      if (same_letter(c, 'C')) two = (int)r;
    two = two * one;
    one = two / three;
    two = 7 * (two - three) - one;
    one = cheapest(one);
    check = check * 31 + (unsigned)(one ^ two ^ vector[8] ^ grid[8][7] ^ second.amount ^ (int)first.shade);
  }
  printf("dhry %u rounds: %d %d %d %d %c %c %08x\n", rounds, one, two, three, global_int + global_bool, flag_a, flag_b,
         check);
  return 0;
}
