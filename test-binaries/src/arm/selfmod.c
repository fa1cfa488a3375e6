/* selfmod: self-modifying code. A function returning a constant is rewritten 1,000 times in a mapped page, in ARM and
 * in Thumb, with the cache-flush call after each write (svc 0x9f0002, and r7 = 0xf0002); then a loop body is patched
 * while the loop around it is hot, and a page holding code is unmapped and mapped again with other code. */
#include "../tiny.h"

typedef unsigned (*function)(void);

static void *map(unsigned bytes) {
  register long r0 asm("r0") = 0, r1 asm("r1") = (long)bytes, r2 asm("r2") = 7, r3 asm("r3") = 0x22, r4 asm("r4") = -1, r5 asm("r5") = 0;
  asm volatile("svc 0x9000c0" : "+r"(r0) : "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5) : "memory"); /* mmap2 */
  return (void *)r0;
}
static void unmap(void *at, unsigned bytes) {
  register long r0 asm("r0") = (long)at, r1 asm("r1") = (long)bytes;
  asm volatile("svc 0x90005b" : "+r"(r0) : "r"(r1) : "memory");
}
static void flush(void *from, void *to) {
  register long r0 asm("r0") = (long)from, r1 asm("r1") = (long)to, r2 asm("r2") = 0;
  asm volatile("svc 0x9f0002" : "+r"(r0) : "r"(r1), "r"(r2) : "memory");
}
static void __attribute__((noinline)) flush_eabi(void *from, void *to) {
  register long r0 asm("r0") = (long)from, r1 asm("r1") = (long)to, r2 asm("r2") = 0, r7 asm("r7") = 0xf0002;
  asm volatile("svc 0" : "+r"(r0) : "r"(r1), "r"(r2), "r"(r7) : "memory");
}

int main(void) {
  uint32_t *code = map(8192), sum = 0;
  if ((uint32_t)code > 0xfffff000u) return 1;
  for (unsigned i = 0; i < 1000; i++) { /* mov r0, #byte; add r0, r0, #byte << 8; bx lr */
    code[0] = 0xe3a00000u | (i & 255);
    code[1] = 0xe2800c00u | i >> 8;
    code[2] = 0xe12fff1eu;
    if (i & 1) flush(code, code + 3);
    else flush_eabi(code, code + 3);
    uint32_t got = ((function)code)();
    if (got != i) return put("ARM %u: %u\n", i, (unsigned)got), 2;
    sum += got;
  }
  put("ARM rewritten, sum %u\n", (unsigned)sum);
  uint16_t *thumb = (uint16_t *)code + 33; /* not word-aligned */
  for (unsigned i = 0; i < 1000; i++) { /* movs r0, #byte; lsls r0, #1; bx lr */
    thumb[0] = (uint16_t)(0x2000 | (i & 255));
    thumb[1] = 0x0040;
    thumb[2] = 0x4770;
    flush(thumb, thumb + 3);
    uint32_t got = ((function)((uintptr_t)thumb | 1))();
    if (got != (i & 255) * 2) return put("Thumb %u: %u\n", i, (unsigned)got), 3;
    sum += got;
  }
  put("Thumb rewritten, sum %u\n", (unsigned)sum);
  /* A loop in the page: mov r0, #0; mov r1, #count; again: add r0, r0, #1; subs r1, r1, #1; bne again; bx lr.
   * It becomes hot, then its body is changed: one run of the old body must not survive. */
  code[0] = 0xe3a00000u, code[1] = 0xe3a01c40u /* 0x4000 */, code[2] = 0xe2800001u, code[3] = 0xe2511001u, code[4] = 0x1afffffcu, code[5] = 0xe12fff1eu;
  for (unsigned i = 1; i <= 40; i++) {
    code[2] = 0xe2800000u | i;
    flush(code, code + 6);
    uint32_t got = ((function)code)();
    if (got != 0x4000 * i) return put("hot loop %u: %x\n", i, (unsigned)got), 4;
    sum += got;
  }
  put("hot loop patched, sum %u\n", (unsigned)sum);
  /* A loop that patches its own next instruction: r0 = code word address is passed by a store inside the loop.
   * r2 counts down; each turn stores r3 + 1 to `slot`, flushes, and runs slot: add r0, r0, #k. */
  static const uint32_t patcher[] = {
      0xe92d40f0u, /* push {r4-r7, lr} */
      0xe3a04000u, /* mov r4, #0           total */
      0xe28f5024u, /* add r5, pc, #36      address of slot: 8 + 8 + 36 = 52 */
      0xe3a060c8u, /* mov r6, #200         turns */
      0xe5953000u, /* turn: ldr r3, [r5] */
      0xe2233001u, /* eor r3, r3, #1       add #2 <-> add #3 */
      0xe5853000u, /* str r3, [r5] */
      0xe1a00005u, /* mov r0, r5 */
      0xe2851004u, /* add r1, r5, #4 */
      0xe3a02000u, /* mov r2, #0 */
      0xef9f0002u, /* svc 0x9f0002 */
      0xe1a00000u, /* nop */
      0xe1a00000u, /* nop */
      0xe2844002u, /* slot: add r4, r4, #2 */
      0xe2566001u, /* subs r6, r6, #1 */
      0x1afffff3u, /* bne turn */
      0xe1a00004u, /* mov r0, r4 */
      0xe8bd80f0u, /* pop {r4-r7, pc} */
  };
  memcpy(code + 64, patcher, sizeof patcher);
  flush(code + 64, code + 64 + sizeof patcher / 4);
  put("own next instruction patched: %u\n", ((function)(code + 64))());
  for (unsigned i = 0; i < 5; i++) {
    unmap(code, 8192);
    uint32_t *again = map(8192);
    if (again != code) code = again; /* usually the same place */
    code[0] = 0xe3a00060u + i, code[1] = 0xe12fff1eu;
    flush(code, code + 2);
    sum = sum * 3 + ((function)code)();
  }
  put("mapped again, sum %u\n", (unsigned)sum);
  return 0;
}
