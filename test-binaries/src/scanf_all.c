/* scanf_all: every conversion of sscanf, widths, suppression, scan sets, partial matches and their return values, %n;
 * then scanf on standard input until it ends. */
#include <stdio.h>
#include <string.h>

int main(void) {
  int a = 0, b = 0, c = 0, n = 0, r;
  unsigned u = 0, v = 0;
  short h = 0;
  long l = 0;
  long long ll = 0;
  unsigned long long ull = 0;
  float f = 0;
  double d = 0, e = 0;
  char s[20] = "", t[20] = "", ch = 0;
  r = sscanf("12 -34 0x1f", "%d %d %i", &a, &b, &c), printf("%d: %d %d %d\n", r, a, b, c);
  r = sscanf("017 4000000000 ff", "%i %u %x", &a, &u, &v), printf("%d: %d %u %u\n", r, a, u, v);
  r = sscanf("777 -5", "%o %hd", &u, &h), printf("%d: %u %d\n", r, u, h);
  r = sscanf("-2147483648 -9223372036854775808 18446744073709551615", "%ld %lld %llu", &l, &ll, &ull);
  printf("%d: %ld %lld %llu\n", r, l, ll, ull);
  r = sscanf("3.5 1e-3 -3.0", "%f %lf %lf", &f, &d, &e), printf("%d: %g %g %g\n", r, f, d, e);
  r = sscanf("inf -infinity nan", "%f %lf %lf", &f, &d, &e), printf("%d: %g %g %d\n", r, f, d, e != e);
  r = sscanf("word another", "%s %5s", s, t), printf("%d: <%s> <%s>\n", r, s, t);
  r = sscanf("abc123", "%[a-c]%d", s, &a), printf("%d: <%s> %d\n", r, s, a);
  r = sscanf("key = value;", "%[^ =] = %[^;]", s, t), printf("%d: <%s> <%s>\n", r, s, t);
  r = sscanf("xyz", "%c%2c", &ch, s), s[2] = 0, printf("%d: %c <%s>\n", r, ch, s);
  r = sscanf("123456", "%3d%2d%d%n", &a, &b, &c, &n), printf("%d: %d %d %d at %d\n", r, a, b, c, n);
  r = sscanf("1 2 3", "%d %*d %d", &a, &b), printf("%d: %d %d\n", r, a, b);
  r = sscanf("5 apples", "%d pears", &a), printf("%d: %d\n", r, a);
  r = sscanf("apples", "%d", &a), printf("%d\n", r);
  r = sscanf("", "%d", &a), printf("%d\n", r);
  r = sscanf("50%", "%d%%%n", &a, &n), printf("%d: %d at %d\n", r, a, n);
  r = sscanf("  ]x", " %[]x]", s), printf("%d: <%s>\n", r, s);
  int lines = 0;
  double sum = 0;
  while ((r = scanf("%19s %lf", s, &d)) == 2) sum += d, lines++, printf("%s %.3f\n", s, d);
  printf("%d rows, sum %.3f, last %d\n", lines, sum, r);
  return lines;
}
