// Instruction set and row of an instruction as one number, which is all that a decoded one keeps of them. Apart from
// generate.ts, which runs of built-in ISAs do not load.

/** Bits for the instruction set, below the row. */
export const SET_BITS = 8;
export const SET_MASK = (1 << SET_BITS) - 1;

/** `row` is -1 for an undefined instruction, and the number then negative. */
export function encoding_of(set: number, row: number): number {
  return (row << SET_BITS) | set;
}
