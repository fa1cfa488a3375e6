/* divzero: integer division by zero in C on ARM is a call of libgcc: a newlib build gets the largest value of the sign
 * of the dividend and no signal; also INT_MIN / -1 and floating division by zero. */
#include "tiny.h"

int main(void) {
  volatile int a = 7, zero = 0, least = -2147483647 - 1, minus = -1;
  volatile unsigned u = 7, uzero = 0;
  volatile long long l = 7, lzero = 0;
  volatile double d = 1, dzero = 0;
  put("floating %d %d\n", d / dzero > 1e308, (dzero / dzero) != (dzero / dzero));
  put("least %d\n", least / minus);
  put("int %d\n", a / zero);
  put("unsigned %u\n", u / uzero);
  put("long long %lld\n", l / lzero);
  put("remainder done %d\n", a % zero >= 0);
  return 5;
}
