// MIPS32 Release 2, user mode, little-endian: what `pydgin-ts run mipsel` simulates.

import { mips_isa } from '../mips/isa.js';

export default mips_isa('mipsel', 'little');
