/* insn_alu: data processing: flags of every operation, shifter carry-out for each shift kind and for amounts 0, 1, 31,
 * 32, 33, 255 and RRX, immediates with rotation, r15 as operand, conditions. Results come from qemu-arm. */
#include "insn.h"

#define OP2(op) RUN(op " r0, r1, r2", 0, 0x7fffffff, 1, 0, 0); RUN(op " r0, r1, r2", 0, 0x80000000u, 0x80000000u, 0, C_); RUN(op " r0, r1, r2", 0, 5, 5, 0, V_ | C_); RUN(op " r0, r1, r2", 0, 0, 0xffffffffu, 0, N_)
#define TEST(op) RUN(op " r1, r2", 0, 0x7fffffff, 1, 0, C_ | V_); RUN(op " r1, r2", 0, 0xffffffffu, 1, 0, V_); RUN(op " r1, r2", 0, 5, 5, 0, C_); RUN(op " r1, r2, lsl #31", 0, 5, 3, 0, V_)
#define SHIFT(kind) AMOUNT(kind, 0); AMOUNT(kind, 1); AMOUNT(kind, 31); AMOUNT(kind, 32); AMOUNT(kind, 33); AMOUNT(kind, 255); AMOUNT(kind, 256)
#define AMOUNT(kind, n) RUN("movs r0, r1, " kind " r2", 9, 0x80000001u, n, 0, V_ | C_); RUN("movs r0, r1, " kind " r2", 9, 0x7ffffffeu, n, 0, V_)
#define COND(c) RUN("mov" c " r0, #1", 0, 0, 0, 0, 0); RUN("mov" c " r0, #1", 0, 0, 0, 0, Z_ | C_); RUN("mov" c " r0, #1", 0, 0, 0, 0, N_ | V_); RUN("mov" c " r0, #1", 0, 0, 0, 0, N_); RUN("mov" c " r0, #1", 0, 0, 0, 0, C_)

int main(void) {
  OP2("ands"); OP2("eors"); OP2("subs"); OP2("rsbs"); OP2("adds"); OP2("adcs"); OP2("sbcs"); OP2("rscs"); OP2("orrs"); OP2("bics");
  OP2("add"); OP2("adc"); OP2("sbc"); OP2("rsc");
  TEST("tst"); TEST("teq"); TEST("cmp"); TEST("cmn");
  SHIFT("lsl"); SHIFT("lsr"); SHIFT("asr"); SHIFT("ror");
  RUN("movs r0, r1, rrx", 0, 3, 0, 0, 0);
  RUN("movs r0, r1, rrx", 0, 2, 0, 0, C_);
  RUN("movs r0, r1, lsr #32", 0, 0x80000000u, 0, 0, 0);
  RUN("movs r0, r1, asr #32", 0, 0x80000000u, 0, 0, 0);
  RUN("movs r0, r1, ror #1", 0, 1, 0, 0, 0);
  RUN("movs r0, r1, lsl #1", 0, 0xc0000000u, 0, 0, 0);
  RUN("movs r0, #0xff000000", 0, 0, 0, 0, 0);
  RUN("movs r0, #0xff", 0, 0, 0, 0, C_);
  RUN("ands r0, r1, #0x80000000", 0, 0xffffffffu, 0, 0, 0);
  RUN("tst r1, #0x40000000", 0, 0x40000000u, 0, 0, C_);
  RUN("mvns r0, r1", 0, 0xffffffffu, 0, 0, C_ | V_);
  RUN("mvn r0, r1, asr #3", 0, 0x80000010u, 0, 0, C_ | V_);
  RUN("adr r1, 1f\n sub r0, pc, r1\n1:", 0, 0, 0, 0, 0);
  RUN("mov r2, pc\n 1: sub r3, pc, r2\n mov r2, #0", 0, 0, 0, 0, 0);
  RUN("mov r1, pc\n mov r0, #1\n mov r0, #2\n add r2, r1, #0\n sub r1, r1, r2", 0, 0, 0, 0, 0);
  RUN("add pc, pc, #0\n mov r0, #99\n mov r1, #77", 1, 2, 3, 4, 0);
  RUN("adds r0, r0, r0, lsl r0", 33, 0, 0, 0, 0);
  COND("eq"); COND("ne"); COND("cs"); COND("cc"); COND("mi"); COND("pl"); COND("vs"); COND("vc");
  COND("hi"); COND("ls"); COND("ge"); COND("lt"); COND("gt"); COND("le");
  RUN("subs r0, r1, r2\n sbcs r1, r1, r3\n adcs r2, r2, r2\n rscs r3, r0, r1", 1, 2, 3, 4, 0);
  return 0;
}
