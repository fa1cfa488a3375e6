// Guest addresses as WebAssembly has them: a word, and an offset in the instruction that accesses memory.

import type { StateChange } from '../ir/block.js';
import type { Value } from '../ir/value.js';

export interface Place {
  base: Value;
  offset: number;
}

/**
 * Where an address is. WebAssembly traps where base and offset have 33 bits; the guest would go to an address below the offset
 * then: if there is no memory below `floor`, both are a fault. What is below a register is above what the block leaves in it, if
 * that is a stack pointer, say: `changes` are the block's.
 */
export function place_of(address: Value, changes: readonly StateChange[], floor: number): Place {
  const { register, distance } = distance_of(address);
  const fits = (offset: number) => offset > 0 && offset <= floor;
  if (register.op !== 'const' && fits(distance)) return { base: register, offset: distance };
  if (distance < 0 && register.op === 'reg') {
    const moved = changes.find(({ slot }) => slot === register.k)?.value;
    const end = moved && distance_of(moved);
    if (end?.register.op === 'reg' && end.register.k === register.k && fits(distance - end.distance))
      return { base: moved!, offset: distance - end.distance };
  }
  return { base: address, offset: 0 };
}

/** A word as another, and a constant that is added to it. */
function distance_of(word: Value): { register: Value; distance: number } {
  let register = word;
  let distance = 0;
  for (;;) {
    if (register.op === 'wrap') register = register.a!;
    else if (register.op === 'add' && register.b!.op === 'const') {
      distance += register.b!.k;
      register = register.a!;
    } else if (register.op === 'sub' && register.b!.op === 'const') {
      distance -= register.b!.k;
      register = register.a!;
    } else return { register, distance: distance | 0 };
  }
}
