// ARMv5TE, user mode, with Thumb: the description that `pydgin-ts run arm` simulates.

import { defineIsa, instruction_set } from 'pydgin-ts/adl';
import { arm_encodings, arm_fields } from './arm-encodings.js';
import * as arm_semantics from './arm-semantics.js';
import { arm_operands, thumb_operands } from './assembly.js';
import { state } from './state.js';
import { thumb_encodings } from './thumb-encodings.js';
import * as thumb_semantics from './thumb-semantics.js';

const arm = instruction_set({
  name: 'arm',
  parcel: 32,
  encodings: arm_encodings,
  fields: arm_fields,
  semantics: arm_semantics,
  operands: arm_operands,
});

const thumb = instruction_set({
  name: 'thumb',
  parcel: 16,
  encodings: thumb_encodings,
  fields: {},
  semantics: thumb_semantics,
  operands: thumb_operands,
});

export default defineIsa({
  name: 'armv5',
  title: 'ARMv5TE user mode, ARM and Thumb instruction sets',
  aliases: ['arm'],
  state,
  instruction_sets: [arm, thumb],
  selector: 'T',
  abi: {
    elf_machine: 40,
    endianness: 'little',
    stack_pointer: 'sp',
    arguments: ['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6'],
    result: 'r0',
    start(s, entry) {
      s.T = entry & 1;
      s.next_pc = (entry & ~1) >>> 0;
    },
    // The old ABI numbers its calls in the instruction; the EABI passes 0 there and the number in r7.
    syscall(s, immediate) {
      if (immediate === 0x123456 || (s.T === 1 && immediate === 0xab))
        return { convention: 'arm-semihosting', number: s.rf[0] };
      if (immediate >= 0x900000) return { convention: 'linux-arm-oabi', number: immediate - 0x900000 };
      return { convention: 'linux-arm-eabi', number: s.rf[7] };
    },
  },
});
