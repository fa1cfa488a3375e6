/* numbers: floating point as programs with glibc use it: printing and reading, libm, exceptions and rounding modes. */
#include <fenv.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const double VALUES[] = {0,       -0.0,          1,     0.1,  1e300,    5e-324,    2.2250738585072014e-308,
                                1 / 3.0, 123456789.125, -1e-5, 1e21, INFINITY, -INFINITY, NAN, 4503599627370497.5};
#define COUNT (int)(sizeof VALUES / sizeof *VALUES)

static int print(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = vprintf(format, arguments);
  va_end(arguments);
  return length;
}

/* Loops long enough to be compiled; `step` decides whether their sums are exact. */
static double sums(double step) {
  double sum = 0, product = 1, other = 0;
  for (int i = 0; i < 20000; i++) {
    double x = i * step;
    sum += x;
    product = product * 0.5 + x;
    other += x > 1000 ? sqrt(x) : (float)x / 3;
    other -= (int)x;
  }
  return sum + product + other;
}

int main(void) {
  for (int i = 0; i < COUNT; i++) {
    double v = VALUES[i];
    printf("%g %.17g %a %e %10.2e %.3f|\n", v, v, v, v, v, fabs(v) < 1e20 ? v : 1);
  }
  long double third = 1.0L / 3;
  printf("%Lg %.30Lf\n", third, third * 1e10L);
  printf("%lld %llu %#x %+d % d %05d %-5d| %" PRIu64 " %zu %hhd\n", -5LL, ~0ULL, 255, 3, 3, 42, 42, (uint64_t)1 << 40,
         sizeof third, (signed char)-3);
  print("%d %g %lld %g\n", 1, 2.5, 3LL, 4.5);
  printf("%g %g %g ", strtod("0x1.8p3", 0), strtod("1e-400", 0), strtof("3.4e38", 0));
  printf("%g\n", atof("1.7976931348623157e308"));
  printf("%.17g %.17g %.17g %.17g\n", sin(1e22), exp(-745.1), pow(2, 0.5), tgamma(5.5));
  printf("%.17g %g %g %ld %ld\n", cbrt(-27), fmod(1e10, 7), trunc(-2.7), lrint(2.5), lround(2.5));
  for (int i = 0; i < COUNT; i++) printf("%.17g %.17g %.17g\n", log(VALUES[i]), atan(VALUES[i]), sqrt(VALUES[i]));
  printf("%.17g %.17g %.17g\n", sums(1), sums(0.1), sums(1e-310));

#ifndef __SOFTFP__
  volatile double one = 1, three = 3, result;
  struct {
    const char *name;
    int mask;
  } all[] = {{"inexact", FE_INEXACT},
             {"division", FE_DIVBYZERO},
             {"invalid", FE_INVALID},
             {"overflow", FE_OVERFLOW},
             {"underflow", FE_UNDERFLOW}};
  for (int k = 0; k < 8; k++) {
    feclearexcept(FE_ALL_EXCEPT);
    switch (k) {
      case 0: result = one + three; break;
      case 1: result = one / three; break;
      case 2: result = one / (one - 1); break;
      case 3: result = (one - 1) / (one - 1); break;
      case 4: result = one * 1e300; result *= result; break;
      case 5: result = one * 1e-300; result *= result; break;
      case 6: result = (float)(one * 1e39); break;
      case 7: result = (int)(one * 1e10); break;
    }
    printf("%g:", k < 7 ? result : 0);
    for (int n = 0; n < 5; n++)
      if (fetestexcept(all[n].mask)) printf(" %s", all[n].name);
    printf("\n");
  }
  int modes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
  for (int n = 0; n < 4; n++) {
    fesetround(modes[n]);
    result = one / three;
    printf("%.20g %g %ld %.17g\n", result, rint(2.5), lrint(-2.5), sums(0.1));
  }
#endif
  return 0;
}
