// Sets of words as cubes (some bits fixed, the others free): intersection, containment, and the part of a cube that a
// list of cubes leaves uncovered. Overlap check, reachability, undecodable words and statistics all rest on the last.

import type { Cube, Row, Table } from './types.js';

/** Every word there is. */
export const EVERYTHING: Cube = { m0: 0, v0: 0, m1: 0, v1: 0 };

/** Do the two have a word in common? */
export function intersects(a: Cube, b: Cube): boolean {
  return ((a.v0 ^ b.v0) & a.m0 & b.m0) === 0 && ((a.v1 ^ b.v1) & a.m1 & b.m1) === 0;
}

/** Is each word of `b` in `a`? */
export function contains(a: Cube, b: Cube): boolean {
  return (a.m0 & ~b.m0) === 0 && (a.m1 & ~b.m1) === 0 && intersects(a, b);
}

/** The common words of two cubes that intersect. */
export function intersection(a: Cube, b: Cube): Cube {
  return { m0: a.m0 | b.m0, v0: a.v0 | b.v0, m1: a.m1 | b.m1, v1: a.v1 | b.v1 };
}

/** Number of one bits. */
export function popcount(bits: number): number {
  let n = bits - ((bits >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Number of fixed bits. */
export function fixed_bits(cube: Cube): number {
  return popcount(cube.m0) + popcount(cube.m1);
}

/** Disjoint cubes that together hold the words of `whole` that none of `cubes` holds. */
export function* uncovered(whole: Cube, cubes: readonly Cube[]): Generator<Cube> {
  const inside = cubes.filter((cube) => intersects(cube, whole));
  if (inside.length === 0) {
    yield whole;
    return;
  }
  // Cut off what the largest cube covers: what is left falls apart into one cube for each bit it fixes.
  let largest = inside[0];
  let fewest = 65;
  for (const cube of inside) {
    const cuts = popcount(cube.m0 & ~whole.m0) + popcount(cube.m1 & ~whole.m1);
    if (cuts < fewest) [largest, fewest] = [cube, cuts];
  }
  if (fewest === 0) return;
  const others = inside.filter((cube) => cube !== largest);
  let { m0, v0, m1, v1 } = whole;
  for (let bits = largest.m1 & ~whole.m1; bits !== 0; bits &= ~(1 << (31 - Math.clz32(bits)))) {
    const bit = 1 << (31 - Math.clz32(bits));
    yield* uncovered({ m0, v0, m1: m1 | bit, v1: v1 | (~largest.v1 & bit) }, others);
    m1 |= bit;
    v1 |= largest.v1 & bit;
  }
  for (let bits = largest.m0 & ~whole.m0; bits !== 0; bits &= ~(1 << (31 - Math.clz32(bits)))) {
    const bit = 1 << (31 - Math.clz32(bits));
    yield* uncovered({ m0: m0 | bit, v0: v0 | (~largest.v0 & bit), m1, v1 }, others);
    m0 |= bit;
    v0 |= largest.v0 & bit;
  }
}

/** Number of words of `whole` that none of `cubes` holds, where a word has `width` bits. */
export function count_uncovered(whole: Cube, cubes: readonly Cube[], width: number): bigint {
  let words = 0n;
  for (const cube of uncovered(whole, cubes)) words += 1n << BigInt(width - fixed_bits(cube));
  return words;
}

/**
 * Where a pattern of `width` bits lies in the fetched word of a table. `word` takes the 32 bits fetched first, `word2`
 * the others; a row narrower than the table leaves the parcels after it free.
 */
export function place(width: number, low: number, high: number, table: Pick<Table, 'width' | 'first'>) {
  if (table.first === 'low' || table.width <= 32)
    return { word: table.first === 'low' ? low >>> 0 : (low << (table.width - width)) >>> 0, word2: high >>> 0 };
  const word = (BigInt.asUintN(32, BigInt(high)) << 32n) | BigInt.asUintN(32, BigInt(low));
  const shifted = word << BigInt(table.width - width);
  const rest = BigInt(table.width - 32);
  return { word: Number(shifted >> rest), word2: Number(BigInt.asUintN(Number(rest), shifted)) };
}

/** The inverse of `place`: an instruction of `width` bits out of the fetched word, as one number. */
export function extract(width: number, word: number, word2: number, table: Pick<Table, 'width' | 'first'>): bigint {
  const a = BigInt.asUintN(32, BigInt(word));
  const b = BigInt.asUintN(32, BigInt(word2));
  if (table.first === 'low') return BigInt.asUintN(width, (b << 32n) | a);
  const all = table.width <= 32 ? a : (a << BigInt(table.width - 32)) | b;
  return all >> BigInt(table.width - width);
}

/** A cube as a pattern of `0 1 x` for an instruction of `width` bits, most significant bit first. */
export function cube_text(cube: Cube, width: number, table: Pick<Table, 'width' | 'first'>): string {
  const mask = extract(width, cube.m0, cube.m1, table);
  const value = extract(width, cube.v0, cube.v1, table);
  let text = '';
  for (let bit = BigInt(width) - 1n; bit >= 0n; bit--) text += (mask >> bit) & 1n ? String((value >> bit) & 1n) : 'x';
  return text;
}

/** A row's pattern as plain `0 1 x`. */
export function row_text(row: Row): string {
  let text = '';
  for (let bit = row.width - 1; bit >= 0; bit--) {
    const mask = bit < 32 ? row.mask : row.mask_high;
    const value = bit < 32 ? row.value : row.value_high;
    text += (mask >>> (bit & 31)) & 1 ? String((value >>> (bit & 31)) & 1) : 'x';
  }
  return text;
}
