/* unaligned: words, halfwords and doublewords (through memcpy-like packed access and through misaligned pointers) at
 * every byte offset. The packed half is the compiler's byte code; the pointer half is what Linux user mode makes of a
 * misaligned LDR, STR, LDRH, STRH. */
#include "tiny.h"

struct __attribute__((packed)) packed {
  char pad;
  uint32_t word;
  uint16_t half;
  uint64_t twice;
};

int main(void) {
  static unsigned char bytes[32] __attribute__((aligned(8)));
  for (int i = 0; i < 32; i++) bytes[i] = (unsigned char)(i * 17 + 1);
  for (int at = 0; at < 9; at++) {
    struct packed *p = (struct packed *)(bytes + at);
    volatile uint32_t *w = (volatile uint32_t *)(bytes + at);
    volatile uint16_t *h = (volatile uint16_t *)(bytes + at);
    volatile int16_t *sh = (volatile int16_t *)(bytes + at);
    put("%d: %08x %04x %016llx | %08x %04x %d\n", at, (unsigned)p->word, p->half, (unsigned long long)p->twice, (unsigned)*w, *h, *sh);
  }
  for (int at = 1; at < 8; at += 2) {
    *(volatile uint32_t *)(bytes + at) = 0xa1b2c3d4u + (unsigned)at;
    *(volatile uint16_t *)(bytes + 16 + at) = (uint16_t)(0x5566 + at);
  }
  for (int i = 0; i < 32; i++) put("%02x", bytes[i]);
  put("\n");
  return 0;
}
