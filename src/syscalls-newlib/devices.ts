// Files that are no host files: the harmless devices under /dev, pipes within the program, and bytes in memory.

import { HostError, type HostFile, type HostStat, S_IFCHR, S_IFIFO, S_IFREG } from '../host/types.js';

function plain_stat(mode: number, rdev = 0n, size = 0): HostStat {
  return {
    dev: 5n,
    ino: rdev === 0n ? 4n : rdev,
    mode,
    nlink: 1,
    uid: 0,
    gid: 0,
    rdev,
    size,
    blksize: 4096,
    blocks: 0,
    atime_ns: 0n,
    mtime_ns: 0n,
    ctime_ns: 0n,
  };
}

/** What all of them have in common; reading ends at once and writing is refused unless overridden. */
class SpecialFile implements HostFile {
  readonly seekable: boolean = false;
  readonly terminal: boolean = false;
  constructor(private readonly mode: number) {}
  read(_into: Uint8Array, _position: number | null): number {
    return 0;
  }
  write(_from: Uint8Array, _position: number | null): number {
    throw new HostError('EBADF');
  }
  stat(): HostStat {
    return plain_stat(this.mode);
  }
  truncate(_size: number): void {
    throw new HostError('EINVAL');
  }
  sync(): void {
    throw new HostError('EINVAL');
  }
  set_mode(_mode: number): void {
    throw new HostError('EPERM');
  }
  set_times(_atime_ns: bigint, _mtime_ns: bigint): void {
    throw new HostError('EPERM');
  }
  close(): void {}
}

class Device extends SpecialFile {
  constructor(
    /** Minor number of major 1, as on Linux. */
    private readonly minor: number,
    private readonly fill: (into: Uint8Array) => number,
  ) {
    super(S_IFCHR | 0o666);
  }
  override read(into: Uint8Array): number {
    return this.fill(into);
  }
  override write(from: Uint8Array): number {
    if (this.minor === 7) throw new HostError('ENOSPC');
    return from.length;
  }
  override stat(): HostStat {
    return plain_stat(S_IFCHR | 0o666, BigInt((1 << 8) | this.minor));
  }
}

const zeros = (into: Uint8Array) => into.fill(0).length;

/** The device of that name under /dev; undefined if there is none. */
export function device(name: string, random: (into: Uint8Array) => void): HostFile | undefined {
  const noise = (into: Uint8Array) => {
    random(into);
    return into.length;
  };
  if (name === 'null') return new Device(3, () => 0);
  if (name === 'zero') return new Device(5, zeros);
  if (name === 'full') return new Device(7, zeros);
  if (name === 'random') return new Device(8, noise);
  if (name === 'urandom') return new Device(9, noise);
  return undefined;
}

/** Bytes that Linux keeps in a pipe. */
const PIPE_CAPACITY = 65536;

/** The two ends of a pipe whose reader and writer are the same program. */
export function pipe(): { reader: HostFile; writer: HostFile } {
  let waiting = new Uint8Array(0);
  let readers = 1;
  let writers = 1;
  class Reader extends SpecialFile {
    override read(into: Uint8Array): number {
      if (waiting.length === 0 && writers > 0 && into.length > 0) throw new HostError('EAGAIN');
      const part = waiting.subarray(0, into.length);
      into.set(part);
      waiting = waiting.slice(part.length);
      return part.length;
    }
    available(): number {
      return writers > 0 ? waiting.length : Math.max(1, waiting.length);
    }
    override close(): void {
      readers -= 1;
    }
  }
  class Writer extends SpecialFile {
    override write(from: Uint8Array): number {
      if (readers === 0) throw new HostError('EPIPE');
      const room = PIPE_CAPACITY - waiting.length;
      if (room === 0) throw new HostError('EAGAIN');
      const part = from.subarray(0, room);
      const joined = new Uint8Array(waiting.length + part.length);
      joined.set(waiting);
      joined.set(part, waiting.length);
      waiting = joined;
      return part.length;
    }
    override close(): void {
      writers -= 1;
    }
  }
  return { reader: new Reader(S_IFIFO | 0o600), writer: new Writer(S_IFIFO | 0o600) };
}

/** A read-only file of these bytes. */
export function bytes_file(contents: Uint8Array): HostFile {
  return new (class extends SpecialFile {
    override readonly seekable = true;
    override read(into: Uint8Array, position: number): number {
      const part = contents.subarray(position, position + into.length);
      into.set(part);
      return part.length;
    }
    override stat(): HostStat {
      return plain_stat(S_IFREG | 0o444, 0n, contents.length);
    }
  })(S_IFREG | 0o444);
}
