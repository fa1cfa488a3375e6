// Folders of the host that this program makes for itself.

import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those that it is in, as far as they are not there; an error of the file system if that cannot be done.
 * `mode` as far as the user's umask allows. Node's own `recursive` never ends where the kernel makes no folders, as in /proc.
 */
export function make_folder(path: string, mode = 0o777): void {
  if (is_folder(path)) return;
  const parent = dirname(path);
  if (parent !== path) make_folder(parent, mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Unless somebody else has just made it.
    if (!is_folder(path)) throw error;
  }
}

const is_folder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
