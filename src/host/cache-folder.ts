// A folder of files that may be lost at any time: each is named for what it depends on, and holds a digest of its content. What
// is damaged, from somebody else or cannot be read counts as absent. Writing is all or nothing; of several writers the last wins.

import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { make_folder } from './folders.js';

const DIGEST_BYTES = 32;
/** What name_of() gives, and what write() leaves if it is killed. */
const OURS = /^[0-9a-f]{64}(\.[0-9a-f]{12})?$/;

/**
 * Would a folder be this user's, and in none of these folders? Asked before it is made; so of the nearest that is there. False if that
 * cannot be told.
 */
export function may_be_made(path: string, open_folders: readonly string[]): boolean {
  try {
    let nearest = path;
    while (!existsSync(nearest)) nearest = dirname(nearest);
    const real = realpathSync(nearest) + path.slice(nearest.length);
    return statSync(nearest).uid === process.getuid?.() && !open_folders.some((other) => is_in(real, other));
  } catch {
    return false;
  }
}

export class CacheFolder {
  /** Makes the folder if it is not there; an error of the file system if that cannot be done. */
  constructor(
    private readonly folder: string,
    mode?: number,
  ) {
    make_folder(folder, mode);
  }

  /** A file name for what depends on all of these. */
  static name_of(parts: readonly (string | Uint8Array)[]): string {
    const hash = createHash('sha256');
    for (const part of parts) {
      hash.update(`${part.length}:`);
      hash.update(part);
    }
    return hash.digest('hex');
  }

  /** Is nobody but this user able to write there, and does it lie in none of these folders? */
  is_private(open_folders: readonly string[]): boolean {
    try {
      const { uid, mode } = statSync(this.folder);
      const real = realpathSync(this.folder);
      const is_open = open_folders.some((other) => is_in(real, other));
      return uid === process.getuid?.() && (mode & 0o022) === 0 && !is_open;
    } catch {
      // One of the folders has gone.
      return false;
    }
  }

  read(name: string): Uint8Array | undefined {
    try {
      const file = readFileSync(join(this.folder, name));
      const content = file.subarray(DIGEST_BYTES);
      return digest(name, content).equals(file.subarray(0, DIGEST_BYTES)) ? content : undefined;
    } catch {
      return undefined;
    }
  }

  /** An error of the file system if it cannot be written. */
  write(name: string, content: Uint8Array): void {
    const path = join(this.folder, name);
    const draft = `${path}.${randomBytes(6).toString('hex')}`;
    try {
      writeFileSync(draft, Buffer.concat([digest(name, content), content]));
      renameSync(draft, path);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  }

  /** A file has been of use: it shall stay longer than those that have not. */
  touch(name: string): void {
    try {
      utimesSync(join(this.folder, name), new Date(), new Date());
    } catch {
      // Somebody else has removed it.
    }
  }

  /** Removes what has not been of use for longest, if there are more bytes than this. */
  trim(limit: number): void {
    const files = readdirSync(this.folder)
      .filter((name) => OURS.test(name))
      .flatMap((name) => {
        const stat = statSync(join(this.folder, name), { throwIfNoEntry: false });
        return stat === undefined ? [] : [{ name, size: stat.size, used: stat.mtimeMs }];
      });
    let size = files.reduce((sum, file) => sum + file.size, 0);
    if (size <= limit) return;
    for (const file of files.sort((a, b) => a.used - b.used)) {
      if (size <= limit * 0.75) return;
      rmSync(join(this.folder, file.name), { force: true });
      size -= file.size;
    }
  }
}

function digest(name: string, content: Uint8Array): Buffer {
  return createHash('sha256').update(name).update(content).digest();
}

/** Is a path, without links, in a folder, or the folder itself? */
function is_in(path: string, folder: string): boolean {
  const real = realpathSync(folder);
  return `${path}${sep}`.startsWith(real.endsWith(sep) ? real : `${real}${sep}`);
}
