/* insn.h: runs a piece of assembly on chosen registers and flags and prints what it left. A case is
 * RUN("text of the instructions", r0, r1, r2, r3, flags in) and prints r0 to r3 and the flags NZCVQ. */
#ifndef INSN_H
#define INSN_H
#include "../tiny.h"

#define N_ 0x80000000u
#define Z_ 0x40000000u
#define C_ 0x20000000u
#define V_ 0x10000000u
#define Q_ 0x08000000u

static void __attribute__((unused)) show(const char *code, const uint32_t r[5]) {
  put("%s: %08x %08x %08x %08x %c%c%c%c%c\n", code, (unsigned)r[0], (unsigned)r[1], (unsigned)r[2], (unsigned)r[3], r[4] & N_ ? 'N' : '-',
      r[4] & Z_ ? 'Z' : '-', r[4] & C_ ? 'C' : '-', r[4] & V_ ? 'V' : '-', r[4] & Q_ ? 'Q' : '-');
}
#define RUN(code, a, b, c, d, flags)                                                                                 \
  do {                                                                                                               \
    uint32_t r_[5] = {(uint32_t)(a), (uint32_t)(b), (uint32_t)(c), (uint32_t)(d), (flags)};                          \
    register uint32_t *at_ asm("r12") = r_;                                                                          \
    asm volatile("push {r12}\n ldr r4, [r12, #16]\n msr cpsr_f, r4\n ldmia r12, {r0-r3}\n" code                      \
                 "\n pop {r12}\n stmia r12, {r0-r3}\n mrs r4, cpsr\n str r4, [r12, #16]\n"                           \
                 : "+r"(at_)::"r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "lr", "cc", "memory");     \
    show(code, r_);                                                                                                  \
  } while (0)
#endif
