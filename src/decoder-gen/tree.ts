// Third stage: the checked table → a decision tree, inferred from the patterns alone. Each node either jumps on a run of
// adjacent bits (one machine test, however many cases) or compares all bits of one row at once. Nodes are chosen top down
// by the expected number of tests that remain; where few rows are left the best candidates are tried out in full.

import { EVERYTHING, fixed_bits, intersects, popcount } from './cube.js';
import type { Cube, Leaf, Row, Specificity, Switch, Table, Tree } from './types.js';

/** Widest switch: 256 cases. */
const MAX_SWITCH_BITS = 8;
/** How many times over a switch may copy its rows into its cases, lest don't-care bits blow up the tree. */
const MAX_COPIES = 8;
const ALWAYS_COPIES = 512;
/** With at most so many rows left, the best tests are tried out in full. */
const TRY_OUT_ROWS = 8;
const TRY_OUT_TESTS = 2;
/** So many switches are looked at in detail; the others were less promising. */
const MAX_ESTIMATES = 24;
/**
 * What a switch's cases cost, in tests per case and row: a switch of 256 cases among 5 rows saves little and is no pleasure
 * to read. It also prefers the smaller of two switches that are equally good.
 */
const CASE_COST = 0.02;

type Field = Pick<Switch, 'argument' | 'low' | 'width'>;

/** A test that could be made at a node. */
interface Candidate {
  /** Lower is better: a guess at its subtree's cost. */
  estimate: number;
  /** What to jump on, or the row to compare with. */
  field?: Field;
  row?: Row;
}

interface Subtree {
  tree: Tree;
  /** Expected tests, all rows that are left equally likely, plus the cost of cases. */
  cost: number;
}

const UNDECODABLE: Leaf = { kind: 'leaf', row: -1 };
const NOTHING: Subtree = { tree: UNDECODABLE, cost: 0 };

/** Builds the tree of a checked table. */
export function build_tree(table: Table, order: Specificity): Tree {
  return new TreeBuilder(table, order).build(table.rows, EVERYTHING).tree;
}

class TreeBuilder {
  /** Subtrees depend on the rows left and on which of their bits are known: equal ones are built once and shared. */
  private readonly built = new Map<string, Subtree>();
  private readonly leaves: Leaf[];
  private readonly loses_to: readonly ReadonlySet<number>[];
  // Per value of the field under consideration.
  private readonly rows_at = new Int32Array(1 << MAX_SWITCH_BITS);
  private readonly open_at = new Int32Array(1 << MAX_SWITCH_BITS);
  private readonly share_at = new Float64Array(1 << MAX_SWITCH_BITS);

  constructor(table: Table, order: Specificity) {
    this.leaves = table.rows.map((row) => ({ kind: 'leaf', row: row.index }));
    this.loses_to = order.map((winners) => new Set(winners));
  }

  /** The tree for words that agree with `known`; `rows` are those that such words can match. */
  build(rows: readonly Row[], known: Cube): Subtree {
    if (rows.length === 0) return NOTHING;
    const left = this.drop_hidden(rows, known);
    const fixed = union_of_masks(left);
    // Bits that no row left looks at are as good as unknown; so equal work is found equal.
    const useful = restrict(known, fixed);
    const key = `${left.map((row) => row.index).join()}/${useful.m0},${useful.m1}`;
    let subtree = this.built.get(key);
    if (subtree === undefined) {
      subtree = this.build_new(left, useful, fixed);
      this.built.set(key, subtree);
    }
    return subtree;
  }

  private build_new(rows: readonly Row[], known: Cube, fixed: { m0: number; m1: number }): Subtree {
    if (rows.length === 1) {
      const leaf = this.leaves[rows[0].index];
      const unknown = without(rows[0].cube, known);
      if (fixed_bits(unknown) === 0) return { tree: leaf, cost: 0 };
      return {
        tree: { kind: 'test', cube: unknown, target: leaf, otherwise: UNDECODABLE },
        cost: cost_of_test(unknown),
      };
    }
    const wanted = rows.length <= TRY_OUT_ROWS ? TRY_OUT_TESTS : 1;
    let best: Subtree | undefined;
    for (const candidate of this.candidates(rows, known, fixed, wanted)) {
      const subtree =
        candidate.row === undefined
          ? this.build_switch(rows, known, candidate.field!)
          : this.build_test(rows, known, candidate.row);
      if (best === undefined || subtree.cost < best.cost - 1e-9) best = subtree;
    }
    return best!;
  }

  /** Leaves out rows that lose every word still possible to a more specific one. */
  private drop_hidden(rows: readonly Row[], known: Cube): readonly Row[] {
    if (rows.length === 1) return rows;
    return rows.filter((row) => {
      const winners = this.loses_to[row.index];
      if (winners.size === 0) return true;
      const { m0, m1 } = row.cube;
      return !rows.some(
        (other) =>
          winners.has(other.index) &&
          (other.cube.m0 & ~known.m0 & ~m0) === 0 &&
          (other.cube.m1 & ~known.m1 & ~m1) === 0,
      );
    });
  }

