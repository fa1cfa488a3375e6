/* softfloat: float and double add, subtract, multiply, divide, compare and convert, shown as bit patterns: rounding,
 * subnormals, signed zeros, infinities, NaN comparisons, conversions at the limits of the integer types. */
#include "tiny.h"

typedef union { double d; uint64_t u; } D;
typedef union { float f; uint32_t u; } F;
static volatile D da, db;
static volatile F fa, fb;

static void doubles(uint64_t a, uint64_t b) {
  da.u = a, db.u = b;
  D sum = {da.d + db.d}, dif = {da.d - db.d}, mul = {da.d * db.d}, div = {da.d / db.d};
  uint64_t r[4] = {sum.u, dif.u, mul.u, div.u};
  D x[4] = {sum, dif, mul, div};
  put("%016llx %016llx:", (unsigned long long)a, (unsigned long long)b);
  for (int i = 0; i < 4; i++) {
    if (x[i].d != x[i].d) put(" nan"); /* which NaN is not specified */
    else put(" %016llx", (unsigned long long)r[i]);
  }
  put(" %d%d%d%d%d%d\n", da.d < db.d, da.d <= db.d, da.d == db.d, da.d != db.d, da.d >= db.d, da.d > db.d);
}
static void floats(uint32_t a, uint32_t b) {
  fa.u = a, fb.u = b;
  F x[4] = {{fa.f + fb.f}, {fa.f - fb.f}, {fa.f * fb.f}, {fa.f / fb.f}};
  put("%08x %08x:", (unsigned)a, (unsigned)b);
  for (int i = 0; i < 4; i++) {
    if (x[i].f != x[i].f) put(" nan");
    else put(" %08x", (unsigned)x[i].u);
  }
  put(" %d%d%d%d%d%d\n", fa.f < fb.f, fa.f <= fb.f, fa.f == fb.f, fa.f != fb.f, fa.f >= fb.f, fa.f > fb.f);
}

int main(void) {
  static const uint64_t d[] = {0, 0x8000000000000000, 1, 0x000fffffffffffff, 0x0010000000000000, 0x3fefffffffffffff,
                               0x3ff0000000000000, 0x3ff0000000000001, 0xc008000000000000, 0x4340000000000001,
                               0x7fefffffffffffff, 0x7ff0000000000000, 0xfff0000000000000, 0x7ff8000000000000};
  static const uint32_t f[] = {0, 0x80000000, 1, 0x007fffff, 0x00800000, 0x3f7fffff, 0x3f800000, 0x3f800001,
                               0xc0400000, 0x4b800001, 0x7f7fffff, 0x7f800000, 0xff800000, 0x7fc00000};
  for (unsigned i = 0; i < 14; i++)
    for (unsigned j = 0; j < 14; j++) doubles(d[i], d[j]), floats(f[i], f[j]);
  static const double c[] = {0.5, 1.5, -1.5, 2147483647.0, -2147483648.0, 4294967295.0, 1e15 + 0.5, -1e18, 0.1, 16777217.0, 1e-45, 1e38};
  for (unsigned i = 0; i < 12; i++) {
    da.d = c[i];
    double x = da.d;
    F narrow = {(float)x};
    D wide = {(double)narrow.f};
    put("%u: float %08x back %016llx", i, (unsigned)narrow.u, (unsigned long long)wide.u);
    if (x > -2147483649.0 && x < 2147483648.0) put(" int %d", (int)x);
    if (x > -1.0 && x < 4294967296.0) put(" unsigned %u", (unsigned)x);
    if (x > -9e18 && x < 9e18) put(" long long %lld", (long long)x);
    put("\n");
  }
  static const long long n[] = {0, 1, -1, 16777217, 33554435, 2147483647, -2147483647 - 1, 9007199254740993, -9007199254740995, 0x7fffffffffffffff};
  for (unsigned i = 0; i < 10; i++) {
    volatile long long v = n[i];
    D wide = {(double)v}, from_unsigned = {(double)(unsigned long long)v}, from_int = {(double)(int)v};
    F narrow = {(float)v}, of_int = {(float)(int)v}, of_unsigned = {(float)(unsigned)v};
    put("%lld: %016llx %016llx %016llx %08x %08x %08x\n", (long long)v, (unsigned long long)wide.u,
        (unsigned long long)from_unsigned.u, (unsigned long long)from_int.u, (unsigned)narrow.u, (unsigned)of_int.u,
        (unsigned)of_unsigned.u);
  }
  return 0;
}
