/* fpu: what a program can see of the floating-point unit: rounding modes, flags, NaNs, conversions, condition codes. */
#include <stdio.h>
#include <string.h>

static unsigned get_fcsr(void) {
  unsigned value;
  __asm__ volatile("cfc1 %0,$31" : "=r"(value));
  return value;
}
static void set_fcsr(unsigned value) { __asm__ volatile("ctc1 %0,$31" : : "r"(value)); }

static unsigned long long bits_of(double value) {
  unsigned long long bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}
static unsigned bits_of_single(float value) {
  unsigned bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

int main(void) {
  static volatile double values[] = {0.0, -0.0, 1.0, -1.5, 2.5, 0.1, 1e300, 1e-300, 3e9, -2147483648.0, 5e-324};
  int count = sizeof values / sizeof *values;
  for (int mode = 0; mode < 4; mode++) {
    for (int i = 0; i < count; i++) {
      set_fcsr(mode);
      double third = values[i] / 3;
      double square = values[i] * values[i];
      double sum = values[i] + 1e-20;
      float narrow = values[i];
      unsigned flags = get_fcsr();
      int word;
      double copy = values[i];
      set_fcsr(mode);
      __asm__ volatile("cvt.w.d %1,%1\n mfc1 %0,%1" : "=r"(word), "+f"(copy));
      printf("%d %2d %016llx %016llx %016llx %08x %08x %d %08x\n", mode, i, bits_of(third), bits_of(square), bits_of(sum),
             bits_of_single(narrow), flags, word, get_fcsr());
    }
  }
  set_fcsr(0);
  volatile double zero = 0, big = 1e308;
  printf("%016llx %08x\n", bits_of(zero / zero), get_fcsr());
  printf("%016llx %08x\n", bits_of(1 / zero), get_fcsr());
  printf("%016llx %08x\n", bits_of(big * 10), get_fcsr());
  volatile double nan = zero / zero;
  printf("%d %d %d %d\n", nan < 1, nan == nan, nan != nan, !(nan >= 1));
  unsigned conditions = 0;
  set_fcsr(0);
  __asm__ volatile("c.lt.d $fcc1,%0,%1\n c.eq.d $fcc5,%0,%0\n c.un.d $fcc7,%0,%2" : : "f"(zero), "f"(big), "f"(nan));
  conditions = get_fcsr();
  printf("%08x\n", conditions);
  return 0;
}
