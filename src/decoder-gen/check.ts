// Second stage: does every word mean at most one instruction? The most specific pattern wins, whatever the order of rows:
// B is more specific than A if B's words are a proper subset of A's. Found here and reported together:
// duplicates; true overlaps (rows that share words, neither more specific, and no more specific row decides for those
// words); rows that can never win; and, in tables of several widths, words whose width is in doubt: a narrow row must
// differ from every wider one in the bits that both have, since its width must be known before more is fetched.

import { type Diagnostic, IsaError } from '../adl/errors.js';
import { contains, cube_text, extract, fixed_bits, intersection, intersects, row_text, uncovered } from './cube.js';
import type { Cube, Row, Specificity, Table } from './types.js';

/** A row that overlaps so many others is reported once, not with each of them. */
const MANY = 4;

/** Checks a table and returns which rows win over which. Throws one IsaError with all complaints. */
export function check(table: Table): Specificity {
  const { rows } = table;
  const more_specific: number[][] = rows.map(() => []);
  const duplicates = new Map<Row, Row[]>();
  const overlaps: [Row, Row][] = [];
  const prefixes = new Map<Row, Row[]>();

  for (let i = 0; i < rows.length; i++) {
    const a = rows[i];
    for (let j = i + 1; j < rows.length; j++) {
      const b = rows[j];
      if (!intersects(a.cube, b.cube)) continue;
      const [a_has_b, b_has_a] = [contains(a.cube, b.cube), contains(b.cube, a.cube)];
      if (a.width !== b.width) append(prefixes, ...(a.width < b.width ? ([a, b] as const) : ([b, a] as const)));
      else if (a_has_b && b_has_a) append(duplicates, a, b);
      else if (a_has_b) more_specific[i].push(j);
      else if (b_has_a) more_specific[j].push(i);
      else overlaps.push([a, b]);
    }
  }

  const problems: Diagnostic[] = [];
  const copies = new Set<Row>();
  for (const [row, same] of duplicates) {
    if (copies.has(row)) continue;
    for (const copy of same) copies.add(copy);
    problems.push(complaint(`the same pattern twice: ${names([row, ...same])}`, table, [row, ...same]));
  }
  for (const [short, longer] of prefixes) problems.push(...prefix_conflicts(short, longer, table));
  problems.push(
    ...true_overlaps(
      overlaps.filter((pair) => !pair.some((row) => copies.has(row))),
      more_specific,
      table,
    ),
  );
  for (const row of rows) {
    const winners = more_specific[row.index].map((index) => rows[index]);
    if (!copies.has(row) && winners.length > 0 && is_covered(row.cube, winners)) {
      const cover = necessary(row, winners);
      const message = `'${row.name}' can never be decoded: the more specific ${names(cover)} ${cover.length === 1 ? 'takes' : 'take'} all its words`;
      problems.push(complaint(message, table, [row, ...cover]));
    }
  }
  if (problems.length > 0) throw new IsaError(problems);
  return more_specific;
}

function append(groups: Map<Row, Row[]>, key: Row, row: Row): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [row]);
  else group.push(row);
}

function is_covered(cube: Cube, rows: readonly Row[]): boolean {
  return witness(cube, rows) === undefined;
}

/** A part of `cube` that no row has. */
function witness(cube: Cube, rows: readonly Row[]): Cube | undefined {
  return uncovered(
    cube,
    rows.map((row) => row.cube),
  ).next().value as Cube | undefined;
}

/** Those of the covering rows that suffice, the largest first: a reader wants the reason, not the list. */
function necessary(row: Row, cover: readonly Row[]): Row[] {
  let kept = [...cover].sort((a, b) => fixed_bits(b.cube) - fixed_bits(a.cube));
  for (const candidate of kept.slice()) {
    const without = kept.filter((other) => other !== candidate);
    if (is_covered(row.cube, without)) kept = without;
  }
  return kept.sort((a, b) => a.index - b.index);
}

/** Two or more rows that share words which no more specific row decides. */
interface Overlap {
  culprits: Row[];
  shared: Cube;
  /** Some of the undecided words. */
  undecided: Cube;
}

