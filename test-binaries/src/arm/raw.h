/* raw.h: Linux system calls of ARM without a C library, in both forms, and output for freestanding programs.
 * Define OABI for `svc 0x900000 + number`; otherwise EABI: number in r7, `svc 0`. */
#ifndef RAW_H
#define RAW_H
#include <stdint.h>

#ifdef OABI
#define CALL(number, a, b, c, d, e, f)                                                                       \
  ({                                                                                                         \
    register long r0 asm("r0") = (long)(a), r1 asm("r1") = (long)(b), r2 asm("r2") = (long)(c),              \
                  r3 asm("r3") = (long)(d), r4 asm("r4") = (long)(e), r5 asm("r5") = (long)(f);              \
    asm volatile("svc %1" : "+r"(r0) : "i"(0x900000 + (number)), "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5) : "memory"); \
    r0;                                                                                                      \
  })
#else
#define CALL(number, a, b, c, d, e, f)                                                                       \
  ({                                                                                                         \
    register long r0 asm("r0") = (long)(a), r1 asm("r1") = (long)(b), r2 asm("r2") = (long)(c),              \
                  r3 asm("r3") = (long)(d), r4 asm("r4") = (long)(e), r5 asm("r5") = (long)(f),              \
                  r7 asm("r7") = (number);                                                                   \
    asm volatile("svc 0" : "+r"(r0) : "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5), "r"(r7) : "memory");      \
    r0;                                                                                                      \
  })
#endif
#define CALL3(number, a, b, c) CALL(number, a, b, c, 0, 0, 0)

void *memset(void *to, int c, unsigned n) {
  for (char *p = to; n--;) {
    *p++ = (char)c;
    asm volatile("" ::: "memory"); /* or the compiler makes a call of memset from this loop */
  }
  return to;
}
void *memcpy(void *to, const void *from, unsigned n) {
  const char *f = from;
  for (char *p = to; n--;) {
    *p++ = *f++;
    asm volatile("" ::: "memory");
  }
  return to;
}
static unsigned length(const char *s) {
  unsigned n = 0;
  while (s[n]) n++;
  return n;
}
static int __attribute__((unused)) same(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}
static void __attribute__((noinline)) text(const char *s) { CALL3(4, 1, s, length(s)); }
static void __attribute__((noinline, unused)) number(long v) {
  char digits[12], *p = digits + 11;
  unsigned long u = v < 0 ? -(unsigned long)v : (unsigned long)v;
  *p = 0;
  do {
    unsigned long q = 0, r = u; /* no libgcc: divide by ten by subtraction of shifts */
    for (int bit = 28; bit >= 0; bit--)
      if (r >> bit >= 10) r -= 10ul << bit, q |= 1ul << bit;
    *--p = (char)('0' + r), u = q;
  } while (u);
  if (v < 0) *--p = '-';
  text(p);
}
static void __attribute__((noinline, unused)) line(const char *what, long v) { text(what), text(" "), number(v), text("\n"); }
static void __attribute__((noinline, unused)) hex(uint32_t v) {
  char s[10];
  for (int i = 0; i < 8; i++) s[i] = "0123456789abcdef"[v >> (28 - 4 * i) & 15];
  s[8] = 0;
  text(s);
}
static void __attribute__((noreturn, unused)) quit(int status) {
  for (;;) CALL3(1, status, 0, 0);
}
#endif
