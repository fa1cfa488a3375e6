/* tls: the thread pointer, set by set_thread_area and read by RDHWR; LL and SC; bit fields and rotations. */
#include <stdio.h>

static long call(long number, long a) {
  register long v0 __asm__("$2") = number;
  register long a0 __asm__("$4") = a;
  register long a3 __asm__("$7") = 0;
  __asm__ volatile("syscall" : "+r"(v0), "+r"(a3) : "r"(a0) : "$1", "$3", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$24", "$25", "hi", "lo", "memory");
  return a3 ? -v0 : v0;
}
static unsigned thread_pointer(void) {
  register unsigned v1 __asm__("$3");
  __asm__ volatile("rdhwr %0,$29" : "=r"(v1));
  return v1;
}

int main(void) {
  printf("%ld\n", call(4283, 0x12345678));
  printf("%08x\n", thread_pointer());
  static int counter;
  for (int i = 0; i < 1000; i++) __sync_fetch_and_add(&counter, i);
  printf("%d %d %d\n", counter, __sync_val_compare_and_swap(&counter, 499500, 7), counter);
  unsigned word = 0x12345678, out;
  __asm__("ext %0,%1,4,12" : "=r"(out) : "r"(word));
  printf("%08x\n", out);
  out = 0xffffffff;
  __asm__("ins %0,%1,8,16" : "+r"(out) : "r"(word));
  printf("%08x\n", out);
  __asm__("wsbh %0,%1\n rotr %0,%0,16" : "=r"(out) : "r"(word));
  printf("%08x\n", out);
  printf("%d %d %d\n", __builtin_clz(word), (signed char)out, (short)out);
  printf("%ld\n", call(4999, 0));
  return 0;
}
