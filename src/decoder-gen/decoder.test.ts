// Random encoding tables against a naive matcher that knows nothing but strings of bits: which tables are refused, which
// row each word decodes to, and what the report claims. Widths are small, so that every word there is can be tried.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IsaError } from '../adl/errors.js';
import { compile_decoder, type Decoder, generate_decoder, make_decoder } from './index.js';
import { walk } from './report.js';
import type { DecoderOptions, EncodingRow } from './types.js';

/** The word of a row's width that a fetched word of `width` bits begins with. */
function begin(word: string, length: number, first: 'low' | 'high'): string {
  return first === 'high' ? word.slice(0, length) : word.slice(word.length - length);
}

function matches(pattern: string, word: string): boolean {
  return [...pattern].every((letter, i) => letter === 'x' || letter === word[i]);
}

/** Is `a` more specific than `b`? */
function more_specific(a: string, b: string): boolean {
  return a !== b && a.length === b.length && [...b].every((letter, i) => letter === 'x' || letter === a[i]);
}

/** All words of `width` bits, as strings. */
function all_words(width: number): string[] {
  return Array.from({ length: 2 ** width }, (_, word) => word.toString(2).padStart(width, '0'));
}

/** For each word the rows that no more specific matching row beats; one row or none is as it should be. */
function naive_winners(patterns: string[], words: string[], first: 'low' | 'high'): number[][] {
  return words.map((word) => {
    const fit = patterns.flatMap((pattern, i) => (matches(pattern, begin(word, pattern.length, first)) ? [i] : []));
    return fit.filter((i) => !fit.some((j) => more_specific(patterns[j], patterns[i])));
  });
}

/** What the decoder is given for a fetched word. */
function decode(decoder: Decoder, word: string): number {
  if (word.length <= 32) return decoder.decode(Number.parseInt(word, 2));
  return decoder.table.first === 'low'
    ? decoder.decode(Number.parseInt(word.slice(-32), 2), Number.parseInt(word.slice(0, -32), 2))
    : decoder.decode(Number.parseInt(word.slice(0, 32), 2), Number.parseInt(word.slice(32), 2));
}

function rows_of(patterns: string[]): EncodingRow[] {
  return patterns.map((pattern, i) => ({ name: `row_${i}`, pattern, source: `table.ts:${i + 1}` }));
}

/** A decoder, or the IsaError that says why there is none. */
function attempt(patterns: string[], options?: DecoderOptions): Decoder | IsaError {
  try {
    return make_decoder(rows_of(patterns), options);
  } catch (error) {
    if (error instanceof IsaError) return error;
    throw error;
  }
}

const letter = fc.constantFrom('0', '1', 'x', 'x');

/** Patterns of one width; some refine others, so that specificity has something to decide. */
function patterns_of(width: number, most: number): fc.Arbitrary<string[]> {
  const fresh = fc.array(letter, { minLength: width, maxLength: width }).map((letters) => letters.join(''));
  return fc.array(fc.tuple(fresh, fc.nat(), fc.boolean()), { minLength: 1, maxLength: most }).map((drafts) => {
    const made: string[] = [];
    for (const [draft, which, refine] of drafts) {
      const general = made[which % Math.max(1, made.length)];
      const refined = [...draft].map((own, i) => (general?.[i] === 'x' ? own : general?.[i])).join('');
      made.push(refine && general !== undefined ? refined : draft);
    }
    return made;
  });
}

/** The longest list of rows, in order, that makes a sound table: every word has one winner, every row some word. */
function sound_part(patterns: string[], words: string[], first: 'low' | 'high'): string[] {
  let kept: string[] = [];
  for (const pattern of patterns) {
    const more = [...kept, pattern];
    if (kept.includes(pattern)) continue;
    const winners = naive_winners(more, words, first);
    if (winners.every((rows) => rows.length <= 1) && more.every((_, i) => winners.some(([row]) => row === i)))
      kept = more;
  }
  return kept;
}

