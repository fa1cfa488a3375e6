// A GuestFault as its reader wants it: what happened, where, in which instruction, and with which registers.

import type { GuestFault } from '../machine/fault.js';
import type { StateLayout } from '../machine/layout.js';
import { register_lines } from './registers.js';

export interface FaultContext {
  fault: GuestFault;
  layout: StateLayout;
  /** The slots of `layout`, as the fault left them. */
  slots: Uint32Array;
  /** Instructions executed before the faulting one. */
  executed: number;
  /** The faulting instruction and its neighbours, one line each; none where nothing can be read. */
  code: readonly { pc: number; text: string }[];
  /** `main+0x10`; undefined where no symbol covers the address. */
  name_at(address: number): string | undefined;
  /** Does the address lie in a function? Registers with such a value are listed: one of them may be the caller. */
  in_function(address: number): boolean;
  /** Marks text that must stand out; may return it as it is. */
  emphasise(text: string): string;
}

const address_text = (value: number): string => '0x' + (value >>> 0).toString(16).padStart(8, '0');

/** Several lines, the last one ended too. */
export function fault_report(context: FaultContext): string {
  const { fault, layout, slots, code, name_at, emphasise } = context;
  const place = (address: number): string => {
    const name = name_at(address);
    return address_text(address) + (name === undefined ? '' : ` <${name}>`);
  };
  const lines = [`${emphasise(fault.signal)}: ${fault.message}`];
  lines.push(`  at       ${place(fault.pc)}, after ${context.executed.toLocaleString('en')} instructions`);
  if (fault.address !== undefined && fault.address !== fault.pc) lines.push(`  address  ${place(fault.address)}`);
  if (code.length > 0) {
    lines.push('  code');
    for (const { pc, text } of code) lines.push(`  ${pc === fault.pc ? '->' : '  '} ${text}`);
  }
  lines.push('  registers', ...register_lines(layout, slots, '     '));
  const callers = layout.named.filter(
    ({ name, slot, width }) => width === 32 && name !== 'pc' && context.in_function(slots[slot]),
  );
  if (callers.length > 0) {
    lines.push('  registers that point into functions');
    for (const { name, slot } of callers) lines.push(`     ${name.padEnd(4)} ${place(slots[slot])}`);
  }
  return lines.join('\n') + '\n';
}