/** Reports overlapping pairs: a row that overlaps many others once, the others by words that all of a group claim. */
function true_overlaps(pairs: [Row, Row][], more_specific: Specificity, table: Table): Diagnostic[] {
  const overlap = (culprits: Row[], shared: Cube): Overlap | undefined => {
    const winners = culprits.flatMap((row) => more_specific[row.index].map((index) => table.rows[index]));
    const undecided = witness(shared, winners);
    return undecided && { culprits, shared, undecided };
  };
  let open = pairs.flatMap(([a, b]) => overlap([a, b], intersection(a.cube, b.cube)) ?? []);
  const partners = new Map<Row, Row[]>();
  for (const { culprits } of open) {
    append(partners, culprits[0], culprits[1]);
    append(partners, culprits[1], culprits[0]);
  }
  const problems: Diagnostic[] = [];

  for (;;) {
    const frequency = new Map<Row, number>();
    for (const { culprits } of open) for (const row of culprits) frequency.set(row, (frequency.get(row) ?? 0) + 1);
    let row: Row | undefined;
    for (const [candidate, count] of frequency)
      if (count >= MANY && (row === undefined || count > frequency.get(row)!)) row = candidate;
    if (row === undefined) break;
    const mine = open.filter(({ culprits }) => culprits.includes(row!));
    open = open.filter((other) => !mine.includes(other));
    const others = mine.map(({ culprits }) => culprits.find((other) => other !== row)!);
    const words = mine.map(({ undecided }, i) => describe(undecided, others[i], table));
    const message = `'${row.name}' overlaps ${others.length} other rows and is neither more nor less specific; of each, a word that could be either`;
    problems.push(complaint(message, table, [row, ...others], undefined, ['', ...words]));
  }

  const reported = new Set<Overlap>();
  for (const pair of open) {
    if (reported.has(pair)) continue;
    let group = pair;
    for (const row of partners.get(pair.culprits[0])!) {
      const { culprits, shared } = group;
      if (culprits.includes(row) || !culprits.every((other) => partners.get(other)!.includes(row))) continue;
      if (intersects(row.cube, shared)) group = overlap([...culprits, row], intersection(row.cube, shared)) ?? group;
    }
    for (const other of open) if (other.culprits.every((row) => group.culprits.includes(row))) reported.add(other);
    const culprits = group.culprits.sort((x, y) => x.index - y.index);
    const word = describe(group.undecided, culprits[0], table);
    const message = `${names(culprits)} overlap: none is more specific, so ${word} could be ${culprits.length === 2 ? 'either' : 'any of them'}`;
    const shared = cube_text(group.shared, culprits[0].width, table);
    const advice = `fix more bits in one of them, or add a row for what they share: ${shared}`;
    problems.push(complaint(message, table, culprits, advice));
  }
  return problems;
}

function prefix_conflicts(short: Row, longer: readonly Row[], table: Table): Diagnostic[] {
  const problems: Diagnostic[] = [];
  let rest = [...longer];
  while (rest.length > 0) {
    let shared = short.cube;
    const culprits = [short];
    for (const row of rest) {
      if (!intersects(row.cube, shared)) continue;
      culprits.push(row);
      shared = intersection(row.cube, shared);
    }
    rest = rest.filter((row) => !culprits.includes(row));
    const widest = culprits.reduce((x, y) => (y.width > x.width ? y : x));
    const message = `the width of an instruction is in doubt: ${describe(shared, widest, table)} could be '${short.name}' of ${short.width} bits or ${names(culprits.slice(1))} of more`;
    const advice = `make them differ in the ${short.width} bits that are fetched first`;
    problems.push(complaint(message, table, culprits, advice));
  }
  return problems;
}

function names(rows: readonly Row[]): string {
  const quoted = rows.map((row) => `'${row.name}'`);
  return quoted.length === 1 ? quoted[0] : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}

/** The first word of a cube, in the width of a row that has it. */
function describe(cube: Cube, row: Row, table: Table): string {
  return `0x${extract(row.width, cube.v0, cube.v1, table)
    .toString(16)
    .padStart(Math.ceil(row.width / 4), '0')}`;
}

/** A message with the culprits as aligned columns: name, bits, a word if given, where. */
function complaint(
  message: string,
  table: Table,
  culprits: readonly Row[],
  advice?: string,
  words?: string[],
): Diagnostic {
  // Rows of different width are shown aligned on the parcel that is fetched first.
  const wide = Math.max(...culprits.map((row) => row.width));
  const columns = culprits.map((row, i) => [
    row.name,
    table.first === 'low' ? row_text(row).padStart(wide) : row_text(row),
    ...(words === undefined ? [] : [words[i]]),
    row.source ?? '',
  ]);
  const widths = columns[0].map((_, i) => Math.max(...columns.map((line) => line[i].length)));
  const lines = columns.map((line) => `    ${line.map((cell, i) => cell.padEnd(widths[i])).join('  ')}`.trimEnd());
  return {
    message: [message, ...lines, ...(advice === undefined ? [] : [`    ${advice}`])].join('\n'),
    source: culprits.map((row) => row.source).find((source) => source !== undefined),
  };
}
