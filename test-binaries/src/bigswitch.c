/* bigswitch: a dense switch (jump table), a sparse one (comparison tree), one with ranges, and strings of if-else, each
 * called with every label and values between. */
#include "tiny.h"

#define C(n) case n: return (n) * 7 + 3;
#define C10(n) C(n) C(n + 1) C(n + 2) C(n + 3) C(n + 4) C(n + 5) C(n + 6) C(n + 7) C(n + 8) C(n + 9)
static int __attribute__((noinline)) dense(int x) {
  switch (x) {
    C10(0) C10(10) C10(20) C10(30) C10(40) C10(50) C10(60) C10(70) C10(80)
    case 90: return x + 1000; case 91: return x * x; case 92: x ^= 5; break; case 93: x += 4; /* falls through */ case 94: return x - 1; default: return -1;
  }
  return x;
}
static int __attribute__((noinline)) sparse(unsigned x) {
  switch (x) {
    case 0: return 1; case 7: return 2; case 100: return 3; case 1000: return 4; case 65535: return 5;
    case 65536: return 6; case 1000000: return 7; case 0x7fffffff: return 8; case 0x80000000: return 9; case 0xffffffff: return 10;
    default: return 0;
  }
}
static int __attribute__((noinline)) kind(int c) {
  switch (c) {
    case '0' ... '9': return 'd'; case 'a' ... 'z': return 'l'; case 'A' ... 'Z': return 'u';
    case ' ': case '\t' ... '\r': return 's'; case '!' ... '/': case ':' ... '@': return 'p'; default: return '?';
  }
}

int main(void) {
  unsigned sum = 0;
  for (int i = -3; i < 100; i++) sum = sum * 31 + (unsigned)dense(i);
  put("dense %08x %d %d %d %d\n", sum, dense(92), dense(93), dense(94), dense(1 << 30));
  static const unsigned s[] = {0, 1, 6, 7, 8, 99, 100, 101, 1000, 65535, 65536, 65537, 1000000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff};
  for (unsigned i = 0; i < 17; i++) put("%d ", sparse(s[i]));
  put("\n");
  for (int c = 0; c < 128; c++) put("%c", kind(c));
  put("\n");
  return 0;
}
