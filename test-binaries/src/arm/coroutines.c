/* coroutines: stack switching in assembly. Two generators on stacks of their own pass values back and forth 10,000
 * times; then 1,000,000 frames of recursion on a 64 MiB stack taken from malloc. */
#include <stdlib.h>
#include "../tiny.h"

struct coroutine { uint32_t *sp; int value, done; };

/* Saves the callee's registers on the current stack, stores sp to *from, takes sp from to. */
void switch_stack(uint32_t **from, uint32_t *to);
asm("  .arm\n  .globl switch_stack\n  .type switch_stack, %function\n"
    "switch_stack:\n  push {r4-r11, lr}\n  str sp, [r0]\n  mov sp, r1\n  pop {r4-r11, pc}\n");

static uint32_t *main_sp;
static struct coroutine *current;
static void yield(int value) {
  current->value = value;
  switch_stack(&current->sp, main_sp);
}
static int resume(struct coroutine *c) {
  current = c;
  switch_stack(&main_sp, c->sp);
  return c->value;
}
static void create(struct coroutine *c, void (*body)(void), unsigned bytes) {
  uint32_t *top = (uint32_t *)((char *)malloc(bytes) + bytes - 8);
  *--top = (uint32_t)body;
  for (int i = 0; i < 8; i++) *--top = 0;
  c->sp = top, c->done = 0;
}
static void finish(void) {
  current->done = 1;
  for (;;) yield(-1);
}
static void fibonacci(void) {
  unsigned a = 0, b = 1;
  for (;;) {
    unsigned next = a + b;
    yield((int)(a & 0xffff));
    a = b, b = next;
  }
}
static void countdown(void) {
  for (int i = 5000; i > 0; i--) yield(i);
  finish();
}
static unsigned __attribute__((noinline)) depth(unsigned n, const unsigned *above) {
  volatile unsigned mine = n;
  if (n == 0) return *above;
  unsigned r = depth(n - 1, (const unsigned *)&mine);
  return r + (mine & 1);
}
static void deep(void) {
  unsigned zero = 0;
  yield((int)depth(1000000, &zero));
  finish();
}

int main(void) {
  struct coroutine f, c, d;
  unsigned sum = 0, turns = 0;
  create(&f, fibonacci, 4096), create(&c, countdown, 4096);
  for (; turns < 10000; turns++) sum = sum * 3 + (unsigned)resume(&f) + (unsigned)resume(&c);
  put("%u turns, sum %08x, countdown done %d\n", turns, sum, c.done);
  create(&d, deep, 64u << 20);
  put("a million frames: %d\n", resume(&d));
  return 0;
}
