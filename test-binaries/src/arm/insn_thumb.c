/* insn_thumb: Thumb instructions on chosen registers and flags: shifts, add and subtract forms, ALU group, high registers,
 * pc- and sp-relative, loads and stores, LDMIA/STMIA, PUSH/POP, conditional branches. Results come from qemu-arm. */
#include "insn.h"

static uint32_t m[8] __attribute__((aligned(32)));

/* Enters Thumb state for `code`, leaves it again; r0 to r3 and flags as in RUN. */
#define T(code, a, b, c, d, flags)                                                                                   \
  do {                                                                                                               \
    uint32_t r_[5] = {(uint32_t)(a), (uint32_t)(b), (uint32_t)(c), (uint32_t)(d), (flags)};                          \
    register uint32_t *at_ asm("r12") = r_;                                                                          \
    asm volatile("push {r12}\n ldr r4, [r12, #16]\n msr cpsr_f, r4\n ldmia r12, {r0-r3}\n adr lr, 8f + 1\n bx lr\n"  \
                 ".thumb\n 8: " code "\n .align 2\n bx pc\n nop\n .arm\n"                                            \
                 "pop {r12}\n stmia r12, {r0-r3}\n mrs r4, cpsr\n str r4, [r12, #16]\n"                              \
                 : "+r"(at_)::"r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "lr", "cc", "memory");     \
    show(code, r_);                                                                                                  \
  } while (0)
#define TWO(op) T(op " r0, r1", 0x7fffffff, 1, 0, 0, C_); T(op " r0, r1", 0x80000001u, 32, 0, 0, 0); T(op " r0, r1", 5, 0, 0, 0, V_ | C_); T(op " r0, r1", 0xffffffffu, 0x80000000u, 0, 0, N_); T(op " r0, r1", 0x80000001u, 33, 0, 0, C_)

int main(void) {
  TWO("and"); TWO("eor"); TWO("lsl"); TWO("lsr"); TWO("asr"); TWO("adc"); TWO("sbc"); TWO("ror"); TWO("tst"); TWO("neg"); TWO("cmp"); TWO("cmn"); TWO("orr"); TWO("mul"); TWO("bic"); TWO("mvn");
  T("lsl r0, r1, #0", 0, 0x80000000u, 0, 0, C_); T("lsl r0, r1, #1", 0, 0x80000001u, 0, 0, 0); T("lsr r0, r1, #32", 0, 0x80000001u, 0, 0, 0); T("asr r0, r1, #32", 0, 0x80000001u, 0, 0, 0); T("asr r0, r1, #5", 0, 0x7fffffff, 0, 0, 0); T("lsr r0, r1, #31", 0, 0xffffffffu, 0, 0, 0);
  T("add r0, r1, r2", 0, 0x7fffffff, 1, 0, 0); T("sub r0, r1, r2", 0, 1, 2, 0, 0); T("add r0, r1, #7", 0, 0xfffffff9u, 0, 0, 0); T("sub r0, r1, #3", 0, 3, 0, 0, 0);
  T("mov r0, #255", 0, 0, 0, 0, N_ | C_ | V_); T("mov r0, #0", 1, 0, 0, 0, C_); T("cmp r0, #200", 200, 0, 0, 0, 0); T("add r0, #255", 0xffffff01u, 0, 0, 0, 0); T("sub r0, #1", 0x80000000u, 0, 0, 0, 0);
  T("mov r8, r1\n add r0, r8", 1, 2, 0, 0, N_ | Z_); T("mov r9, r1\n cmp r0, r9", 1, 2, 0, 0, 0); T("mov r9, r1\n add r9, r0\n mov r2, r9", 1, 2, 0, 0, C_);
  T(".align 2\n mov r0, pc\n adr r1, 1f\n .align 2\n 1: sub r0, r0, r1\n mov r1, #0", 0, 0, 0, 0, 0);
  T("add r0, sp, #8\n mov r1, sp\n sub r0, r0, r1\n mov r1, #0", 0, 0, 0, 0, 0); T("mov r1, sp\n sub sp, #64\n mov r2, sp\n add sp, #64\n sub r0, r1, r2\n mov r1, #0\n mov r2, #0", 0, 0, 0, 0, 0);
  T("ldr r0, 1f\n b 2f\n .align 2\n 1: .word 0xcafef00d\n 2:", 0, 0, 0, 0, C_);
  m[0] = 0x80818283u, m[1] = 0x7fff8000u, m[2] = 3;
  T("ldr r0, [r1]", 0, m, 0, 0, 0); T("ldr r0, [r1, #4]", 0, m, 0, 0, 0); T("ldr r0, [r1, r2]", 0, m, 8, 0, 0); T("ldrb r0, [r1, #3]", 0, m, 0, 0, 0); T("ldrb r0, [r1, r2]", 0, m, 1, 0, 0);
  T("ldrh r0, [r1, #6]", 0, m, 0, 0, 0); T("ldrh r0, [r1, r2]", 0, m, 2, 0, 0); T("ldrsb r0, [r1, r2]", 0, m, 2, 0, 0); T("ldrsh r0, [r1, r2]", 0, m, 4, 0, 0); T("ldrsh r0, [r1, r2]", 0, m, 0, 0, 0);
  T("str r0, [r1, #12]\n ldr r2, [r1, #12]", 0x12345678, m, 0, 0, 0); T("strb r0, [r1, #13]\n ldr r2, [r1, #12]", 0xaa, m, 0, 0, 0); T("strh r0, [r1, r3]\n ldr r2, [r1, #12]", 0xbbbb, m, 0, 14, 0); T("str r0, [r1, r3]\n ldr r2, [r1, #16]", 99, m, 0, 16, 0); T("strb r0, [r1, r3]\n ldr r2, [r1, #16]", 0x1ff, m, 0, 17, 0);
  T("mov r4, r1\n ldmia r1!, {r0, r2, r3}\n sub r1, r1, r4", 0, m, 0, 0, 0); T("add r1, #20\n mov r4, r1\n stmia r1!, {r0, r2}\n sub r1, r1, r4\n ldr r3, [r4, #4]", 0x77, m, 0x88, 0, 0);
  T("push {r0-r3, lr}\n mov r4, sp\n ldr r3, [r4, #4]\n str r0, [sp, #8]\n ldr r2, [sp, #8]\n pop {r0, r1}\n pop {r0}\n pop {r1}\n pop {r4}", 0x10, 0x11, 0x12, 0x13, 0);
  T("mov r0, #0\n 1: add r0, #3\n sub r1, #1\n bne 1b", 0, 5, 0, 0, 0); T("cmp r0, r1\n blt 1f\n mov r2, #1\n 1: bhi 2f\n mov r3, #1\n 2:", 0xffffffffu, 1, 0, 0, 0); T("cmp r0, r1\n bge 1f\n mov r2, #1\n 1: bls 2f\n mov r3, #1\n 2:", 0x80000000u, 1, 0, 0, 0);
  T("add r0, #1\n beq 1f\n mov r2, #9\n 1: bcs 2f\n mov r3, #9\n 2: bvs 3f\n mov r1, #9\n 3:", 0xffffffffu, 0, 0, 0, 0);
  T("mov r0, r1\n bpl 1f\n mov r2, #1\n 1: bmi 2f\n mov r3, #1\n 2: bne 3f\n mov r0, #4\n 3: bcc 4f\n mov r1, #4\n 4: bvc 5f\n mov r0, #5\n 5: bgt 6f\n mov r0, #6\n 6: ble 7f\n mov r1, #7\n 7:", 1, 2, 0, 0, N_ | C_);
  for (unsigned i = 0; i < 8; i++) put("%08x ", (unsigned)(i == 2 ? 0 : m[i]));
  put("\n");
  return 0;
}
