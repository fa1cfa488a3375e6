// One line for each system call in the manner of strace, for --debug syscalls: name, decoded arguments, result.

import type { LinuxAbi } from './linux/abi.js';
import { signal_name } from './linux/abi.js';
import type { Process } from './linux/process.js';

/** Longest piece of a buffer or path that a line shows. */
const SHOWN = 64;

const hexadecimal = (value: number) => (value === 0 ? '0' : `0x${value.toString(16)}`);

/** A byte string as C would write it. */
export function quote(text: string, total = text.length): string {
  const shown = text.slice(0, SHOWN).replace(/[\x00-\x1f\x7f-\xff"\\]/g, (c) => {
    const short = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '"': '\\"', '\\': '\\\\', '\0': '\\0' }[c];
    return short ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `"${shown}"${total > Math.min(text.length, SHOWN) ? '...' : ''}`;
}

function buffer(p: Process, address: number, size: number): string {
  const shown = Math.min(size, SHOWN);
  if (!p.data.memory.allows(address, shown, 4)) return hexadecimal(address);
  return quote(String.fromCharCode(...p.data.memory.read_bytes(address, shown)), size);
}

function path(p: Process, address: number): string {
  try {
    return quote(p.data.c_string(address));
  } catch {
    return hexadecimal(address);
  }
}

function open_flags({ open }: LinuxAbi, flags: number): string {
  const names = [['O_RDONLY', 'O_WRONLY', 'O_RDWR', 'O_ACCMODE'][flags & 3]];
  let rest = flags & ~3;
  for (const [name, text] of Object.entries({
    create: 'O_CREAT',
    exclusive: 'O_EXCL',
    truncate: 'O_TRUNC',
    append: 'O_APPEND',
    nonblock: 'O_NONBLOCK',
    directory: 'O_DIRECTORY',
    nofollow: 'O_NOFOLLOW',
    cloexec: 'O_CLOEXEC',
  })) {
    const bit = open[name as keyof LinuxAbi['open']];
    if ((rest & bit) !== 0) names.push(text);
    rest &= ~bit;
  }
  if (rest !== 0) names.push(hexadecimal(rest >>> 0));
  return names.join('|');
}

function protection(value: number): string {
  const names = ['PROT_READ', 'PROT_WRITE', 'PROT_EXEC'].filter((_, n) => (value >>> n) & 1);
  return names.join('|') || 'PROT_NONE';
}

/** `result` is that of the finished call, for buffers that it filled; undefined while it runs. */
function argument(p: Process, kind: string, args: readonly number[], n: number, result: number | undefined): string {
  const value = args[n];
  switch (kind) {
    case 'path':
      return path(p, value);
    case 'input':
      return buffer(p, value, args[n + 1]);
    case 'output':
      return result === undefined || result < 0 ? hexadecimal(value) : buffer(p, value, result);
    case 'open_flags':
      return open_flags(p.abi, value);
    case 'octal':
      return `0${value.toString(8)}`;
    case 'at':
      return (value | 0) === -100 ? 'AT_FDCWD' : String(value | 0);
    case 'whence':
      return ['SEEK_SET', 'SEEK_CUR', 'SEEK_END'][value] ?? String(value);
    case 'prot':
      return protection(value);
    case 'signal':
      return signal_name(p.abi, value);
    case 'uint':
    case 'pages':
      return String(value);
    case 'hex':
      return hexadecimal(value);
    default:
      return String(value | 0);
  }
}

/** `name(arguments) = result`; `error` names the error of a failed call, null stands for a call that does not return. */
export function trace_line(
  p: Process,
  name: string,
  signature: string,
  args: readonly number[],
  result: number | null | undefined,
  error?: string,
): string {
  const kinds = signature === '' ? [] : signature.split(' ');
  const shown = kinds.map((kind, n) => argument(p, kind, args, n, error === undefined ? (result ?? 0) : -1)).join(', ');
  const address = name === 'brk' || name.startsWith('mmap') || name === 'mremap';
  const value =
    error !== undefined
      ? `-${error}`
      : result === null
        ? '?'
        : address
          ? hexadecimal(result ?? 0)
          : String(result ?? '?');
  return `${name}(${shown}) = ${value}`;
}
