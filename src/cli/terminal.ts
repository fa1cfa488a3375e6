// Standard output and error of the command itself: synchronous and unbuffered, so that nothing is lost or overtaken by
// what the simulated program writes. process.stdout is not used, since loading it costs milliseconds of every start.

import { writeSync } from 'node:fs';
import { OutputClosed } from './errors.js';

/** Writes all of a text. OutputClosed if nobody can read it any more. */
function write(fd: 1 | 2, text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      else throw new OutputClosed(code);
    }
  }
}

export const write_out = (text: string): void => write(1, text);

/** Messages: if they cannot be delivered, the exit status still tells. */
export function write_error(text: string): void {
  try {
    write(2, text);
  } catch (error) {
    if (!(error instanceof OutputClosed)) throw error;
  }
}

/** Collects small writes into large ones. */
export class BufferedOutput {
  private pieces: string[] = [];
  private length = 0;
  constructor(private readonly target: (text: string) => void) {}

  write(text: string): void {
    this.pieces.push(text);
    this.length += text.length;
    if (this.length > 1 << 16) this.flush();
  }
  flush(): void {
    if (this.length === 0) return;
    const text = this.pieces.join('');
    this.pieces = [];
    this.length = 0;
    this.target(text);
  }
}

/** Does what goes to this descriptor reach someone who wants colours? See no-color.org. */
export function wants_colours(fd: 1 | 2): boolean {
  const { NO_COLOR, TERM, FORCE_COLOR } = process.env;
  if (NO_COLOR) return false;
  if (FORCE_COLOR && FORCE_COLOR !== '0') return true;
  return TERM !== 'dumb' && process.getBuiltinModule('node:tty').isatty(fd);
}

/** Bold red on a terminal. */
export function alarming(text: string): string {
  return wants_colours(2) ? `\x1b[1;31m${text}\x1b[0m` : text;
}
