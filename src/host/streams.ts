// Standard streams that are bytes in memory: for programs that embed the simulator, for the browser and for tests.

import { HostError, type HostFile, type HostStat, S_IFIFO } from './types.js';

abstract class Stream implements HostFile {
  readonly seekable = false;
  readonly terminal = false;
  read(_into: Uint8Array): number {
    throw new HostError('EBADF');
  }
  write(_from: Uint8Array): number {
    throw new HostError('EBADF');
  }
  stat(): HostStat {
    const common = { dev: 12n, ino: 1n, nlink: 1, uid: 0, gid: 0, rdev: 0n, size: 0, blksize: 4096, blocks: 0 };
    return { ...common, mode: S_IFIFO | 0o600, atime_ns: 0n, mtime_ns: 0n, ctime_ns: 0n };
  }
  truncate(): void {
    throw new HostError('EINVAL');
  }
  sync(): void {
    throw new HostError('EINVAL');
  }
  set_mode(): void {
    throw new HostError('EPERM');
  }
  set_times(): void {
    throw new HostError('EPERM');
  }
  close(): void {}
}

/** An input that yields these bytes, then ends. Text becomes UTF-8. */
export class InputStream extends Stream {
  private rest: Uint8Array;
  constructor(contents: Uint8Array | string = '') {
    super();
    this.rest = typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
  }
  override read(into: Uint8Array): number {
    const part = this.rest.subarray(0, into.length);
    into.set(part);
    this.rest = this.rest.subarray(part.length);
    return part.length;
  }
  /** Bytes not yet read; 1 at the end, which can be read without waiting, too. */
  available(): number {
    return Math.max(1, this.rest.length);
  }
}

/** An output that keeps what is written, or hands it on. */
export class OutputStream extends Stream {
  private readonly parts: Uint8Array[] = [];
  /** `consume` gets a copy of each piece as it is written; without it, all is kept. */
  constructor(private readonly consume?: (bytes: Uint8Array) => void) {
    super();
  }
  override write(from: Uint8Array): number {
    const copy = from.slice();
    if (this.consume) this.consume(copy);
    else this.parts.push(copy);
    return copy.length;
  }
  /** All that was written. */
  get bytes(): Uint8Array {
    const all = new Uint8Array(this.parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
  /** The same as text in UTF-8. */
  get text(): string {
    return new TextDecoder().decode(this.bytes);
  }
}
