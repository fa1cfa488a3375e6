// Programs that are for MIPS, and not for what is described here.

import { expect, test } from 'vitest';
import { mips_isa } from './isa.js';

const { abi } = mips_isa('mips', 'big');

test.each([
  [0x7000_1007, undefined], // mips32r2, o32
  [0x5000_1000, undefined],
  [0x7000_0000, undefined], // no ABI said, as bare programs
  [0x8000_0027, 'the ABI n32'],
  [0x7000_2007, 'another ABI than o32'],
  [0x7000_1207, 'FPU registers of 64 bits (FR = 1)'],
  [0x7000_1407, 'NaNs as of IEEE 754-2008'],
  [0x7200_1007, 'microMIPS'],
  [0x7400_1007, 'MIPS16'],
  [0x9000_1407, 'NaNs as of IEEE 754-2008'],
  [0x9000_1007, 'Release 6'],
])('e_flags %i: %s', (flags, refused) => expect(abi.refuses!(flags)).toBe(refused));
