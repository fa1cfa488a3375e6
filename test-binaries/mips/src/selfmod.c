/* selfmod: code written at run time and changed after it was executed: announced by the cacheflush call and by SYNCI. */
#include <stdio.h>

static unsigned code[1024] __attribute__((aligned(4096)));

static void call(long number, void *start, long size, long what) {
  register long v0 __asm__("$2") = number;
  register void *a0 __asm__("$4") = start;
  register long a1 __asm__("$5") = size;
  register long a2 __asm__("$6") = what;
  register long a3 __asm__("$7");
  __asm__ volatile("syscall" : "+r"(v0), "=r"(a3) : "r"(a0), "r"(a1), "r"(a2) : "$1", "$3", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$24", "$25", "memory");
}

int main(void) {
  int (*function)(int) = (int (*)(int))code;
  long sum = 0;
  call(4125, code, sizeof code, 7); /* mprotect: read, write, execute */
  for (int round = 0; round < 200; round++) {
    code[0] = 0x03e00008;                        /* jr ra */
    code[1] = 0x24820000 | (round & 0xffff);     /* addiu v0, a0, round */
    if (round & 1) call(4147, code, 64, 3); /* cacheflush: both caches */
    else __asm__ volatile("synci 0(%0)\n sync" : : "r"(code) : "memory");
    for (int i = 0; i < 100; i++) sum += function(i);
  }
  printf("%ld\n", sum);
  return 0;
}
