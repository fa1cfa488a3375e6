// Registers as text. In: a state's layout and the slots that hold it. Out: aligned lines for dumps and reports.

import type { StateLayout } from '../machine/layout.js';

const digits = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');

/** All registers, four a line; then those narrower than a word, flags and the like, in one line. */
export function register_lines(layout: StateLayout, slots: Uint32Array, indent = '  '): string[] {
  const wide = layout.named.filter(({ width }) => width > 8);
  const narrow = layout.named.filter(({ width }) => width <= 8);
  const longest = wide.reduce((length, { name }) => Math.max(length, name.length), 0);
  const lines: string[] = [];
  for (let n = 0; n < wide.length; n += 4)
    lines.push(
      indent +
        wide
          .slice(n, n + 4)
          .map(({ name, slot }) => `${name.padEnd(longest)} ${digits(slots[slot])}`)
          .join('   '),
    );
  if (narrow.length > 0)
    lines.push(indent + narrow.map(({ name, slot }) => `${name} ${slots[slot].toString(16)}`).join('  '));
  return lines;
}
