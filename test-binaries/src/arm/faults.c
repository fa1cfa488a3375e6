/* faults: ways for a program to die. argv[1]: "null-read", "null-write", "null-call", "unmapped-read", "unmapped-jump",
 * "undefined" (UDF), "undefined-thumb", "coprocessor", "bkpt", "overflow" (endless recursion), "text-write" (store to
 * read-only text), "data-run" (execute data), "ldm-misaligned", "swp-misaligned". */
#include "../tiny.h"

static uint32_t words[4] = {0xe3a00005, 0xe12fff1e, 3, 4};
static volatile uint32_t sink;
static int __attribute__((noinline)) endless(volatile int *p) {
  volatile int here[64];
  here[0] = *p + 1;
  return endless(here) + here[0];
}
static void __attribute__((noinline, target("thumb"))) thumb_undefined(void) { asm volatile(".hword 0xde00"); }

int main(int argc, char **argv) {
  const char *how = argc > 1 ? argv[1] : "";
  volatile uint32_t *volatile null = 0;
  put("%s\n", how);
#define CASE(name) if (strcmp(how, name) == 0)
  CASE("null-read") sink = null[1];
  CASE("null-write") null[0] = 1;
  CASE("null-call") ((void (*volatile)(void))0)();
  CASE("unmapped-read") sink = *(volatile uint32_t *)0x7ffff000u;
  CASE("unmapped-jump") ((void (*volatile)(void))0x70000000u)();
  CASE("undefined") asm volatile(".word 0xe7f000f0");
  CASE("undefined-thumb") thumb_undefined();
  CASE("coprocessor") asm volatile(".word 0xee110f10"); /* MRC p15, a privileged register */
  CASE("bkpt") asm volatile("bkpt 3");
  CASE("overflow") sink = (uint32_t)endless((volatile int *)words);
  CASE("text-write") *(volatile uint32_t *)(uintptr_t)main = 0;
  CASE("data-run") sink = ((uint32_t(*volatile)(void))(uintptr_t)words)();
  CASE("ldm-misaligned") asm volatile("ldmia %0, {r2, r3}" ::"r"((char *)words + 2) : "r2", "r3");
  CASE("swp-misaligned") asm volatile("swp r2, r2, [%0]" ::"r"((char *)words + 1) : "r2", "memory");
  put("survived\n");
  return 3;
}
