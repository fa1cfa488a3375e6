// A folder of files that may be lost at any time: each is named for what it depends on, and holds a digest of its content. What
// is damaged, from somebody else or cannot be read counts as absent. Writing is all or nothing; of several writers the last wins.

import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { make_folder } from './folders.js';

const DIGEST_BYTES = 32;

export class CacheFolder {
  /** Makes the folder if it is not there; an error of the file system if that cannot be done. */
  constructor(private readonly folder: string) {
    make_folder(folder);
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
}

function digest(name: string, content: Uint8Array): Buffer {
  return createHash('sha256').update(name).update(content).digest();
}
