/* int32: 32-bit and narrower integer arithmetic: wraparound, signed and unsigned division and remainder by constants
 * and variables, shifts, sign and zero extension of bytes and halfwords, bit fields, byte swaps, rotations. */
#include "tiny.h"

struct bits {
  unsigned a : 3;
  int b : 5;
  unsigned c : 11;
  int d : 13;
};

int main(void) {
  static const uint32_t v[] = {0, 1, 2, 3, 10, 100, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffff6, 0xffffffff};
  for (unsigned i = 0; i < 19; i++) {
    volatile uint32_t va = v[i];
    uint32_t a = va;
    int s = (int)a;
    put("%08x: %d %d %u %u", (unsigned)a, (int8_t)a, (int16_t)a, (uint8_t)a, (uint16_t)a);
    put(" /10 %d %d %u %u /7 %d %u /16 %d %d /-3 %d", s / 10, s % 10, (unsigned)a / 10, (unsigned)a % 10, s / 7, (unsigned)a / 7, s / 16, s % 16, s / -3);
    put(" %08x %08x %08x", (unsigned)__builtin_bswap32(a), (unsigned)(a << 7 | a >> 25), (unsigned)(a * 2654435761u));
    struct bits f = {a & 7, (int)(a << 27) >> 27, (a >> 8) & 0x7ff, (int)(a << 3) >> 19};
    f.b += 3, f.d -= 9, f.c ^= 5;
    put(" %u %d %u %d\n", f.a, f.b, f.c, f.d);
    for (unsigned j = 0; j < 19; j += 3) {
      volatile uint32_t vb = v[j];
      uint32_t b = vb;
      int t = (int)b;
      put(" %x %x", (unsigned)(a + b), (unsigned)(a - b));
      if (b) put(" %u %u", (unsigned)(a / b), (unsigned)(a % b));
      if (b && !(a == 0x80000000 && t == -1)) put(" %d %d", s / t, s % t);
      put(" %d%d%d%d;", a < b, a >= b, s < t, s > t);
    }
    put("\n");
  }
  return 0;
}
