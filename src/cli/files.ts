// The user's program file, read whole.

import { readFileSync } from 'node:fs';
import { ElfError, unreadable } from '../loader/errors.js';

/** An ElfError if it cannot be read. */
export function read_program(path: string): Uint8Array {
  try {
    const { buffer, byteOffset, byteLength } = readFileSync(path);
    // No Buffer, whose methods Node would have to compile first.
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch (error) {
    throw unreadable(path, (error as NodeJS.ErrnoException).code);
  }
}

/** Does something with the file, and puts its name before what an ElfError says. */
export function about_file<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof ElfError) throw new ElfError(`${path}: ${error.message}`);
    throw error;
  }
}
