// The description apart from the byte order, which index.ts here and in ../mipsel choose.

import { defineIsa, type Isa, instruction_set } from 'pydgin-ts/adl';
import { operands } from './assembly.js';
import { mips_encodings } from './encodings.js';
import * as semantics from './semantics.js';
import { state } from './state.js';

const mips32 = instruction_set({
  name: 'mips32',
  parcel: 32,
  encodings: mips_encodings,
  fields: {},
  semantics,
  operands,
});

/** Parts of e_flags that say what MIPS32 Release 2 and o32 are not (MIPS psABI; GNU's include/elf/mips.h). */
const EF_MIPS_ABI2 = 0x20;
const EF_MIPS_FP64 = 0x200;
const EF_MIPS_NAN2008 = 0x400;
const EF_MIPS_MICROMIPS = 0x0200_0000;
const EF_MIPS_M16 = 0x0400_0000;
const RELEASE_6 = [9, 10];

function refuses(flags: number): string | undefined {
  if ((flags & EF_MIPS_ABI2) !== 0) return 'the ABI n32';
  if (((flags >>> 12) & 0xf) > 1) return 'another ABI than o32';
  if ((flags & EF_MIPS_FP64) !== 0) return 'FPU registers of 64 bits (FR = 1)';
  if ((flags & EF_MIPS_NAN2008) !== 0) return 'NaNs as of IEEE 754-2008';
  if ((flags & EF_MIPS_MICROMIPS) !== 0) return 'microMIPS';
  if ((flags & EF_MIPS_M16) !== 0) return 'MIPS16';
  return RELEASE_6.includes(flags >>> 28) ? 'Release 6' : undefined;
}

export function mips_isa(name: string, endianness: 'little' | 'big'): Isa {
  return defineIsa({
    name,
    title: `MIPS32 Release 2 user mode, ${endianness}-endian`,
    state,
    instruction_sets: [mips32],
    delay_slots: 1,
    abi: {
      elf_machine: 8,
      endianness,
      refuses,
      stack_pointer: 'sp',
      arguments: ['a0', 'a1', 'a2', 'a3'],
      result: 'v0',
      start(s, entry) {
        s.next_pc = entry;
        s.delayed_pc = entry + 4;
        // Position-independent functions find their data relative to their own address there.
        s.rf[25] = entry;
      },
      syscall(s) {
        return { convention: 'linux-mips-o32', number: s.rf[2] };
      },
    },
  });
}
