/* varargs: variable arguments of every width (64-bit values need aligned register pairs), structs passed and returned
 * by value in all sizes, many arguments, va_copy. */
#include <stdarg.h>
#include "tiny.h"

struct s1 { char a; };
struct s3 { char a[3]; };
struct s8 { int a; short b; char c; };
struct s12 { int a, b, c; };
struct s40 { int v[10]; };
struct dd { double a, b; };

static struct s1 __attribute__((noinline)) f1(struct s1 s) { s.a++; return s; }
static struct s3 __attribute__((noinline)) f3(int pad, struct s3 s) { s.a[1] = (char)(s.a[1] + pad); return s; }
static struct s8 __attribute__((noinline)) f8(struct s8 s, int add) { s.a += add, s.b = (short)-s.b, s.c ^= 1; return s; }
static struct s12 __attribute__((noinline)) f12(int a, int b, struct s12 s) { s.a += a, s.b += b, s.c = s.a * s.b; return s; }
static struct s40 __attribute__((noinline)) f40(struct s40 s, int k) { for (int i = 0; i < 10; i++) s.v[i] *= k; return s; }
static struct dd __attribute__((noinline)) fd(int x, struct dd s, float f) { s.a += x, s.b *= f; return s; }
static long long __attribute__((noinline)) many(int a, long long b, char c, double d, short e, long long f, unsigned char g, int h) {
  return a + b * 2 + c * 3 + (long long)(d * 4) + e * 5 + f * 6 + g * 7 + h * 8;
}
static long long sum(const char *kinds, ...) {
  va_list args, again;
  long long total = 0;
  va_start(args, kinds);
  va_copy(again, args);
  for (int pass = 1; pass <= 2; pass++)
    for (const char *k = kinds; *k; k++) switch (*k) {
        case 'i': total += pass * va_arg(*(pass == 1 ? &args : &again), int); break;
        case 'l': total += pass * va_arg(*(pass == 1 ? &args : &again), long long); break;
        case 'd': total += (long long)(pass * va_arg(*(pass == 1 ? &args : &again), double) * 10); break;
        case 's': total += va_arg(*(pass == 1 ? &args : &again), struct s8).b; break;
      }
  va_end(again);
  va_end(args);
  return total;
}

int main(void) {
  struct s8 s = {100, 200, 'x'};
  struct s12 t = f12(1, 2, (struct s12){10, 20, 30});
  struct s40 u = f40((struct s40){{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}, 3);
  struct dd d = fd(2, (struct dd){1.5, 2.5}, 4.0f);
  put("%c %c %d %d %c\n", f1((struct s1){'a'}).a, f3(2, (struct s3){{'a', 'b', 'c'}}).a[1], f8(s, 5).a, f8(s, 5).b, f8(s, 5).c);
  put("%d %d %d %d %d %d %d\n", t.a, t.b, t.c, u.v[0], u.v[9], (int)(d.a * 100), (int)(d.b * 100));
  put("%lld\n", many(1, 0x100000000ll, -3, 2.5, -7, -0x200000000ll, 250, 9));
  put("%lld\n", sum("ilidsil", 1, 5000000000ll, 2, 0.7, s, 3, -1ll));
  put("%lld\n", sum("lilddd", -1ll, 7, 1ll << 40, 1.1, 2.2, 3.3));
  return 0;
}
