// ARMv5TE user-mode state (ARM DDI 0100I, A2.3 registers, A2.5 program status register).

import { flag, registers, type StateOf } from 'pydgin-ts/adl';

export const PC = 15;
export const LR = 14;
export const SP = 13;

export const state = {
  rf: registers(16, {
    names: 'r0 r1 r2 r3 r4 r5 r6 r7 r8 r9 r10 r11 r12 sp lr pc',
    aliases: { r13: SP, r14: LR, r15: PC, fp: 11, ip: 12, sl: 10 },
    // A2.4.3: r15 reads as the instruction's address plus 8, in Thumb state plus 4.
    reads: { [PC]: ({ pc, instruction_set }) => (pc + (instruction_set === 'thumb' ? 4 : 8)) >>> 0 },
  }),
  N: flag('negative'),
  Z: flag('zero'),
  C: flag('carry'),
  V: flag('overflow'),
  Q: flag('saturation'),
  T: flag('Thumb state'),
};

export type State = StateOf<typeof state>;
