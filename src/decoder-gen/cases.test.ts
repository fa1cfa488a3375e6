// One file of cases/ per diagnostic: a faulty table, then what the author is told. `npm test -- -u` rewrites the latter.
// A line is `name pattern | syntax`, `field name ranges`, `option parcel 16`, or a comment.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { IsaError } from '../adl/errors.js';
import { make_disassembler } from './disassembler.js';
import { make_decoder } from './index.js';
import type { DecoderOptions, EncodingRow } from './types.js';

const folder = fileURLToPath(new URL('cases/', import.meta.url));
const MARK = '--- error\n';

function read_table(text: string, file: string): { rows: EncodingRow[]; options: DecoderOptions } {
  const rows: EncodingRow[] = [];
  const fields: Record<string, string> = {};
  const options: DecoderOptions = { fields };
  for (const [index, line] of text.split('\n').entries()) {
    const words = /^(\S+)\s+(.*?)(?:\s*\|\s*(.*))?$/.exec(line);
    if (words === null || line.startsWith('#')) continue;
    const [, name, rest, syntax] = words;
    const option = /^(\S+)\s*(.*)$/.exec(rest)!;
    if (name === 'field') fields[option[1]] = option[2];
    else if (name === 'option' && option[1] === 'parcel') options.parcel = Number(option[2]);
    else if (name === 'option') options.first = option[2] as 'low' | 'high';
    else rows.push({ name, pattern: rest === '""' ? '' : rest, source: `${file}:${index + 1}`, syntax });
  }
  return { rows, options };
}

describe('diagnostics', () => {
  for (const file of readdirSync(folder).sort()) {
    test(file.replace('.txt', '').replaceAll('_', ' '), async () => {
      const [input] = readFileSync(folder + file, 'utf8').split(MARK);
      const { rows, options } = read_table(input, file);
      let message = '';
      try {
        const { table } = make_decoder(rows, options);
        make_disassembler(table.rows, { cond: () => '', shifter_operand: () => '' });
      } catch (error) {
        expect(error).toBeInstanceOf(IsaError);
        message = (error as IsaError).message;
      }
      expect(message, 'the table was accepted').not.toBe('');
      await expect(`${input}${MARK}${message}\n`).toMatchFileSnapshot(folder + file);
    });
  }
});
