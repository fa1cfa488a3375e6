// The description apart from the byte order, which index.ts here and in ../mipsel choose.

import { defineIsa, type Isa, instruction_set } from 'pydgin-ts/adl';
import { operands } from './assembly.js';
import { mips_encodings } from './encodings.js';
import * as float_semantics from './float-semantics.js';
import * as integer_semantics from './integer-semantics.js';
import { state } from './state.js';

const mips32 = instruction_set({
  name: 'mips32',
  parcel: 32,
  encodings: mips_encodings,
  fields: {},
  semantics: { ...integer_semantics, ...float_semantics },
  operands,
});

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
