// `pydgin-ts list`: the built-in ISAs.

import { built_in_isas } from '../load-isa/index.js';
import { write_out } from './terminal.js';

export function list(): number {
  const rows = built_in_isas().map(({ name, aliases, title }) => [[name, ...aliases].join(', '), title]);
  const width = rows.reduce((longest, [names]) => Math.max(longest, names.length), 0);
  write_out(rows.map(([names, title]) => `${names.padEnd(width)}  ${title}\n`).join(''));
  return 0;
}
