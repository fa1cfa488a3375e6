// Signals that a process sends itself, or gets for a fault of its own: there are no others. What is not handled ends the
// program with status 128 + signal, as a shell shows it; what is ignored does nothing; a handler runs on the guest's stack
// before the next instruction (signal-frames.ts).

import { fail } from '../errno.js';
import { shell_signal, signal_number } from './abi.js';
import type { Process } from './process.js';
import { enter_handler, type FaultInfo } from './signal-frames.js';

export const SIG_DFL = 0;
export const SIG_IGN = 1;

export interface SignalAction {
  /** SIG_DFL, SIG_IGN or an address. */
  handler: number;
  flags: number;
  restorer: number;
  mask: bigint;
}

/** Signals that do nothing by default; the stopping ones are taken so too, since nobody could continue us. */
const ignored_by_default = ['CHLD', 'CONT', 'URG', 'WINCH', 'STOP', 'TSTP', 'TTIN', 'TTOU'];
const ignored_in_newlib = [...ignored_by_default, 'IO'];

export const SA_NODEFER = 0x4000_0000;
export const SA_RESETHAND = 0x8000_0000;

const default_action: SignalAction = { handler: SIG_DFL, flags: 0, restorer: 0, mask: 0n };

export class Signals {
  /** Bit n - 1 stands for signal n. */
  blocked = 0n;
  pending = 0n;
  /** Mask to return to after sigsuspend's handler. */
  saved_mask: bigint | undefined;
  alternate_stack = { pointer: 0, size: 0, flags: 2 };
  /** When SIGALRM is due, by the monotonic clock; 0 if never. */
  alarm_ns = 0n;
  alarm_interval_ns = 0n;
  private readonly actions = new Map<number, SignalAction>();

  action(signal: number): SignalAction {
    return this.actions.get(signal) ?? default_action;
  }
  set_action(p: Process, signal: number, action: SignalAction): void {
    if (signal === signal_number(p.abi, 'KILL') || signal === signal_number(p.abi, 'STOP')) fail('EINVAL');
    this.actions.set(signal, action);
  }

  /** Sends a signal to the process itself. It takes effect when the running call ends, or ends the program now. */
  raise(p: Process, signal: number): void {
    if (signal === 0) return;
    if (signal > 64 || signal < 0) fail('EINVAL');
    const bit = 1n << BigInt(signal - 1);
    const { handler } = this.action(signal);
    if (signal !== signal_number(p.abi, 'KILL')) {
      if ((this.blocked & bit) !== 0n) {
        this.pending |= bit;
        return;
      }
      if (handler === SIG_IGN) return;
      if (handler !== SIG_DFL) {
        this.pending |= bit;
        return;
      }
      const ignored = p.abi.errno === 'newlib' ? ignored_in_newlib : ignored_by_default;
      if (ignored.some((name) => signal_number(p.abi, name) === signal)) return;
    }
    p.die(shell_signal(p.abi, signal));
  }
  raise_named(p: Process, name: string): void {
    this.raise(p, signal_number(p.abi, name));
  }

  /** Is there a signal that could be handled now? */
  deliverable(): boolean {
    return (this.pending & ~this.blocked) !== 0n;
  }
  /** Raises SIGALRM if its time has come. */
  check_alarm(p: Process): void {
    if (this.alarm_ns === 0n || p.host.clock.monotonic_ns() < this.alarm_ns) return;
    this.alarm_ns = this.alarm_interval_ns === 0n ? 0n : this.alarm_ns + this.alarm_interval_ns;
    this.raise_named(p, 'ALRM');
  }
  /** Lets the handlers of pending signals run next, after the call's result is in place. */
  deliver(p: Process): void {
    for (let signal = 1; this.deliverable() && signal <= 64; signal++) {
      const bit = 1n << BigInt(signal - 1);
      if ((this.pending & ~this.blocked & bit) === 0n) continue;
      this.pending &= ~bit;
      const action = this.action(signal);
      if (action.handler === SIG_DFL || action.handler === SIG_IGN) {
        this.raise(p, signal); // its action has changed since
        continue;
      }
      this.enter(p, signal, action);
    }
  }
  /** Lets the handler of a fault's signal run next; false if there is none, or it is blocked: then the fault is the end. */
  deliver_fault(p: Process, signal: number, fault: FaultInfo): boolean {
    const action = this.action(signal);
    if (action.handler === SIG_DFL || action.handler === SIG_IGN) return false;
    if ((this.blocked & (1n << BigInt(signal - 1))) !== 0n) return false;
    this.enter(p, signal, action, fault);
    return true;
  }
  private enter(p: Process, signal: number, action: SignalAction, fault?: FaultInfo): void {
    const mask = this.saved_mask ?? this.blocked;
    this.saved_mask = undefined;
    enter_handler(p, signal, action, mask, fault);
    this.blocked |= action.mask | ((action.flags & SA_NODEFER) === 0 ? 1n << BigInt(signal - 1) : 0n);
    if ((action.flags & SA_RESETHAND) !== 0) this.actions.delete(signal);
  }
}
