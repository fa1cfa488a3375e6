/* calendar: gmtime, mktime, strftime, asctime and difftime on fixed moments (64-bit time_t, divisions by constants). */
#include <stdio.h>
#include <time.h>

int main(void) {
  static const long long moments[] = {0, 86399, 951782400, 1078012799, 1709164800, 2147483647, 2147483648ll, 4102444799ll, -1};
  char text[80];
  for (int i = 0; i < 9; i++) {
    time_t t = (time_t)moments[i];
    struct tm tm = *gmtime(&t);
    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %a %b %j %U %p %y", &tm);
    printf("%lld: %s %d %d\n", moments[i], text, tm.tm_wday, tm.tm_yday);
    printf("  back %d, %s", mktime(&tm) == t, asctime(&tm));
  }
  struct tm odd = {.tm_year = 123, .tm_mon = 14, .tm_mday = 35, .tm_hour = 25, .tm_min = -5, .tm_sec = 70};
  time_t t = mktime(&odd);
  printf("%lld %.0f\n", (long long)t, difftime(t, 0));
  return 0;
}
