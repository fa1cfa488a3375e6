// Open files and the numbers that a program knows them by. An OpenFile is what POSIX calls an open file description:
// several descriptors (dup) can share one, with its position and flags.

import { type DirectoryEntry, HostError, type HostFile, type OpenFlags, S_IFDIR, S_IFMT } from '../host/types.js';
import { fail } from './errno.js';

/** Largest count of bytes that one read or write moves, as Linux limits it. */
export const MAX_COUNT = 0x7ffff000;

export class OpenFile {
  /** Next byte to read or write; null while the host's own position counts (streams, standard streams before a seek). */
  position: number | null;
  /** Snapshot of a directory's entries, made by the first reading of them. */
  entries: DirectoryEntry[] | undefined;
  private references = 1;
  private kind: number | undefined;

  constructor(
    readonly host: HostFile,
    readonly flags: OpenFlags,
    /** Path in the guest's namespace; for a stream a description in brackets. */
    readonly path: string,
    position: number | null = host.seekable ? 0 : null,
  ) {
    this.position = position;
  }

  get is_directory(): boolean {
    this.kind ??= this.host.stat().mode & S_IFMT;
    return this.kind === S_IFDIR;
  }
  share(): this {
    this.references += 1;
    return this;
  }
  release(): void {
    this.references -= 1;
    if (this.references === 0) this.host.close();
  }

  read(into: Uint8Array): number {
    const count = this.read_at(into, this.position);
    if (this.position !== null) this.position += count;
    return count;
  }
  read_at(into: Uint8Array, position: number | null): number {
    if (!this.flags.read) fail('EBADF');
    if (this.is_directory) fail('EISDIR');
    return into.length === 0 ? 0 : this.host.read(into, position);
  }
  write(from: Uint8Array): number {
    const count = this.write_at(from, this.position);
    if (this.position !== null) this.position = this.flags.append ? this.host.stat().size : this.position + count;
    return count;
  }
  write_at(from: Uint8Array, position: number | null): number {
    if (!this.flags.write) fail('EBADF');
    return from.length === 0 ? 0 : this.host.write(from, position);
  }
  /** whence: 0 from the start, 1 from here, 2 from the end. */
  seek(offset: number, whence: number): number {
    if (!this.host.seekable) fail('ESPIPE');
    const here = this.position ?? this.host.stream_position?.() ?? 0;
    if (whence > 2) fail('EINVAL');
    const target = offset + (whence === 0 ? 0 : whence === 1 ? here : this.host.stat().size);
    if (target < 0 || !Number.isSafeInteger(target)) fail('EINVAL');
    if (target !== here || this.position !== null) this.position = target;
    return target;
  }
}

interface Slot {
  file: OpenFile;
  close_on_exec: boolean;
}

export class Descriptors {
  private readonly slots: (Slot | undefined)[] = [];
  /** RLIMIT_NOFILE. */
  limit = 1024;

  /** The open file of a descriptor; EBADF if there is none. */
  get(fd: number): OpenFile {
    return this.slot(fd).file;
  }
  slot(fd: number): Slot {
    return this.slots[fd] ?? fail('EBADF');
  }
  has(fd: number): boolean {
    return this.slots[fd] !== undefined;
  }
  /** Takes the lowest free number not below `from`. */
  add(file: OpenFile, close_on_exec = false, from = 0): number {
    let fd = from;
    while (this.slots[fd] !== undefined) fd += 1;
    if (fd >= this.limit) {
      file.release();
      fail('EMFILE');
    }
    this.slots[fd] = { file, close_on_exec };
    return fd;
  }
  /** Makes `fd` mean this file, whatever it meant before. */
  set(fd: number, file: OpenFile, close_on_exec = false): void {
    if (fd >= this.limit) fail('EBADF');
    const before = this.slots[fd];
    this.slots[fd] = { file, close_on_exec };
    before?.file.release();
  }
  close(fd: number): void {
    const { file } = this.slot(fd);
    this.slots[fd] = undefined;
    file.release();
  }
  close_range(first: number, last: number): void {
    for (let fd = first; fd <= last && fd < this.slots.length; fd++) if (this.has(fd)) this.close(fd);
  }
  close_all(): void {
    for (let fd = 0; fd < this.slots.length; fd++) {
      try {
        if (this.has(fd)) this.close(fd);
      } catch (error) {
        if (!(error instanceof HostError)) throw error;
      }
    }
  }
}
