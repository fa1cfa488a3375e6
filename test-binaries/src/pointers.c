/* pointers: function pointers in tables and structs, callbacks with context, the C library's qsort and bsearch, a
 * computed goto interpreter (GNU C), pointers to pointers. */
#include <stdlib.h>
#include "tiny.h"

typedef int (*binary)(int, int);
static int add(int a, int b) { return a + b; }
static int sub(int a, int b) { return a - b; }
static int mul(int a, int b) { return a * b; }
static int max(int a, int b) { return a > b ? a : b; }
static const struct { const char *name; binary f; } operations[] = {{"add", add}, {"sub", sub}, {"mul", mul}, {"max", max}};

static int fold(binary f, const int *v, int n, int start) {
  for (int i = 0; i < n; i++) start = f(start, v[i]);
  return start;
}
static int ascending(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
static int descending(const void *a, const void *b) { return ascending(b, a); }

static int threaded(const unsigned char *code) {
  static const void *const labels[] = {&&halt, &&push, &&plus, &&times, &&swap, &&loop};
  int stack[8], *sp = stack, counter = 10;
  const unsigned char *pc = code;
  goto *labels[*pc++];
push: *sp++ = *pc++; goto *labels[*pc++];
plus: sp--, sp[-1] += *sp; goto *labels[*pc++];
times: sp--, sp[-1] *= *sp; goto *labels[*pc++];
swap: { int t = sp[-1]; sp[-1] = sp[-2], sp[-2] = t; } goto *labels[*pc++];
loop: if (--counter) pc = code + *pc; else pc++; goto *labels[*pc++];
halt: return sp[-1];
}

int main(void) {
  int v[] = {9, -4, 17, 3, 0, 88, -21, 5}, n = 8, key = 17;
  for (unsigned i = 0; i < 4; i++) put("%s %d\n", operations[i].name, fold(operations[i].f, v, n, 1));
  qsort(v, (size_t)n, sizeof *v, ascending);
  for (int i = 0; i < n; i++) put("%d ", v[i]);
  int *found = bsearch(&key, v, (size_t)n, sizeof *v, ascending);
  put("found at %d\n", found ? (int)(found - v) : -1);
  qsort(v, (size_t)n, sizeof *v, descending);
  for (int i = 0; i < n; i++) put("%d ", v[i]);
  put("\n");
  static const unsigned char code[] = {1, 1, 1, 3, 3, 1, 2, 2, 5, 2, 0};
  put("threaded %d\n", threaded(code));
  int x = 5, *p = &x, **pp = &p;
  **pp = 6;
  put("%d\n", x);
  return 0;
}
