// --debug bootstrap: what a program finds when it begins: its segments, the initial stack as the System V ABI lays it out
// (argc, argv, environment, auxiliary vector), and the registers.

import type { StateLayout } from '../machine/layout.js';
import type { GuestMemory } from '../machine/memory.js';
import { register_lines } from './registers.js';

export interface BootstrapSubject {
  entry: number;
  entry_name: string | undefined;
  /** The LOAD segments where they are in memory; flags as in a program header. */
  segments: readonly { address: number; memory_size: number; flags: number }[];
  /** Named ranges of the address space. */
  ranges: Readonly<Record<string, { start: number; end: number }>>;
  stack_pointer: number;
  little: boolean;
  memory: GuestMemory;
  layout: StateLayout;
}

const AUXV_NAMES: Readonly<Record<number, string>> = {
  3: 'AT_PHDR',
  4: 'AT_PHENT',
  5: 'AT_PHNUM',
  6: 'AT_PAGESZ',
  7: 'AT_BASE',
  8: 'AT_FLAGS',
  9: 'AT_ENTRY',
  11: 'AT_UID',
  12: 'AT_EUID',
  13: 'AT_GID',
  14: 'AT_EGID',
  15: 'AT_PLATFORM',
  16: 'AT_HWCAP',
  17: 'AT_CLKTCK',
  23: 'AT_SECURE',
  25: 'AT_RANDOM',
  26: 'AT_HWCAP2',
  31: 'AT_EXECFN',
};

/** Most strings of argv and environment that are shown. */
const SHOWN = 64;

const address_text = (value: number): string => '0x' + (value >>> 0).toString(16).padStart(8, '0');

/** Several lines, the last one ended too. */
export function bootstrap_text(subject: BootstrapSubject): string {
  const { memory, layout, little } = subject;
  const word = (address: number): number => {
    const bytes = memory.read_bytes(address, 4);
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, little);
  };
  const text = (address: number): string => JSON.stringify(new TextDecoder().decode(memory.c_string(address, 256)));
  const name = subject.entry_name === undefined ? '' : ` <${subject.entry_name}>`;
  const lines = [`entry          ${address_text(subject.entry)}${name}`];
  for (const { address, memory_size, flags } of subject.segments) {
    const rights = (flags & 4 ? 'r' : '-') + (flags & 2 ? 'w' : '-') + (flags & 1 ? 'x' : '-');
    lines.push(`segment        ${address_text(address)} … ${address_text(address + memory_size - 1)} ${rights}`);
  }
  for (const [range, { start, end }] of Object.entries(subject.ranges))
    lines.push(`${range.padEnd(14)} ${address_text(start)} … ${address_text(end - 1)}`);

  let at = subject.stack_pointer;
  const argc = word(at);
  lines.push(`stack pointer  ${address_text(at)}`, `argc           ${argc}`);
  at += 4;
  const strings = (title: string) => {
    let n = 0;
    for (; word(at) !== 0; n++, at += 4)
      if (n < SHOWN) lines.push(`${`${title}[${n}]`.padEnd(14)} ${address_text(word(at))} ${text(word(at))}`);
    if (n > SHOWN) lines.push(`               … and ${n - SHOWN} more`);
    at += 4;
  };
  strings('argv');
  strings('env');
  for (; word(at) !== 0; at += 8) {
    const type = word(at);
    const value = word(at + 4);
    const shown = type === 15 || type === 31 ? ` ${text(value)}` : '';
    lines.push(`${(AUXV_NAMES[type] ?? `auxv ${type}`).padEnd(14)} ${address_text(value)}${shown}`);
  }
  lines.push('registers', ...register_lines(layout, memory.u32));
  return lines.join('\n') + '\n';
}
