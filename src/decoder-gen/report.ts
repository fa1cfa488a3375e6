// What is there to say about a decoder: size and depth of its tree, tests per decode against the if-chain it replaces,
// words that are no instruction. Everything is computed when asked for, since a simulator that starts asks for nothing.

import { count_uncovered, cube_text, EVERYTHING, intersection, uncovered } from './cube.js';
import type { Cube, Specificity, Table, Tree } from './types.js';

/** One way through the tree: the words that take it, the tests made on it, the row it ends at. */
interface Path {
  row: number;
  tests: number;
  cube: Cube;
  /** Words of `cube` that earlier comparisons took elsewhere. */
  except: readonly Cube[];
}

/** A fetched word: a u32, or `[word, word2]` where instructions are wider than 32 bits. */
export type FetchedWord = number | readonly [word: number, word2: number];

/** Lazily computed facts about a generated decoder. A test is one switch or one comparison. */
export class DecoderReport {
  readonly #table: Table;
  readonly #order: Specificity;
  readonly #tree: Tree;

  constructor(table: Table, order: Specificity, tree: Tree) {
    [this.#table, this.#order, this.#tree] = [table, order, tree];
  }

  /** Encodings in the table. */
  get rows(): number {
    return this.#table.rows.length;
  }

  /** Different nodes of the tree that end in a row; a row that don't-care bits lead to in several ways counts several times. */
  get leaves(): number {
    let leaves = 0;
    const seen = new Set<Tree>();
    const visit = (tree: Tree) => {
      if (tree.kind === 'leaf') leaves += tree.row >= 0 ? 1 : 0;
      else if (!seen.has(tree)) {
        seen.add(tree);
        for (const child of children(tree)) visit(child);
      }
    };
    visit(this.#tree);
    return leaves;
  }

  /** Tests made for the slowest word. */
  get depth(): number {
    const depths = new Map<Tree, number>();
    const depth_of = (tree: Tree): number => {
      let depth = depths.get(tree);
      if (depth === undefined) {
        depth = cost(tree) + Math.max(0, ...children(tree).map(depth_of));
        depths.set(tree, depth);
      }
      return depth;
    };
    return depth_of(this.#tree);
  }

  /** Tests per decode, if all rows are equally frequent and so are all words of a row. */
  get average_tests(): number {
    const { rows } = this.#table;
    const sums = rows.map(() => ({ words: 0, tests: 0 }));
    for (const { row, tests, cube, except } of paths(this.#tree, 0, EVERYTHING, [])) {
      if (row < 0) continue;
      const words = Number(count_uncovered(intersection(cube, rows[row].cube), except, 64));
      sums[row].words += words;
      sums[row].tests += words * tests;
    }
    return sums.reduce((sum, { words, tests }) => sum + tests / words, 0) / rows.length;
  }

  /** Tests per decode of an if-chain in table order (more specific rows moved up), each row one test, rows equally frequent. */
  get naive_average(): number {
    return naive_average(this.#table);
  }

  /** Words there are: all of the widest row's width. */
  get words(): bigint {
    return 1n << BigInt(this.#table.width);
  }

  /** How many of them are no instruction. */
  get undecodable(): bigint {
    const cubes = this.#table.rows.map((row) => row.cube);
    return count_uncovered(EVERYTHING, cubes, this.#table.width);
  }

  /** The words that are no instruction, as disjoint patterns of `0 1 x`, most significant bit first. */
  *undecodable_regions(): Generator<string> {
    const cubes = this.#table.rows.map((row) => row.cube);
    for (const cube of uncovered(EVERYTHING, cubes)) yield cube_text(cube, this.#table.width, this.#table);
  }

  /** Tests per decode over the words of a program, undecodable ones included, and the same for the if-chain. */
  over(words: Iterable<FetchedWord>): { words: number; average_tests: number; naive_average: number } {
    const position = if_chain(this.#table, this.#order);
    let [count, tests, naive] = [0, 0, 0];
    for (const fetched of words) {
      const [word, word2] = typeof fetched === 'number' ? [fetched, 0] : fetched;
      let tree = this.#tree;
      count++;
      while (tree.kind !== 'leaf') {
        tests += cost(tree);
        tree = step(tree, word, word2);
      }
      naive += tree.row < 0 ? this.#table.rows.length : position[tree.row];
    }
    return { words: count, average_tests: tests / count, naive_average: naive / count };
  }
}

/** Tests per decode of an if-chain over the table, each row one test, rows equally frequent: the middle of the chain. */
export function naive_average(table: Table): number {
  return (table.rows.length + 1) / 2;
}

/** The report in a few lines of English. */
export function describe_report(report: DecoderReport): string {
  const share = Number((report.undecodable * 1_000_000n) / report.words) / 10_000;
  return [
    `${report.rows} encodings, ${report.leaves} leaves, at most ${report.depth} tests`,
    `${report.average_tests.toFixed(2)} tests per decode on average; an if-chain makes ${report.naive_average.toFixed(1)}`,
    `${report.undecodable} of ${report.words} words (${share} %) are no instruction`,
  ].join('\n');
}

/** The row a word decodes to by walking the tree, without generated code; -1 if none. */
export function walk(tree: Tree, word: number, word2 = 0): number {
  let node = tree;
  while (node.kind !== 'leaf') node = step(node, word, word2);
  return node.row;
}

function step(tree: Exclude<Tree, { kind: 'leaf' }>, word: number, word2: number): Tree {
  if (tree.kind === 'test') {
    const { m0, v0, m1, v1 } = tree.cube;
    return ((word ^ v0) & m0) === 0 && ((word2 ^ v1) & m1) === 0 ? tree.target : tree.otherwise;
  }
  const value = ((tree.argument === 0 ? word : word2) >>> tree.low) & (2 ** tree.width - 1);
  return tree.cases.find(({ values }) => values.includes(value))?.target ?? tree.otherwise;
}

function children(tree: Tree): Tree[] {
  if (tree.kind === 'leaf') return [];
  if (tree.kind === 'test') return [tree.target, tree.otherwise];
  return [...tree.cases.map((group) => group.target), tree.otherwise];
}

/** Tests that a node makes: a comparison that concerns both arguments makes two. */
function cost(tree: Tree): number {
  if (tree.kind === 'leaf') return 0;
  return tree.kind === 'switch' ? 1 : (tree.cube.m0 === 0 ? 0 : 1) + (tree.cube.m1 === 0 ? 0 : 1);
}

/** Each row's place in an if-chain, from 1: table order, save that a row comes after those more specific. */
function if_chain(table: Table, order: Specificity): number[] {
  const position: number[] = [];
  let next = 1;
  const put = (row: number) => {
    if (position[row] !== undefined) return;
    for (const winner of order[row]) put(winner);
    position[row] = next++;
  };
  for (const { index } of table.rows) put(index);
  return position;
}

function* paths(tree: Tree, tests: number, cube: Cube, except: readonly Cube[]): Generator<Path> {
  if (tree.kind === 'leaf') {
    yield { row: tree.row, tests, cube, except };
    return;
  }
  const deeper = tests + cost(tree);
  if (tree.kind === 'test') {
    yield* paths(tree.target, deeper, intersection(cube, tree.cube), except);
    yield* paths(tree.otherwise, deeper, cube, [...except, tree.cube]);
    return;
  }
  const { argument, low, width, cases, otherwise } = tree;
  const all = 2 ** width - 1;
  const by_value: Tree[] = [];
  for (const { values, target } of cases) for (const value of values) by_value[value] = target;
  const [known_mask, known_value] = (argument === 0 ? [cube.m0, cube.v0] : [cube.m1, cube.v1]).map(
    (bits) => (bits >>> low) & all,
  );
  for (let value = 0; value <= all; value++) {
    if ((value & known_mask) !== known_value) continue;
    const [m, v] = [all << low, value << low];
    const here = argument === 0 ? { m0: m, v0: v, m1: 0, v1: 0 } : { m0: 0, v0: 0, m1: m, v1: v };
    yield* paths(by_value[value] ?? otherwise, deeper, intersection(cube, here), except);
  }
}
