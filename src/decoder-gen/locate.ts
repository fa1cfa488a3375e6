// Finds the rows of an encoding table in the text of the ISA's file, so that messages and generated code can say where a
// row stands. A search for the literals, not a parser: a row that is computed, not written out, is not found.

import type { EncodingTuple } from './types.js';

/** `file:line` of each row, undefined where `'name', 'pattern'` does not occur in `text`. */
export function locate_rows(text: string, file: string, rows: readonly EncodingTuple[]): (string | undefined)[] {
  const literal = (value: string) => `['"\`]${value.replace(/[^\w ]/g, '\\$&')}['"\`]`;
  let from = 0;
  return rows.map(([name, pattern]) => {
    const row = new RegExp(`${literal(name)}\\s*,\\s*${literal(pattern)}`, 'g');
    // Rows mostly come in the file's order; with equal rows each then finds its own place.
    row.lastIndex = from;
    let found = row.exec(text);
    if (found === null) found = row.exec(text);
    if (found === null) return undefined;
    from = row.lastIndex;
    return `${file}:${text.slice(0, found.index).split('\n').length}`;
  });
}
