/* insn_mul: MUL, MLA, UMULL, UMLAL, SMULL, SMLAL with flags; SMULxy, SMLAxy, SMULWy, SMLAWy, SMLALxy; QADD, QSUB,
 * QDADD, QDSUB with the sticky Q flag; CLZ. Results come from qemu-arm. */
#include "insn.h"

#define PAIRS(code) RUN(code, 0, 0, 0, 0, Q_); RUN(code, 7, 0xffffffffu, 0xffffffffu, 2, 0); RUN(code, 0x7fffffff, 0x80000000u, 0x80000000u, 0x7fffffff, C_ | V_); RUN(code, 0xffffffffu, 0x12345678, 0x9abcdef0u, 0xffffffffu, 0); RUN(code, 0x80000000u, 0x00008000, 0x80008000u, 0x7fff8000, 0)

int main(void) {
  PAIRS("muls r0, r1, r2"); PAIRS("mlas r0, r1, r2, r3"); PAIRS("mul r3, r1, r2"); PAIRS("mla r0, r2, r1, r0");
  PAIRS("umulls r0, r3, r1, r2"); PAIRS("umlals r0, r3, r1, r2"); PAIRS("smulls r0, r3, r1, r2"); PAIRS("smlals r0, r3, r1, r2");
  PAIRS("smulbb r0, r1, r2"); PAIRS("smulbt r0, r1, r2"); PAIRS("smultb r0, r1, r2"); PAIRS("smultt r0, r1, r2");
  PAIRS("smlabb r0, r1, r2, r3"); PAIRS("smlabt r0, r1, r2, r3"); PAIRS("smlatb r0, r1, r2, r3"); PAIRS("smlatt r0, r1, r2, r3");
  PAIRS("smulwb r0, r1, r2"); PAIRS("smulwt r0, r1, r2"); PAIRS("smlawb r0, r1, r2, r3"); PAIRS("smlawt r0, r1, r2, r3");
  PAIRS("smlalbb r0, r3, r1, r2"); PAIRS("smlalbt r0, r3, r1, r2"); PAIRS("smlaltb r0, r3, r1, r2"); PAIRS("smlaltt r0, r3, r1, r2");
  PAIRS("qadd r0, r1, r2"); PAIRS("qsub r0, r1, r2"); PAIRS("qdadd r0, r1, r2"); PAIRS("qdsub r0, r1, r2");
  PAIRS("qadd r0, r3, r3"); PAIRS("qsub r0, r3, r2"); PAIRS("qdadd r0, r2, r3"); PAIRS("qdsub r0, r3, r1");
  PAIRS("clz r0, r1");
  RUN("clz r0, r1", 0, 1, 0, 0, N_); RUN("clz r0, r1", 0, 0x00800000, 0, 0, 0);
  RUN("qadd r0, r1, r2\n mrs r3, cpsr\n and r3, r3, #0x08000000\n msr cpsr_f, #0", 0, 0x7fffffff, 1, 0, 0);
  return 0;
}
