// How functions of regions call each other: directly within a module, else through a table, by functions of the driver.

import { op } from './bytes.js';

/**
 * How deep calls may be nested before all of them return to the dispatcher, in words of V8's stack, of which it has 120,000.
 * Each frame counts as its locals, all of which V8's baseline compiler keeps there, and FRAME_WORDS more (emit.ts).
 */
export const MAX_DEPTH = 60_000;

/** In DEAD: the table has no further place where the key's region might be. */
export const LAST_PLACE = 1 << 31;

/**
 * The driver's functions that regions call (driver.ts), in a small table that they import: for an imported function, V8
 * compiles a wrapper with each module, in more time than most modules take.
 */
export const LINKS = ['go', 'go_2', 'again'] as const;
export type Link = (typeof LINKS)[number];
/** Index of each one's type in its module. */
const LINK_TYPES = { go: 0, go_2: 0, again: 2 };

/** Code that calls one of them: `how` is call_indirect or return_call_indirect. */
export function link_call(how: number, name: Link): number[] {
  return [op.i32_const, LINKS.indexOf(name), how, LINK_TYPES[name], 0];
}

/** A call of another region's function: how it is made depends on the module that the code gets into (module.ts). */
export interface Call {
  /** Where it stands; before it is made, both are where it belongs. */
  start: number;
  end: number;
  /** Of the function that is called, if it is known. */
  key: number | undefined;
  /** Is it the last that the function does? */
  last: boolean;
}

/** The code of a region's function: locals and instructions. */
export interface RegionFunction {
  body: Uint8Array;
  calls: readonly Call[];
}
