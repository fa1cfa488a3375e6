// MIPS32 Release 2, user mode, big-endian: what `pydgin-ts run mips` simulates.

import { mips_isa } from './isa.js';

export default mips_isa('mips', 'big');