  /** The `wanted` most promising tests, the best first. */
  private candidates(
    rows: readonly Row[],
    known: Cube,
    fixed: { m0: number; m1: number },
    wanted: number,
  ): Candidate[] {
    const best: Candidate[] = [];
    const offer = (candidate: Candidate) => {
      best.push(candidate);
      best.sort((a, b) => a.estimate - b.estimate);
      if (best.length > wanted) best.pop();
    };
    if (rows.length <= TRY_OUT_ROWS)
      for (const row of rows) {
        if (!this.is_decisive(row, rows)) continue;
        const others = rows.length - 1;
        const estimate = cost_of_test(without(row.cube, known)) + (others / rows.length) * guess(others);
        offer({ estimate, row });
      }
    for (const { field, bound } of this.fields(rows, known, fixed).slice(0, MAX_ESTIMATES)) {
      if (best.length === wanted && bound >= best[wanted - 1].estimate) break;
      const estimate = this.estimate_switch(rows, known, field);
      if (estimate !== undefined) offer({ estimate, field });
    }
    return best;
  }

  /** Runs of bits that a switch could jump on, best first by what it could achieve if it split the rows evenly. */
  private fields(
    rows: readonly Row[],
    known: Cube,
    fixed: { m0: number; m1: number },
  ): { field: Field; bound: number }[] {
    const found: { field: Field; bound: number }[] = [];
    // By width, the share of rows that have more untested bits than a switch of that width could test.
    const unsettled = new Float64Array(MAX_SWITCH_BITS + 1);
    for (const { cube } of rows) {
      const open = popcount(cube.m0 & ~known.m0) + popcount(cube.m1 & ~known.m1);
      for (let width = 1; width <= MAX_SWITCH_BITS && width < open; width++) unsettled[width] += 1 / rows.length;
    }
    for (const argument of [0, 1] as const) {
      const [open, known_mask] = argument === 0 ? [fixed.m0 & ~known.m0, known.m0] : [fixed.m1 & ~known.m1, known.m1];
      if (open === 0) continue;
      // For each bit, the share of rows that fix it.
      const share: number[] = [];
      for (let bit = 0; bit < 32; bit++) {
        let count = 0;
        if ((open >>> bit) & 1)
          for (const { cube } of rows) count += ((argument === 0 ? cube.m0 : cube.m1) >>> bit) & 1;
        share.push(count / rows.length);
      }
      for (let low = 0; low < 32; low++) {
        if (share[low] === 0) continue;
        let [told, unknown] = [0, 0];
        for (let width = 1; width <= MAX_SWITCH_BITS && low + width <= 32; width++) {
          const bit = low + width - 1;
          told += share[bit];
          unknown += 1 - ((known_mask >>> bit) & 1);
          // Both ends must be bits that tell something.
          if (share[bit] === 0) continue;
          const rest = unsettled[width] * guess(rows.length / 2 ** told);
          found.push({ field: { argument, low, width }, bound: 1 + case_cost(unknown, rows.length) + rest });
        }
      }
    }
    return found.sort((a, b) => a.bound - b.bound);
  }

  /**
   * May `row` be tested for and then forgotten? A word that matches it must mean it, and the others must not need it to
   * decide between them.
   */
  private is_decisive(row: Row, rows: readonly Row[]): boolean {
    const losers: Row[] = [];
    for (const other of rows)
      if (other !== row && intersects(other.cube, row.cube)) {
        if (!this.loses_to[other.index].has(row.index)) return false;
        losers.push(other);
      }
    return losers.every((a, i) =>
      losers.every((b, j) => j <= i || this.comparable(a, b) || !intersects(a.cube, b.cube)),
    );
  }

  private comparable(a: Row, b: Row): boolean {
    return this.loses_to[a.index].has(b.index) || this.loses_to[b.index].has(a.index);
  }

  /** Expected tests with a switch on this field first; undefined if it copies too much. */
  private estimate_switch(rows: readonly Row[], known: Cube, { argument, low, width }: Field): number | undefined {
    const all = (1 << width) - 1;
    const known_mask = ((argument === 0 ? known.m0 : known.m1) >>> low) & all;
    const known_value = ((argument === 0 ? known.v0 : known.v1) >>> low) & known_mask;
    const [tested_0, tested_1] = argument === 0 ? [all << low, 0] : [0, all << low];
    const { rows_at, open_at, share_at } = this;
    const limit = rows.length * MAX_COPIES + ALWAYS_COPIES;
    rows_at.fill(0, 0, all + 1);
    open_at.fill(0, 0, all + 1);
    share_at.fill(0, 0, all + 1);
    let copies = 0;
    for (const { cube } of rows) {
      const mask = argument === 0 ? cube.m0 : cube.m1;
      const value = argument === 0 ? cube.v0 : cube.v1;
      const fixed_here = ((mask >>> low) & all) | known_mask;
      const base = ((value >>> low) & all) | known_value;
      const free = all & ~fixed_here;
      const values = 1 << popcount(free);
      copies += values;
      if (copies > limit) return undefined;
      // Does the row have fixed bits that this switch would leave untested?
      const open = cube.m0 & ~known.m0 & ~tested_0 || cube.m1 & ~known.m1 & ~tested_1 ? 1 : 0;
      const share = 1 / values;
      let rest = 0;
      do {
        const at = base | rest;
        rows_at[at]++;
        open_at[at] += open;
        share_at[at] += share;
        rest = (rest - free) & free;
      } while (rest !== 0);
    }
    let tests = 0;
    for (let at = 0; at <= all; at++) {
      if (open_at[at] > 0) tests += share_at[at] * guess(rows_at[at]);
    }
    return 1 + tests / rows.length + case_cost(width - popcount(known_mask), rows.length);
  }

