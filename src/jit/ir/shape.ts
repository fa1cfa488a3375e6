// Semantic IR, the shape of a region: order, dominators and loops of its graph, as structured control flow needs them.
// A region may be entered in the middle, at a resume point. An edge from outside straight into a loop would make the graph
// irreducible; instead, the way to a resume point leads through the headers of all loops around it, from the outermost on,
// and each header passes a resuming entry on before anything else.

import { type Region, type RegionBlock, targets } from './region.js';

/** At a loop header, or at the entry: a function that is being resumed at `resume` goes on to block `to`. */
export interface Route {
  /** Index in Region.resumes. */
  resume: number;
  to: number;
}

/** Arrays are by block index; the function's entry comes after the last block. */
export interface Shape {
  /** The entry's index. */
  entry: number;
  /** Reverse postorder, from the entry on, and each block's place in it; -1 where it cannot be reached. */
  order: number[];
  place: number[];
  /** Immediate dominators; the entry is its own. */
  dominator: number[];
  /** Blocks that a back edge goes to. */
  is_loop: boolean[];
  /** Blocks that several forward edges go to. */
  is_merge: boolean[];
  routes: Route[][];
}

/** Finds a region's shape. Edges into the middle of a loop, and resume points in unreachable blocks, leave the region. */
export function shape(region: Region): Shape {
  const { blocks } = region;
  const routes: Route[][] = Array.from({ length: blocks.length + 1 }, () => []);
  let graph = analyse(blocks, routes);
  region.resumes = region.resumes.filter(({ block }) => graph.place[block] >= 0);
  if (region.resumes.length === 0) return { ...graph, routes };
  const loops = natural_loops(blocks, graph);
  region.resumes.forEach(({ block }, resume) => {
    const around = loops.filter(({ header, members }) => header !== block && members.has(block));
    around.sort((a, b) => b.members.size - a.members.size);
    let from = graph.entry;
    for (const { header } of around) {
      routes[from].push({ resume, to: header });
      from = header;
    }
    routes[from].push({ resume, to: block });
  });
  graph = analyse(blocks, routes);
  return { ...graph, routes };
}

type Graph = Omit<Shape, 'routes'>;

function analyse(blocks: readonly RegionBlock[], routes: readonly Route[][]): Graph {
  const entry = blocks.length;
  const successors = (n: number): number[] => {
    const own = n === entry ? [0] : [...targets(blocks[n].transfer)].map(({ to }) => to.block).filter((to) => to >= 0);
    for (const { to } of routes[n]) if (!own.includes(to)) own.push(to);
    return own;
  };
  for (;;) {
    const next = blocks.map((_, n) => successors(n));
    next.push(successors(entry));
    const order = reverse_postorder(entry, next);
    const place: number[] = new Array(blocks.length + 1).fill(-1);
    order.forEach((block, n) => {
      place[block] = n;
    });
    const predecessors: number[][] = next.map(() => []);
    for (const from of order) for (const to of next[from]) predecessors[to].push(from);
    const dominator = dominators(order, place, predecessors);
    const dominates = (a: number, b: number): boolean => {
      let x = b;
      while (place[x] > place[a]) x = dominator[x];
      return x === a;
    };
    const is_loop: boolean[] = next.map(() => false);
    const forward: number[] = next.map(() => 0);
    let irreducible = false;
    for (const from of order) {
      for (const { to } of routes[from]) forward[to]++;
      if (from === entry) {
        forward[0]++;
        continue;
      }
      for (const { to } of targets(blocks[from].transfer)) {
        if (to.block < 0) continue;
        if (place[to.block] > place[from]) forward[to.block]++;
        else if (dominates(to.block, from)) is_loop[to.block] = true;
        else {
          to.block = -1;
          irreducible = true;
        }
      }
    }
    if (!irreducible) return { entry, order, place, dominator, is_loop, is_merge: forward.map((count) => count > 1) };
  }
}

/** Each loop header with all blocks of its loop. */
function natural_loops(blocks: readonly RegionBlock[], { order, place, is_loop }: Graph) {
  const predecessors: number[][] = blocks.map(() => []);
  for (const from of order)
    if (from < blocks.length)
      for (const { to } of targets(blocks[from].transfer)) if (to.block >= 0) predecessors[to.block].push(from);
  return order
    .filter((n) => is_loop[n])
    .map((header) => {
      const members = new Set([header]);
      const queue = predecessors[header].filter((from) => place[from] >= place[header]);
      for (let n = queue.pop(); n !== undefined; n = queue.pop()) {
        if (members.has(n)) continue;
        members.add(n);
        queue.push(...predecessors[n]);
      }
      return { header, members };
    });
}

function reverse_postorder(entry: number, next: readonly number[][]): number[] {
  const order: number[] = [];
  const seen: boolean[] = next.map(() => false);
  const stack: { block: number; rest: number[] }[] = [];
  const visit = (block: number) => {
    seen[block] = true;
    stack.push({ block, rest: next[block].slice() });
  };
  visit(entry);
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    const to = top.rest.pop();
    if (to === undefined) {
      order.push(top.block);
      stack.pop();
    } else if (!seen[to]) visit(to);
  }
  return order.reverse();
}

/** The algorithm of Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm". */
function dominators(order: readonly number[], place: readonly number[], predecessors: readonly number[][]): number[] {
  const dominator: number[] = new Array(place.length).fill(-1);
  dominator[order[0]] = order[0];
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of order.slice(1)) {
      let common = -1;
      for (const from of predecessors[block]) {
        if (dominator[from] < 0) continue;
        if (common < 0) common = from;
        else {
          let a = from;
          let b = common;
          while (a !== b) {
            while (place[a] > place[b]) a = dominator[a];
            while (place[b] > place[a]) b = dominator[b];
          }
          common = a;
        }
      }
      if (dominator[block] !== common) {
        dominator[block] = common;
        changed = true;
      }
    }
  }
  return dominator;
}
