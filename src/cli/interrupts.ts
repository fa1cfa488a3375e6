// Ctrl-C and kill while a program runs. Node hands signals to listeners only between slices of the run; while the program
// waits in a system call (for input, or asleep) there is no such moment, so the listeners are taken away for that time
// and a signal does what it does by default: it ends the process.

import type { Host, HostFile } from '../host/types.js';

export type InterruptingSignal = 'SIGINT' | 'SIGTERM';
const SIGNALS: readonly InterruptingSignal[] = ['SIGINT', 'SIGTERM'];

export class Interrupts {
  /** The signal that came, if any. */
  signal: InterruptingSignal | undefined;
  private armed = false;
  private readonly listener = (signal: InterruptingSignal) => {
    this.signal = signal;
    this.disarm(); // a second one shall not wait for us
  };

  arm(): void {
    if (this.armed) return;
    this.armed = true;
    for (const signal of SIGNALS) process.on(signal, this.listener);
  }
  disarm(): void {
    if (!this.armed) return;
    this.armed = false;
    for (const signal of SIGNALS) process.off(signal, this.listener);
  }

  /** Does something that may wait for long. */
  waiting<T>(action: () => T): T {
    if (!this.armed) return action();
    this.disarm();
    try {
      return action();
    } finally {
      this.arm();
    }
  }
}

/** The same host, with waits that can be interrupted. `before_output` is called before the program writes. */
export function watched_host(host: Host, interrupts: Interrupts, before_output: () => void): Host {
  const flushing = (file: HostFile): HostFile =>
    derive(file, {
      write(from: Uint8Array, position: number | null) {
        before_output();
        return file.write(from, position);
      },
    });
  let stdio: Host['stdio'] | undefined;
  return derive(host, {
    get stdio() {
      if (stdio) return stdio;
      const [input, output, errors] = host.stdio;
      const patient = derive(input, {
        read(into: Uint8Array, position: number | null) {
          before_output();
          return input.seekable ? input.read(into, position) : interrupts.waiting(() => input.read(into, position));
        },
      });
      return (stdio = [patient, flushing(output), flushing(errors)]);
    },
    clock: derive(host.clock, {
      sleep_ns(duration: bigint) {
        before_output();
        interrupts.waiting(() => host.clock.sleep_ns(duration));
      },
    }),
  });
}

/** An object like `base` in all but these properties. */
function derive<T extends object>(base: T, properties: Partial<T>): T {
  return Object.create(base, Object.getOwnPropertyDescriptors(properties)) as T;
}
