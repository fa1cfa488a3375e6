/* libm: sqrt, exp, log, pow, the circular and hyperbolic functions, floor, fmod, frexp, ldexp and the like, printed to
 * 12 digits. */
#include <math.h>
#include <stdio.h>

int main(void) {
  static volatile double x[] = {0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.14159, 10.0, 100.5, -0.75, -2.5};
  for (int i = 0; i < 11; i++) {
    double a = x[i], whole;
    int e;
    printf("%g: %.12g %.12g %.12g %.12g", a, sin(a), cos(a), tan(a), atan(a));
    printf(" %.12g %.12g %.12g", exp(a), sinh(a), tanh(a));
    if (a > 0) printf(" %.12g %.12g %.12g %.12g", log(a), log10(a), sqrt(a), pow(a, 1.7));
    if (fabs(a) <= 1) printf(" %.12g %.12g", asin(a), acos(a));
    printf(" %g %g %g %g %.6g", floor(a), ceil(a), trunc(a), round(a), fmod(a, 0.7));
    double m = frexp(a, &e), fraction = modf(a, &whole);
    printf(" %g*2^%d %g+%g %g %g\n", m, e, whole, fraction, ldexp(a, 5), hypot(a, 2));
  }
  printf("%.7g %.7g %.7g\n", (double)sqrtf(2), (double)sinf(1), (double)powf(2, 0.5f));
  return 0;
}
