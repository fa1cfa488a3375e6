// placeholder
import type { Process } from './process.js';
import type { SignalAction } from './signals.js';
export function enter_handler(_p: Process, _signal: number, _action: SignalAction, _mask: bigint): void {}
export function leave_handler(_p: Process): undefined {
  return undefined;
}
