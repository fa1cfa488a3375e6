/* printf_all: every conversion, flag, width and precision of printf that has one right answer in C99, with the
 * return value; snprintf's truncation; left out: long double, which is double here, and %F %a %hh %j %z %t, which Debian's newlib is
 * configured without. */
#include <stdio.h>

int main(void) {
  volatile double zero = 0;
  int n = -1;
  printf("%d %i %5d|%-5d|%05d|%+d|% d|%.4d|%8.3d|%-8.3d|\n", 0, -1, 42, 42, 42, 42, 42, 42, 42, 42);
  printf("%u %o %x %X %#o %#x %#X %#o %#x\n", 4000000000u, 8u, 255u, 255u, 8u, 255u, 255u, 0u, 0u);
  printf("%hd %ld %lld %hu %lu %llu\n", -32768, -2147483647L, -9223372036854775807LL - 1, 65535,
         4294967295ul & 0xffffffffu, 18446744073709551615ull);
  printf("%llx %#llo %llX %20lld|%-20llu|%020lld\n", 0x123456789abcdefull, 01234567ull, 0xfedcba98ull, -5ll, 5ull, -5ll);
  printf("%c|%3c|%-3c|%s|%6s|%-6s|%.2s|%6.1s|%%\n", 'a', 'b', 'c', "string", "abc", "abc", "abcdef", "xyz");
  printf("%*d|%-*d|%.*s|%*d|%.*d\n", 6, 7, 6, 7, 3, "abcdef", -6, 7, -1, 9);
  printf("%d%n\n", 12345, &n);
  printf("n %d\n", n);
  printf("%f %.0f %.1f %10.3f|%-10.3f|%+f|% f|%010.2f|%#.0f\n", 3.14159265358979, 2.5, 0.05, -1.5, -1.5, 1.0, 1.0, -3.14159, 4.0);
  printf("%e %E %.0e %.10e %#.0e %12.2e|\n", 12345.678, 0.00012345, 5e10, 1.0 / 3, 1.0, -9.99e99);
  printf("%g %G %g %g %g %.3g %.10g %#g %g\n", 100000.0, 1e-10, 1000000.0, 0.0001, 0.00001, 1234.5, 1.0 / 3, 2.0, 0.5);
  printf("%f %f %e %g %5.1f|%-6f|%+f\n", 1 / zero, -1 / zero, 1 / zero, -1 / zero, 1 / zero, 1 / zero, 1 / zero);
  printf("%f %.3f %.20f\n", 1e15, 1e22, 0.1);
  printf("%.15g %.17g %.17g %.17g\n", 0.1, 0.1, 1e23, 5e-324);
  printf("%.17g %.17g\n", 1.7976931348623157e308, 2.2250738585072014e-308);
  printf("%.0f %.0f %.0f %.0f %.0f %.0f\n", 0.5, 1.5, 2.5, 3.5, -0.5, -0.49);
  printf("%.2f %.2f %.1f %.3f\n", 1.005, 2.675, 0.25, 1.0005);
  char small[8];
  n = snprintf(small, sizeof small, "%s-%d", "truncated", 5);
  printf("%d <%s>\n", n, small);
  n = snprintf(small, sizeof small, "%d", 1234567);
  printf("%d <%s>\n", n, small);
  n = snprintf(NULL, 0, "%s %f", "measure", 1.5);
  printf("%d\n", n);
  return 0;
}
