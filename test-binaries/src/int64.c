/* int64: 64-bit arithmetic through register pairs and libgcc: add, subtract, multiply, signed and unsigned division
 * and remainder, shifts by every kind of count, comparison, conversion, and 32 x 32 -> 64 products. */
#include "tiny.h"

int main(void) {
  static const uint64_t v[] = {0, 1, 2, 7, 10, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 0x123456789abcdef0,
                               0x7fffffffffffffff, 0x8000000000000000, 0xfffffffffffffff9, 0xffffffffffffffff, 0xdeadbeefcafebabe};
  for (unsigned i = 0; i < 15; i++)
    for (unsigned j = 0; j < 15; j++) {
      volatile uint64_t va = v[i], vb = v[j];
      uint64_t a = va, b = vb;
      int64_t sa = (int64_t)a, sb = (int64_t)b;
      put("%llx %llx: %llx %llx %llx", (long long)a, (long long)b, (long long)(a + b), (long long)(a - b), (long long)(a * b));
      if (b) put(" %llx %llx", (long long)(a / b), (long long)(a % b));
      if (b && !(sb == -1 && a == 0x8000000000000000)) put(" %lld %lld", (long long)(sa / sb), (long long)(sa % sb));
      put(" %llx %lld %d%d%d%d\n", (unsigned long long)(uint32_t)a * (uint32_t)b, (long long)(int32_t)a * (int32_t)b, a < b,
          a <= b, sa < sb, sa <= sb);
    }
  static const unsigned counts[] = {0, 1, 5, 31, 32, 33, 63};
  for (unsigned i = 0; i < 15; i++) {
    put("%llx", (unsigned long long)v[i]);
    for (unsigned c = 0; c < 7; c++) {
      volatile unsigned vn = counts[c];
      unsigned n = vn;
      put(" %llx %llx %llx", (long long)(v[i] << n), (long long)(v[i] >> n), (long long)((int64_t)v[i] >> n));
    }
    put(" clz %d ctz %d pop %d\n", v[i] ? __builtin_clzll(v[i]) : 64, v[i] ? __builtin_ctzll(v[i]) : 64, __builtin_popcountll(v[i]));
  }
  return 0;
}
