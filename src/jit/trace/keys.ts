// Where compiled code may be entered, as one number.

/** Address and instruction set as one number. Instructions are at even addresses wherever there are several sets. */
export const key_of = (pc: number, set: number): number => (pc | set) >>> 0;
