/* sha256: rotates, shifts and 32-bit additions. SHA-256 (FIPS 180-4) of a message of argv[1] KiB, and of "abc". */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The constants are the first 32 bits of the fractional parts of cube roots (K) and square roots (H) of the first
 * primes (FIPS 180-4, 4.2.2 and 5.3.3). They are computed here with integer arithmetic, so that there is no table. */
static uint32_t K[64], H0[8];

static int fits(unsigned prime, uint64_t x, int power) { /* x / 2^32 <= power-th root of prime? */
  /* compares x^power with prime * 2^(32 * power) using 32-bit limbs, least significant first */
  uint32_t p[4] = {1, 0, 0, 0}, q[4];
  for (int n = 0; n < power; n++) {
    memset(q, 0, sizeof q);
    for (int i = 0; i < 4; i++) {
      uint64_t low = (uint64_t)p[i] * (uint32_t)x, high = (uint64_t)p[i] * (x >> 32), t;
      t = q[i] + low;
      q[i] = (uint32_t)t;
      uint64_t carry = (t >> 32) + high;
      for (int j = i + 1; j < 4; j++) {
        t = q[j] + (carry & 0xffffffffu);
        q[j] = (uint32_t)t;
        carry = (carry >> 32) + (t >> 32);
      }
    }
    memcpy(p, q, sizeof p);
  }
  if (power == 3) return p[3] < prime;
  return p[3] == 0 && p[2] < prime;
}

static uint32_t root_fraction(unsigned prime, int power) {
  uint64_t x = 0;
  for (int bit = 36; bit >= 0; bit--)
    if (fits(prime, x | 1ull << bit, power)) x |= 1ull << bit;
  return (uint32_t)x;
}

static void make_constants(void) {
  int n = 0;
  for (unsigned p = 2; n < 64; p++) {
    unsigned d = 2;
    while (d * d <= p && p % d) d++;
    if (d * d <= p) continue;
    if (n < 8) H0[n] = root_fraction(p, 2);
    K[n++] = root_fraction(p, 3);
  }
}

static inline uint32_t ror(uint32_t x, int n) { return x >> n | x << (32 - n); }

static void compress(uint32_t h[8], const uint8_t *block) {
  uint32_t w[64], s[8];
  for (int i = 0; i < 16; i++)
    w[i] = (uint32_t)block[4 * i] << 24 | block[4 * i + 1] << 16 | block[4 * i + 2] << 8 | block[4 * i + 3];
  for (int i = 16; i < 64; i++) {
    uint32_t x = w[i - 15], y = w[i - 2];
    w[i] = w[i - 16] + w[i - 7] + (ror(x, 7) ^ ror(x, 18) ^ x >> 3) + (ror(y, 17) ^ ror(y, 19) ^ y >> 10);
  }
  memcpy(s, h, sizeof s);
  for (int i = 0; i < 64; i++) {
    uint32_t e = s[4], a = s[0];
    uint32_t t1 = s[7] + (ror(e, 6) ^ ror(e, 11) ^ ror(e, 25)) + ((e & s[5]) ^ (~e & s[6])) + K[i] + w[i];
    uint32_t t2 = (ror(a, 2) ^ ror(a, 13) ^ ror(a, 22)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
    s[7] = s[6], s[6] = s[5], s[5] = e, s[4] = s[3] + t1;
    s[3] = s[2], s[2] = s[1], s[1] = a, s[0] = t1 + t2;
  }
  for (int i = 0; i < 8; i++) h[i] += s[i];
}

/* Hashes `message` (length bytes, at most 1024) repeated `times` times. */
static void digest(const uint8_t *message, unsigned length, unsigned times) {
  uint8_t block[64];
  uint32_t h[8];
  unsigned used = 0;
  uint64_t bits = (uint64_t)length * times * 8;
  memcpy(h, H0, sizeof h);
  for (unsigned t = 0; t < times; t++)
    for (unsigned i = 0; i < length; i++) {
      block[used++] = message[i];
      if (used == 64) compress(h, block), used = 0;
    }
  block[used++] = 0x80;
  while (used != 56) {
    if (used == 64) compress(h, block), used = 0;
    else block[used++] = 0;
  }
  for (int i = 0; i < 8; i++) block[56 + i] = (uint8_t)(bits >> (56 - 8 * i));
  compress(h, block);
  for (int i = 0; i < 8; i++) printf("%08lx", (unsigned long)h[i]);
  printf("\n");
}

int main(int argc, char **argv) {
  unsigned kib = argc > 1 ? strtoul(argv[1], 0, 10) : 150;
  static uint8_t message[1024];
  for (unsigned i = 0; i < sizeof message; i++) message[i] = (uint8_t)(i * 7 + (i >> 3));
  make_constants();
  printf("sha256 abc: ");
  digest((const uint8_t *)"abc", 3, 1);
  printf("sha256 %u KiB: ", kib);
  digest(message, sizeof message, kib);
  return 0;
}