describe('tables of one width', () => {
  const words = all_words(7);

  test('are refused exactly if a word is ambiguous, a row is out of reach or a pattern comes twice', () => {
    let [accepted, refused] = [0, 0];
    fc.assert(
      fc.property(patterns_of(7, 6), (patterns) => {
        const winners = naive_winners(patterns, words, 'low');
        const sound =
          winners.every((rows) => rows.length <= 1) && patterns.every((_, i) => winners.some(([row]) => row === i));
        const result = attempt(patterns);
        expect(result instanceof IsaError ? 'refused' : 'accepted').toBe(sound ? 'accepted' : 'refused');
        if (sound) accepted++;
        else refused++;
      }),
      { numRuns: 1000 },
    );
    expect(Math.min(accepted, refused)).toBeGreaterThan(50);
  });

  test('decode every word to the most specific row, in any order of rows', () => {
    let rows = 0;
    fc.assert(
      fc.property(patterns_of(7, 20), fc.boolean(), (drafts, reverse) => {
        const sound = sound_part(drafts, words, 'low');
        const patterns = reverse ? sound.reverse() : sound;
        rows = Math.max(rows, patterns.length);
        const decoder = make_decoder(rows_of(patterns));
        const winners = naive_winners(patterns, words, 'low').map(([row]) => row ?? -1);
        expect(words.map((word) => decode(decoder, word))).toEqual(winners);
        expect(words.map((word) => walk(decoder.tree, Number.parseInt(word, 2)))).toEqual(winners);
      }),
      { numRuns: 300 },
    );
    expect(rows).toBeGreaterThan(6);
  });

  test('report what counting over all words finds', () => {
    fc.assert(
      fc.property(patterns_of(7, 16), (drafts) => {
        const patterns = sound_part(drafts, words, 'low');
        const { report, tree } = make_decoder(rows_of(patterns));
        const winners = naive_winners(patterns, words, 'low').map(([row]) => row ?? -1);
        const undecodable = words.filter((_, i) => winners[i] < 0);
        expect(report.undecodable).toBe(BigInt(undecodable.length));
        const regions = [...report.undecodable_regions()];
        for (const word of words)
          expect(regions.filter((region) => matches(region, word)).length).toBe(undecodable.includes(word) ? 1 : 0);
        // A row's average over its own words, then the average over rows.
        const averages = patterns.map((_, row) => {
          const own = words.filter((_, i) => winners[i] === row).map((word) => Number.parseInt(word, 2));
          return report.over(own).average_tests;
        });
        const average = averages.reduce((sum, tests) => sum + tests, 0) / averages.length;
        expect(report.average_tests).toBeCloseTo(average, 9);
        for (const word of words) {
          const { average_tests } = report.over([Number.parseInt(word, 2)]);
          expect(average_tests).toBeLessThanOrEqual(report.depth);
        }
        expect(tree.kind === 'leaf' ? 0 : 1).toBeLessThanOrEqual(report.depth);
      }),
      { numRuns: 150 },
    );
  });
});

describe('what an overlap is blamed on', () => {
  const words = all_words(8);

  test('is a word that all rows named match, and none is beaten by a more specific one', () => {
    let [pairs, many] = [0, 0];
    fc.assert(
      fc.property(patterns_of(8, 12), (drafts) => {
        const patterns = [...new Set(drafts)];
        const result = attempt(patterns);
        if (!(result instanceof IsaError)) return;
        const winners = naive_winners(patterns, words, 'low');
        for (const { message } of result.diagnostics) {
          const [summary, ...lines] = message.split('\n');
          const culprits = [...summary.matchAll(/'row_(\d+)'/g)].map(([, row]) => Number(row));
          const word = /could be (?:either|any of them)$/.test(summary) && / (0x[0-9a-f]+) could/.exec(summary)?.[1];
          if (word) {
            pairs++;
            expect(winners[Number(word)]).toEqual(culprits);
            for (const row of culprits) expect(message).toContain(`table.ts:${row + 1}`);
          } else if (summary.includes('other rows')) {
            many++;
            for (const line of lines.slice(1)) {
              const [, row, witness] = /row_(\d+) .*(0x[0-9a-f]+)/.exec(line)!;
              expect(winners[Number(witness)]).toEqual(expect.arrayContaining([culprits[0], Number(row)]));
            }
          }
        }
        // Each pair that some word cannot decide is named together in some diagnostic.
        const named = result.diagnostics.map(({ message }) => message.split('\n').slice(1).join('\n'));
        for (const rows of winners)
          for (const a of rows)
            for (const b of rows.filter((row) => row !== a))
              expect(named.some((text) => text.includes(`row_${a} `) && text.includes(`row_${b} `))).toBe(true);
      }),
      { numRuns: 500 },
    );
    expect(pairs).toBeGreaterThan(100);
    expect(many).toBeGreaterThan(20);
  });
});

