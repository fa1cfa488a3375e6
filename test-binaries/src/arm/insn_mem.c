/* insn_mem: load and store: every addressing mode (offset, pre, post; immediate, register, scaled), bytes, halfwords,
 * signed, doublewords, LDRT and friends, SWP, and LDM/STM in all four modes with and without writeback, with the base in
 * the list, and with r15. Prints registers and the memory words touched. Results come from qemu-arm. */
#include "insn.h"

static uint32_t m[16] __attribute__((aligned(64)));
static void reset(void) { for (unsigned i = 0; i < 16; i++) m[i] = 0x80817f00u + i * 0x01020305u; }
static void touched(void) {
  static const uint32_t step = 0x01020305u;
  for (unsigned i = 0; i < 16; i++)
    if (m[i] != 0x80817f00u + i * step) put("  [%u] %08x\n", i, (unsigned)m[i]);
}
/* r1 = address of m[8]; afterwards r1 is shown relative to it. */
#define MEM(code, a, c, d) do { reset(); RUN(code "\n sub r1, r1, r9", a, m + 8, c, d, C_); touched(); } while (0)
#define AT "mov r9, r1\n"

int main(void) {
  MEM(AT "ldr r0, [r1]", 0, 0, 0); MEM(AT "ldr r0, [r1, #-4]", 0, 0, 0); MEM(AT "ldr r0, [r1, #8]!", 0, 0, 0); MEM(AT "ldr r0, [r1], #-12", 0, 0, 0);
  MEM(AT "ldr r0, [r1, r2]", 0, 4, 0); MEM(AT "ldr r0, [r1, -r2, lsl #2]!", 0, 3, 0); MEM(AT "ldr r0, [r1], r2, asr #1", 0, 0xfffffff8u, 0);
  MEM(AT "ldr r0, [r1, r2, lsr #32]", 0, 0xffffffffu, 0); MEM(AT "ldr r0, [r1, r2, asr #32]!", 0, 0x7fffffff, 0); MEM(AT "ldr r0, [r1, r2, ror #30]", 0, 1, 0);
  MEM(AT "lsrs r3, r2, #1\n ldr r0, [r1, r3, rrx]", 0, 0x20, 0); /* carry 0 shifted in */
  MEM(AT "ldrb r0, [r1, #3]", 0, 0, 0); MEM(AT "ldrb r0, [r1], #1", 0, 0, 0); MEM(AT "ldrsb r0, [r1, #2]", 0, 0, 0); MEM(AT "ldrsb r0, [r1, #1]!", 0, 0, 0);
  MEM(AT "ldrh r0, [r1, #2]", 0, 0, 0); MEM(AT "ldrh r0, [r1, -r2]", 0, 2, 0); MEM(AT "ldrsh r0, [r1], #6", 0, 0, 0); MEM(AT "ldrsh r0, [r1, r2]!", 0, 2, 0);
  MEM(AT "ldrt r0, [r1], #4", 0, 0, 0); MEM(AT "ldrbt r0, [r1], r2", 0, 5, 0); MEM(AT "strt r0, [r1], #-4", 7, 0, 0); MEM(AT "strbt r0, [r1], #2", 7, 0, 0);
  MEM(AT "str r0, [r1]", 0x11223344, 0, 0); MEM(AT "str r0, [r1, #-8]!", 0x11223344, 0, 0); MEM(AT "str r0, [r1], r2, lsl #3", 0x11223344, 2, 0);
  MEM(AT "strb r0, [r1, #5]", 0x11223344, 0, 0); MEM(AT "strh r0, [r1, #-2]!", 0x11223344, 0, 0); MEM(AT "strh r0, [r1], -r2", 0x11223344, 6, 0);
  MEM(AT "ldrd r2, [r1]", 0, 0, 0); MEM(AT "ldrd r2, [r1, #8]!", 0, 0, 0); MEM(AT "ldrd r2, [r1], #-16", 0, 0, 0); MEM(AT "ldrd r2, [r1, -r0]", 8, 0, 0);
  MEM(AT "strd r2, [r1, #-8]", 0, 0x22222222, 0x33333333); MEM(AT "strd r2, [r1], r0", 16, 0x22222222, 0x33333333); MEM(AT "ldrd r2, [r1, #4]", 0, 0, 0);
  MEM(AT "swp r0, r2, [r1]", 0, 0x55667788, 0); MEM(AT "swp r2, r2, [r1]", 0, 0x55667788, 0); MEM(AT "swpb r0, r2, [r1]", 0, 0x55667788, 0); MEM(AT "add r3, r1, #3\n swpb r0, r2, [r3]\n mov r3, #0", 0, 0x55667788, 0);
  MEM(AT "pld [r1, #4]", 1, 2, 3);
#define LOADS(mode) MEM(AT "ldm" mode " r1, {r0, r2, r3}", 0, 0, 0); MEM(AT "ldm" mode " r1!, {r0, r2, r3}", 0, 0, 0); MEM(AT "ldm" mode " r1!, {r3}", 0, 0, 0)
#define STORES(mode) MEM(AT "stm" mode " r1, {r0, r2, r3}", 0xa0, 0xa2, 0xa3); MEM(AT "stm" mode " r1!, {r0, r2, r3}", 0xa0, 0xa2, 0xa3); MEM(AT "stm" mode " r1!, {r3}", 0xa0, 0xa2, 0xa3)
  LOADS("ia"); LOADS("ib"); LOADS("da"); LOADS("db"); STORES("ia"); STORES("ib"); STORES("da"); STORES("db");
  MEM(AT "ldmia r1, {r0-r3}\n add r1, r1, r9", 0, 0, 0);  /* base in the list, no writeback: base is loaded */
  MEM(AT "ldmdb r1, {r1, r2}\n add r1, r1, r9", 0, 0, 0);
  MEM(AT "stmia r1, {r0-r3}\n ldr r4, [r9, #4]\n sub r4, r4, r9\n str r4, [r9, #4]", 0xa0, 0xa2, 0xa3); /* base stored without writeback */
  MEM(AT "mov r3, r1\n stmia r3!, {r3}\n ldr r4, [r9]\n sub r4, r4, r9\n str r4, [r9]\n sub r3, r3, r9", 0, 0, 0); /* base lowest in the list: old value */
  MEM(AT "mov r0, r1\n stmdb r0!, {r0, r2, r3}\n ldr r4, [r0]\n sub r4, r4, r9\n str r4, [r0]\n sub r0, r0, r9", 0, 0xa2, 0xa3);
  MEM(AT "adr r4, 1f\n str r4, [r1]\n mov r0, #1\n ldmia r1!, {pc}\n mov r0, #2\n 1: str r3, [r9]", 0, 0, 0);
  MEM(AT "adr r4, 1f\n str r4, [r1]\n mov r0, #1\n ldr pc, [r1], #4\n mov r0, #2\n 1: str r3, [r9]", 0, 0, 0);
  MEM(AT "str pc, [r1]\n 1: adr r4, 1b\n ldr r3, [r1]\n sub r3, r3, r4\n str r3, [r1]", 0, 0, 0);
  MEM(AT "stmia r1, {r0, pc}\n 1: adr r4, 1b\n ldr r3, [r1, #4]\n sub r3, r3, r4\n str r3, [r1, #4]", 0, 0, 0);
  MEM(AT "add r0, r9, #1\n ldr r0, [r0]", 0, 0, 0); MEM(AT "add r0, r9, #3\n ldrh r0, [r0]", 0, 0, 0); MEM(AT "add r0, r9, #1\n str r2, [r0]", 0, 0x44332211, 0);
  return 0;
}
