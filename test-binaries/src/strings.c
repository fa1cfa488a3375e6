/* strings: newlib's memory and string functions at every alignment and many lengths, against byte loops written here;
 * then strtol, strtoul, strtod, atoi at their limits. */
#include <errno.h>
#include <stdlib.h>
#include "tiny.h"

static unsigned char a[256], b[256], model[256];
static unsigned checks, failures;
static void check(int good) { checks++, failures += !good; }
static int same(void) { for (int i = 0; i < 256; i++) if (b[i] != model[i]) return 0; return 1; }
static int sign(int x) { return (x > 0) - (x < 0); }

int main(void) {
  for (unsigned from = 0; from < 8; from++)
    for (unsigned to = 0; to < 8; to++)
      for (unsigned n = 0; n < 70; n += n < 34 ? 1 : 7) {
        for (unsigned i = 0; i < 256; i++) a[i] = (unsigned char)(i * 7 + n), b[i] = model[i] = (unsigned char)~i;
        for (unsigned i = 0; i < n; i++) model[64 + to + i] = a[32 + from + i];
        check(memcpy(b + 64 + to, a + 32 + from, n) == b + 64 + to && same());
        for (unsigned i = 0; i < n; i++) model[64 + to + i] = (unsigned char)n;
        memset(b + 64 + to, (int)n, n);
        check(same());
        unsigned char copy[256];
        memcpy(copy, b, 256);
        for (unsigned i = 0; i < n; i++) model[60 + from + i] = copy[58 + to + i];
        memmove(b + 60 + from, b + 58 + to, n);
        check(same());
        for (unsigned i = 0; i < n; i++) a[100 + from + i] = b[100 + to + i] = (unsigned char)('a' + i % 26);
        a[100 + from + n] = b[100 + to + n] = 0;
        char *x = (char *)a + 100 + from, *y = (char *)b + 100 + to;
        check(strlen(x) == n && strcmp(x, y) == 0 && memcmp(x, y, n + 1) == 0);
        if (n) {
          y[n / 2]++;
          check(sign(strcmp(x, y)) == -1 && sign(memcmp(y, x, n)) == 1 && sign(strncmp(x, y, n / 2)) == 0);
          check(strchr(x, x[n - 1]) == x + (n - 1) % 26 && strrchr(x, x[0]) == x + (n - 1) / 26 * 26);
          check(memchr(x, 0, n + 1) == x + n && strchr(x, 0) == x + n);
        }
        strcpy(y, x);
        check(strcmp(x, y) == 0);
        memset(y, '#', 8), strncpy(y, x, 6);
        check(memcmp(y, x, n < 6 ? n : 6) == 0 && y[6] == '#' && (n >= 6 || y[5] == 0));
      }
  put("%u checks, %u failures\n", checks, failures);
  char text[64] = "one,two;;three", *save, *t;
  for (t = strtok_r(text, ",;", &save); t; t = strtok_r(0, ",;", &save)) put("<%s>", t);
  put(" %u %u %s %s\n", (unsigned)strspn("aabbc", "ab"), (unsigned)strcspn("xyz,", ",;"), strpbrk("hello", "lo"), strstr("haystack", "sta"));
  static const char *const n[] = {"0", "-1", "  42abc", "0x7f", "077", "2147483647", "2147483648", "-2147483648", "-2147483649", "zz", "", "+5", "4294967296"};
  for (unsigned i = 0; i < 13; i++) {
    char *end;
    errno = 0;
    int32_t l = (int32_t)strtol(n[i], &end, 0);
    int e1 = errno == ERANGE;
    errno = 0;
    uint32_t u = (uint32_t)strtoul(n[i], 0, 16);
    put("%s: %d %d +%d %x %d base36 %lld\n", n[i], (int)l, e1, (int)(end - n[i]), (unsigned)u, errno == ERANGE, strtoll(n[i], 0, 36));
  }
  static const char *const d[] = {"1.5", "-0.1e-5", "1e400", "1e-400", "0x1.8p3", "infinity", ".5.", "123456789012345678901234567890", "2.2250738585072011e-308", "nan(7)", "e5"};
  for (unsigned i = 0; i < 11; i++) {
    char *end;
    union { double d; uint64_t u; } v = {strtod(d[i], &end)};
    if (v.d != v.d) put("%s: nan +%d\n", d[i], (int)(end - d[i]));
    else put("%s: %016llx +%d\n", d[i], (unsigned long long)v.u, (int)(end - d[i]));
  }
  return failures != 0;
}
