// GuestFault: the simulated program did something that would raise a signal. It carries what a report needs.

import type { FaultSignal } from '../adl/index.js';

/** Signals a guest can die of, by their Linux numbers; a faulting run exits with 128 + this. */
export const SIGNALS: Readonly<Record<FaultSignal, number>> = {
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGSEGV: 11,
};

export type SignalName = FaultSignal;

/** A fault of the guest program. State is as before the faulting instruction; `pc` is its address. */
export class GuestFault extends Error {
  pc = 0;
  constructor(
    readonly signal: SignalName,
    message: string,
    /** The data address, where one is involved. */
    readonly address?: number,
    /** The si_code that a handler sees, if it is not the signal's first. */
    readonly code?: number,
  ) {
    super(message);
    this.name = 'GuestFault';
  }
}

/** Ends the run from within a system call. Not an error: the program asked for it. */
export class GuestExit extends Error {
  constructor(
    /** Exit status as a shell shows it: 0 … 255, 128 + n after signal n. */
    readonly status: number,
  ) {
    super(`exit ${status}`);
    this.name = 'GuestExit';
  }
}

/** 0x-prefixed, eight digits. */
export function hex(value: number): string {
  return '0x' + (value >>> 0).toString(16).padStart(8, '0');
}