  private build_switch(rows: readonly Row[], known: Cube, { argument, low, width }: Field): Subtree {
    const all = (1 << width) - 1;
    const here = (bits_0: number, bits_1: number) => ((argument === 0 ? bits_0 : bits_1) >>> low) & all;
    const known_mask = here(known.m0, known.m1);
    const known_value = here(known.v0, known.v1);
    const rows_at: Row[][] = [];
    const share_at = new Float64Array(all + 1);
    for (const row of rows) {
      const free = all & ~(here(row.cube.m0, row.cube.m1) | known_mask);
      const base = here(row.cube.v0, row.cube.v1) | known_value;
      const share = 1 / (1 << popcount(free));
      let rest = 0;
      do {
        const at = base | rest;
        const there = rows_at[at];
        if (there === undefined) rows_at[at] = [row];
        else there.push(row);
        share_at[at] += share;
        rest = (rest - free) & free;
      } while (rest !== 0);
    }
    const groups = new Map<Tree, { values: number[]; target: Tree }>();
    let cost = 0;
    for (let at = 0; at <= all; at++) {
      if ((at & known_mask) !== known_value) continue;
      const [m, v] = [all << low, at << low];
      const now: Cube =
        argument === 0
          ? { m0: known.m0 | m, v0: known.v0 | v, m1: known.m1, v1: known.v1 }
          : { m0: known.m0, v0: known.v0, m1: known.m1 | m, v1: known.v1 | v };
      const subtree = this.build(rows_at[at] ?? [], now);
      cost += share_at[at] * subtree.cost;
      const group = groups.get(subtree.tree);
      if (group === undefined) groups.set(subtree.tree, { values: [at], target: subtree.tree });
      else group.values.push(at);
    }
    // Values that cannot occur here count as the default's, which is the undecodable ones or the largest group.
    const list = [...groups.values()];
    const otherwise =
      groups.get(UNDECODABLE) ?? list.reduce((a, b) => (b.values.length > a.values.length ? b : a), list[0]);
    const cases = list.filter((group) => group !== otherwise);
    const tree: Switch = { kind: 'switch', argument, low, width, cases, otherwise: otherwise.target };
    if (cases.length === 0) return { tree: otherwise.target, cost: cost / rows.length };
    return { tree, cost: 1 + cost / rows.length + case_cost(width - popcount(known_mask), rows.length) };
  }

  private build_test(rows: readonly Row[], known: Cube, row: Row): Subtree {
    const cube = without(row.cube, known);
    const others = this.build(
      rows.filter((other) => other !== row),
      known,
    );
    return {
      tree: { kind: 'test', cube, target: this.leaves[row.index], otherwise: others.tree },
      cost: cost_of_test(cube) + (1 - 1 / rows.length) * others.cost,
    };
  }
}

/** Tests that `rows` rows may still take: a guess fitted to real instruction sets. */
function guess(rows: number): number {
  return rows <= 1 ? 1 : 1.2 + Math.log2(rows) / 4;
}

function case_cost(free_bits: number, rows: number): number {
  return (CASE_COST * 2 ** free_bits) / rows;
}

/** A comparison of bits of both arguments is two tests. */
function cost_of_test(cube: Cube): number {
  return (cube.m0 === 0 ? 0 : 1) + (cube.m1 === 0 ? 0 : 1);
}

function union_of_masks(rows: readonly Row[]): { m0: number; m1: number } {
  let [m0, m1] = [0, 0];
  for (const { cube } of rows) {
    m0 |= cube.m0;
    m1 |= cube.m1;
  }
  return { m0, m1 };
}

function restrict(known: Cube, { m0, m1 }: { m0: number; m1: number }): Cube {
  return { m0: known.m0 & m0, v0: known.v0 & m0, m1: known.m1 & m1, v1: known.v1 & m1 };
}

/** The bits of `cube` that are not known yet. */
function without(cube: Cube, known: Cube): Cube {
  const [m0, m1] = [cube.m0 & ~known.m0, cube.m1 & ~known.m1];
  return { m0, v0: cube.v0 & m0, m1, v1: cube.v1 & m1 };
}
