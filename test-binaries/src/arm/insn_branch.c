/* insn_branch: B, BL, BX, BLX to immediate and register, conditional branches, return forms, BX into Thumb and back,
 * POP {pc} in Thumb with interworking, Thumb BL pairs, LDR pc and LDM with pc into Thumb (ARMv5 interworks on loads). */
#include "insn.h"

asm(".arm\n .globl leaf_arm\n .type leaf_arm, %function\n leaf_arm: add r0, r0, #1\n bx lr\n"
    ".thumb\n .thumb_func\n .globl leaf_thumb\n .type leaf_thumb, %function\n leaf_thumb: push {r1, lr}\n add r0, #2\n pop {r1, pc}\n"
    ".thumb_func\n .globl thumb_bl\n .type thumb_bl, %function\n thumb_bl: push {r4, lr}\n bl leaf_thumb\n mov r4, r0\n blx leaf_arm\n add r0, r4\n pop {r4, pc}\n"
    ".thumb_func\n .globl thumb_far\n .type thumb_far, %function\n thumb_far: push {lr}\n ldr r3, =leaf_arm\n blx r3\n ldr r3, =leaf_thumb\n blx r3\n pop {r3}\n bx r3\n .ltorg\n"
    ".thumb_func\n .globl thumb_bx_pc\n .type thumb_bx_pc, %function\n .align 2\n thumb_bx_pc: bx pc\n nop\n .arm\n add r0, r0, #7\n bx lr\n .arm\n");

int main(void) {
  RUN("bl leaf_arm", 5, 0, 0, 0, 0);
  RUN("blx leaf_thumb", 5, 0, 0, 0, 0);
  RUN("ldr r2, =leaf_thumb\n blx r2\n mov r2, #0\n b 9f\n .ltorg\n 9:", 5, 0, 0, 0, 0);
  RUN("blx thumb_bl", 5, 0, 0, 0, 0);
  RUN("blx thumb_far\n mov r3, #0", 5, 0, 0, 0, 0);
  RUN("blx thumb_bx_pc", 5, 0, 0, 0, 0);
  RUN("adr lr, 1f\n ldr pc, =leaf_thumb\n .ltorg\n 1:", 5, 0, 0, 0, 0);
  RUN("adr lr, 1f\n ldr r2, =leaf_thumb\n push {r2}\n ldmia sp!, {pc}\n .ltorg\n 1: mov r2, #0", 5, 0, 0, 0, 0);
  RUN("adr lr, 1f\n ldr r2, =leaf_arm\n bx r2\n .ltorg\n 1: mov r2, #0", 5, 0, 0, 0, 0);
  RUN("bl 1f\n 1: adr r1, 1b\n sub r0, lr, r1\n mov r1, #0", 0, 0, 0, 0, 0);
  RUN("mov lr, pc\n b 1f\n mov r0, #3\n b 2f\n 1: bx lr\n 2:", 0, 0, 0, 0, 0);
  RUN("mov r0, #0\n 1: add r0, r0, #1\n cmp r0, #100\n blt 1b", 0, 0, 0, 0, 0);
  RUN("adr r3, 1f + 1\n bx r3\n .thumb\n 1: mov r0, #7\n mov r1, pc\n 2: adr r2, 3f\n bx r2\n .align 2\n .arm\n 3: adr r3, 2b\n sub r1, r1, r3\n mov r2, #0\n mov r3, #0", 0, 0, 0, 0, 0);
  return 0;
}
