// ElfError: the file that the user gave cannot be loaded. The message says what is wrong, where and what to do about it.

/** A problem of the user's ELF file. `offset` is the place in the file, where there is one; the message names it too. */
export class ElfError extends Error {
  constructor(
    message: string,
    readonly offset?: number,
  ) {
    super(offset === undefined ? message : `${message} (at file offset 0x${offset.toString(16)})`);
    this.name = 'ElfError';
  }
}

/** The error for a file that could not even be read, from the `code` that the host's file system gave ('ENOENT', …). */
export function unreadable(path: string, code: string | undefined): ElfError {
  const why: Record<string, string> = {
    ENOENT: 'there is no such file; check the spelling and the current directory',
    ENOTDIR: 'a part of the path is not a directory; check the spelling',
    EISDIR: 'it is a directory; give the path of an ELF file in it',
    EACCES: 'permission denied; make it readable with chmod +r',
    EPERM: 'permission denied; make it readable with chmod +r',
    ELOOP: 'too many symbolic links; give the path of the file itself',
    ENAMETOOLONG: 'the name is too long; is an argument in the place of the program?',
    ERR_FS_FILE_TOO_LARGE: 'it is larger than 2 GiB, no program for a 32-bit machine is; check the path',
  };
  return new ElfError(`cannot read ${path}: ${why[code ?? ''] ?? `the host reports ${code ?? 'an unknown error'}`}`);
}
