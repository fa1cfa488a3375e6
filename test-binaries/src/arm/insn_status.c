/* insn_status: MRS and MSR in user mode: only the flag byte (and Q) can be written, control and extension bytes are
 * ignored; immediate and register forms; flags kept by non-flag-setting instructions. Results come from qemu-arm. */
#include "insn.h"

#define BITS "\n and r0, r0, #0xf8000000"

int main(void) {
  for (uint32_t f = 0; f < 32; f++) RUN("mrs r0, cpsr" BITS, 0, 0, 0, 0, f << 27);
  RUN("msr cpsr_f, r1\n mrs r0, cpsr" BITS, 0, 0xffffffffu, 0, 0, 0);
  RUN("msr cpsr_f, r1\n mrs r0, cpsr" BITS, 0, 0x07ffffffu, 0, 0, N_ | Z_ | C_ | V_ | Q_);
  RUN("msr cpsr_f, #0xa0000000\n mrs r0, cpsr" BITS, 0, 0, 0, 0, Z_);
  RUN("msr cpsr_c, r1\n mrs r0, cpsr\n and r0, r0, #0x1f", 0, 0x13, 0, 0, 0); /* still user mode: 0x10 */
  RUN("msr cpsr_fsxc, r1\n mrs r0, cpsr\n and r2, r0, #0x1f" BITS, 0, 0x60000013, 0, 0, 0);
  RUN("mrs r0, cpsr\n and r0, r0, #0x3f", 0, 0, 0, 0, 0);
  RUN("mov r0, r1\n add r2, r1, r1\n mul r3, r1, r1", 0, 0x80000000u, 0, 0, Z_ | C_);
  RUN("movs r0, #0\n mrs r1, cpsr\n and r1, r1, #0xf8000000\n cmp r0, #1\n mrs r2, cpsr\n and r2, r2, #0xf8000000", 0, 0, 0, 0, Q_ | V_);
  return 0;
}
