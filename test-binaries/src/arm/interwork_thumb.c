/* interwork_thumb: the Thumb half of interwork (compiled with -mthumb). */
typedef int (*function)(int);
int arm_square(int x);

int thumb_triple(int x) { return x * 3; }
int thumb_calls_arm(int x) { return arm_square(x) + 1; }
int thumb_apply(function f, int x) { return f(x) - 2; }
static int local(int x) { return x ^ 0x55; }
function thumb_pointer(void) { return local; }
unsigned thumb_gcd(unsigned a, unsigned b) { return b ? thumb_gcd(b, a % b) : a; }
long long thumb_mix(long long a, unsigned char b, short c) { return (a << 3) - b * (long long)c; }
int thumb_bytes(const signed char *s, const unsigned short *h, int n) {
  int sum = 0;
  for (int i = 0; i < n; i++) sum += s[i] * h[i];
  return sum;
}
