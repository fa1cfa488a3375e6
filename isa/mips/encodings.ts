// All of MIPS32 Release 2's user mode: one table of the integer and the floating-point instructions.

import { encodings, type Instruction } from 'pydgin-ts/adl';
import { float_encodings } from './float-encodings.js';
import { integer_encodings } from './integer-encodings.js';

export const mips_encodings = encodings([...integer_encodings, ...float_encodings]);

export type Inst = Instruction<typeof mips_encodings>;
