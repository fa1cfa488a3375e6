// Error numbers: inside the system calls an error is its POSIX name, and each convention turns names into its guest's
// numbers. Linux numbers 1 to 34 are common to all; the rest differs by architecture, and newlib has its own.

/** Thrown by a system call to fail with an error. Not an Error: it is frequent and needs no stack. */
export class Failure {
  constructor(readonly code: string) {}
}

export function fail(code: string): never {
  throw new Failure(code);
}

/** 1 to 34 everywhere (asm-generic/errno-base.h). */
const common =
  'EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT ENOTBLK EBUSY EEXIST EXDEV ' +
  'ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE';

/** What the host or a call can raise beyond those. */
const others: Record<ErrnoTable, string> = {
  // asm-generic/errno.h
  linux:
    'EDEADLK=35 ENAMETOOLONG=36 ENOLCK=37 ENOSYS=38 ENOTEMPTY=39 ELOOP=40 EOVERFLOW=75 EILSEQ=84 ENOTSOCK=88 ' +
    'EOPNOTSUPP=95 ENOTSUP=95 ENOBUFS=105 ETIMEDOUT=110 ECONNREFUSED=111 ESTALE=116 EDQUOT=122 ECANCELED=125',
  // arch/mips/include/uapi/asm/errno.h
  mips:
    'EDEADLK=45 ENOLCK=46 ENAMETOOLONG=78 EOVERFLOW=79 EILSEQ=88 ENOSYS=89 ELOOP=90 ENOTEMPTY=93 ENOTSOCK=95 ' +
    'EOPNOTSUPP=122 ENOTSUP=122 ENOBUFS=132 ETIMEDOUT=145 ECONNREFUSED=146 ESTALE=151 ECANCELED=158 EDQUOT=1133',
  // sys/errno.h of newlib 3.3
  newlib:
    'EDEADLK=45 ENOLCK=46 ENOSYS=88 ENOTEMPTY=90 ENAMETOOLONG=91 ELOOP=92 EOPNOTSUPP=95 ENOBUFS=105 ENOTSOCK=108 ' +
    'ECONNREFUSED=111 ETIMEDOUT=116 EDQUOT=132 ESTALE=133 ENOTSUP=134 EILSEQ=138 EOVERFLOW=139 ECANCELED=140',
};

export type ErrnoTable = 'linux' | 'mips' | 'newlib';

const tables = new Map<ErrnoTable, Map<string, number>>();

/** The guest's number of an error; EIO for one that the table does not know. */
export function errno_number(table: ErrnoTable, code: string): number {
  let numbers = tables.get(table);
  if (numbers === undefined) {
    numbers = new Map(common.split(' ').map((name, index) => [name, index + 1]));
    for (const pair of others[table].split(' ')) numbers.set(pair.split('=')[0], Number(pair.split('=')[1]));
    tables.set(table, numbers);
  }
  return numbers.get(code) ?? 5;
}
