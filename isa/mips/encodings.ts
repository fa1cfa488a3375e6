// All of MIPS32 Release 2's user mode: one table of the integer and the floating-point instructions.

import { encodings, type Instruction } from 'pydgin-ts/adl';
import { integer_encodings } from './integer-encodings.js';

export const mips_encodings = encodings([...integer_encodings]);

export type Inst = Instruction<typeof mips_encodings>;