describe('tables of several widths', () => {
  const words = all_words(12);
  const mixed = fc.tuple(
    fc.constantFrom<'low' | 'high'>('low', 'high'),
    patterns_of(4, 5),
    patterns_of(8, 6),
    patterns_of(12, 6),
  );

  /** Rows of which no word of one width begins a word of another. */
  function prefix_free(patterns: string[], first: 'low' | 'high'): string[] {
    const kept: string[] = [];
    for (const pattern of patterns) {
      const clash = kept.some((other) => {
        if (other.length === pattern.length) return false;
        const length = Math.min(other.length, pattern.length);
        const [a, b] = [begin(other, length, first), begin(pattern, length, first)];
        return [...a].every((l, i) => l === 'x' || b[i] === 'x' || l === b[i]);
      });
      if (!clash) kept.push(pattern);
    }
    return kept;
  }

  test('decode every sequence of parcels to the most specific row', () => {
    let widths = 0;
    fc.assert(
      fc.property(mixed, fc.nat(11), ([first, narrow, middle, wide], turn) => {
        const drafts = [...wide, ...middle, ...narrow];
        const rotated = [...drafts.slice(turn), ...drafts.slice(0, turn)];
        const patterns = sound_part(prefix_free(rotated, first), words, first);
        const decoder = make_decoder(rows_of(patterns), { parcel: 4, first });
        widths = Math.max(widths, new Set(patterns.map((pattern) => pattern.length)).size);
        const longest = Math.max(...patterns.map((pattern) => pattern.length));
        const fetched = words.map((word) => begin(word, longest, first));
        const winners = naive_winners(patterns, fetched, first).map(([row]) => row ?? -1);
        expect(fetched.map((word) => decode(decoder, word))).toEqual(winners);
        expect(decoder.table.rows.map((row) => row.width)).toEqual(patterns.map((pattern) => pattern.length));
      }),
      { numRuns: 100 },
    );
    expect(widths).toBe(3);
  });

  test('are refused if the width of some word is in doubt', () => {
    let refused = 0;
    fc.assert(
      fc.property(mixed, ([first, narrow, middle]) => {
        const patterns = [...sound_part(narrow, all_words(4), first), ...sound_part(middle, all_words(8), first)];
        const clear = prefix_free(patterns, first).length === patterns.length;
        const result = attempt(patterns, { parcel: 4, first });
        expect(result instanceof IsaError).toBe(!clear);
        if (!(result instanceof IsaError)) return;
        refused++;
        for (const { message } of result.diagnostics) {
          const [summary] = message.split('\n');
          const word = Number(/(0x[0-9a-f]+)/.exec(summary)![1])
            .toString(2)
            .padStart(8, '0');
          for (const [, row] of summary.matchAll(/'row_(\d+)'/g))
            expect(matches(patterns[Number(row)], begin(word, patterns[Number(row)].length, first))).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
    expect(refused).toBeGreaterThan(50);
  });
});

describe('wide instructions', () => {
  test('of 33 to 64 bits decode like narrow ones whose bits are spread over them', () => {
    const words = all_words(7);
    fc.assert(
      fc.property(
        patterns_of(7, 12),
        fc.uniqueArray(fc.nat(63), { minLength: 7, maxLength: 7 }),
        fc.constantFrom<'low' | 'high'>('low', 'high'),
        fc.array(fc.constantFrom('0', '1'), { minLength: 64, maxLength: 64 }),
        (drafts, places, first, noise) => {
          const narrow = sound_part(drafts, words, first);
          const width = Math.max(33, ...places.map((place) => place + 1));
          const spread = (letters: string, rest: string[]) => {
            const wide = rest.slice(0, width);
            for (const [i, place] of places.entries()) wide[place] = letters[i];
            return wide.join('');
          };
          const decoder = make_decoder(rows_of(narrow.map((pattern) => spread(pattern, Array(64).fill('x')))), {
            first,
          });
          const winners = naive_winners(narrow, words, first).map(([row]) => row ?? -1);
          expect(words.map((word) => decode(decoder, spread(word, noise)))).toEqual(winners);
          const each = 1n << BigInt(width - 7);
          expect(decoder.report.undecodable).toBe(BigInt(winners.filter((row) => row < 0).length) * each);
        },
      ),
      { numRuns: 150 },
    );
  });
});

test('2,000 rows are no trouble: quick, right, and in functions small enough for V8 to optimise', () => {
  // Major opcode, minor opcode and function bits, all different; fields between them, as RISC-V has it.
  const bits = (value: number, width: number) => value.toString(2).padStart(width, '0').slice(-width);
  const rows = Array.from({ length: 2000 }, (_, i) => ({
    name: `row_${i}`,
    pattern: `${bits(i * 37, 7)} rs2:5 rs1:5 ${bits(i, 3)} rd:5 ${bits(i >>> 5, 7)}`,
  }));
  rows.push({ name: 'others', pattern: 'x'.repeat(32) });
  const start = process.cpuUsage().user;
  const { table, tree, text } = generate_decoder(rows);
  // Measured at 100 to 150 ms; the bound only notices an algorithm that has become worse than it should be.
  expect((process.cpuUsage().user - start) / 1000).toBeLessThan(3000);
  for (const one of text.split('\n\n')) expect(one.split('\n').length).toBeLessThan(2000);

  const decode = compile_decoder(text);
  const words = table.rows.slice(0, 2000).map((row, i) => (row.value | (Math.imul(i, 0x9e3779b1) & ~row.mask)) >>> 0);
  expect(words.map((word) => decode(word))).toEqual(words.map((_, i) => i));
  for (const word of words) {
    const other = (word ^ (1 << (word & 7))) >>> 0;
    const winner = table.rows.findIndex((row) => ((other ^ row.value) & row.mask) === 0);
    expect([decode(other), walk(tree, other)]).toEqual([winner, winner]);
  }
});
