// Semantic IR, the shape of a region: order, dominators and loops of its graph, as structured control flow needs them.
// Structured control flow enters a loop only at its header. Compilers make jumps into the middle of a loop all the same. Such
// a jump takes a detour: it notes in a local where it wants to go, then goes to the header of the outermost loop around its
// target that it is not in, and each header on the way passes it on before anything else. With the detours in place of the
// jumps every graph is reducible.

import { type Region, type RegionBlock, targets } from './region.js';

/** At a loop header: where a jump noted as `ticket` goes on. */
export interface Route {
  /** What the local holds: 1 and up. */
  ticket: number;
  to: number;
  /** The jump ends at `to`. */
  arrives: boolean;
}

/** Arrays are by block index; block 0 is the entry. */
export interface Shape {
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
  /** The detour of a jump between two blocks, if it has to take one: its ticket and where it goes first. */
  detour(from: number, to: number): { ticket: number; first: number } | undefined;
}

/** A jump to where the function has been: it ends there when fuel is used up. */
export function is_back_edge({ place, detour }: Shape, from: number, to: number): boolean {
  return !detour(from, to) && place[to] <= place[from];
}

interface Loop {
  header: number;
  /** Blocks that are gone to from outside. */
  entries: number[];
  members: Set<number>;
}

/** A graph of blocks, each with those that it goes to, seen from the entry. */
interface Graph {
  next: readonly number[][];
  order: number[];
  place: number[];
  dominator: number[];
}

function graph(next: readonly number[][]): Graph {
  const order = reverse_postorder(next);
  const place = places(order, next.length);
  return { next, order, place, dominator: dominators(order, place, next) };
}

/** Is every loop entered at one block only, which all jumps back go to? */
function is_reducible({ next, order, place, dominator }: Graph): boolean {
  const dominates = (a: number, b: number): boolean => {
    let n = b;
    while (place[n] > place[a]) n = dominator[n];
    return n === a;
  };
  return order.every((from) => next[from].every((to) => place[to] > place[from] || dominates(to, from)));
}

interface Detours {
  next: readonly number[][];
  routes: Route[][];
  find(from: number, to: number): { ticket: number; first: number } | undefined;
}
const NO_DETOUR = () => undefined;

/** Leads jumps into the middle of loops through their headers. */
function with_detours({ next: jumps, order, place }: Graph): Detours {
  const loops = find_loops(order, jumps, place);
  const routes: Route[][] = jumps.map(() => []);
  const detours = new Map<number, { ticket: number; first: number }>();
  const edge = (from: number, to: number) => from * jumps.length + to;
  const tickets = new Map<number, number>();
  /** Where a jump goes first. */
  const plan = (from: number, to: number): number => {
    const around = loops.filter(({ header, members }) => header !== to && members.has(to) && !members.has(from));
    if (around.length === 0) return to;
    around.sort((a, b) => b.members.size - a.members.size);
    const stations = [...around.map(({ header }) => header), to];
    if (!tickets.has(to)) tickets.set(to, tickets.size + 1);
    const ticket = tickets.get(to)!;
    for (let k = 0; k < stations.length - 1; k++) {
      const at = routes[stations[k]];
      if (!at.some((route) => route.ticket === ticket))
        at.push({ ticket, to: stations[k + 1], arrives: k === stations.length - 2 });
    }
    detours.set(edge(from, to), { ticket, first: stations[0] });
    return stations[0];
  };
  const next = jumps.map((list, from) => list.map((to) => plan(from, to)));
  routes.forEach((list, from) => {
    for (const { to } of list) next[from].push(to);
  });
  return { next, routes, find: (from, to) => detours.get(edge(from, to)) };
}

/** Finds a region's shape. */
export function shape({ blocks }: Region): Shape {
  const plain = graph(blocks.map(successors));
  const detours: Detours = is_reducible(plain)
    ? { next: plain.next, routes: plain.next.map(() => []), find: NO_DETOUR }
    : with_detours(plain);
  const { next, order, place, dominator } = detours.next === plain.next ? plain : graph(detours.next);
  const is_loop = next.map(() => false);
  const forward = next.map(() => 0);
  for (const from of order)
    for (const to of next[from]) {
      if (place[to] <= place[from]) is_loop[to] = true;
      else forward[to]++;
    }
  // A jump that occurs twice in a block's transfer needs a label, too.
  blocks.forEach((block, from) => {
    if (place[from] < 0 || block.transfer.kind === 'goto') return;
    const seen = new Set<number>();
    for (const { to } of targets(block.transfer)) {
      if (to.block >= 0 && seen.has(to.block)) {
        const first = detours.find(from, to.block)?.first ?? to.block;
        if (place[first] > place[from]) forward[first]++;
      }
      seen.add(to.block);
    }
  });
  return {
    order,
    place,
    dominator,
    is_loop,
    is_merge: forward.map((count) => count > 1),
    routes: detours.routes,
    detour: detours.find,
  };
}

function successors(block: RegionBlock): number[] {
  const list: number[] = [];
  for (const { to } of targets(block.transfer)) if (to.block >= 0 && !list.includes(to.block)) list.push(to.block);
  return list;
}

function places(order: readonly number[], size: number): number[] {
  const place: number[] = new Array(size).fill(-1);
  order.forEach((block, n) => {
    place[block] = n;
  });
  return place;
}

/** Loops that are entered at several blocks, outer ones first, and those blocks. */
export function loops_with_entries(blocks: readonly RegionBlock[]): { members: Set<number>; entries: number[] }[] {
  const plain = graph(blocks.map(successors));
  if (is_reducible(plain)) return [];
  return find_loops(plain.order, plain.next, plain.place).filter(({ entries }) => entries.length > 1);
}

/**
 * Loops, outer ones before those inside them: strongly connected components, and again those of what is left of each without
 * its header. Of several entries the one that comes first in `place` becomes the header.
 */
function find_loops(blocks: readonly number[], next: readonly number[][], place: readonly number[]): Loop[] {
  const loops: Loop[] = [];
  const work: number[][] = [blocks.slice()];
  const entered = next.map(() => [] as number[]);
  for (const from of blocks) for (const to of next[from]) entered[to].push(from);
  for (let nodes = work.pop(); nodes !== undefined; nodes = work.pop())
    for (const component of components(nodes, next)) {
      const members = new Set(component);
      if (component.length === 1 && !next[component[0]].includes(component[0])) continue;
      const entries = component.filter((n) => entered[n].some((from) => !members.has(from)));
      const header = (entries.length > 0 ? entries : component).reduce((a, b) => (place[b] < place[a] ? b : a));
      loops.push({ header, entries, members });
      work.push(component.filter((n) => n !== header));
    }
  return loops;
}

/** Strongly connected components of a subgraph, by Tarjan's algorithm without recursion. */
function components(nodes: readonly number[], next: readonly number[][]): number[][] {
  const inside = new Set(nodes);
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const on_stack = new Set<number>();
  const stack: number[] = [];
  const found: number[][] = [];
  for (const root of nodes) {
    if (index.has(root)) continue;
    const calls: { node: number; at: number }[] = [];
    const open = (node: number) => {
      index.set(node, index.size);
      low.set(node, index.get(node)!);
      stack.push(node);
      on_stack.add(node);
      calls.push({ node, at: 0 });
    };
    open(root);
    while (calls.length > 0) {
      const top = calls[calls.length - 1];
      const to = next[top.node][top.at++];
      if (to !== undefined) {
        if (!inside.has(to)) continue;
        if (!index.has(to)) open(to);
        else if (on_stack.has(to)) low.set(top.node, Math.min(low.get(top.node)!, index.get(to)!));
        continue;
      }
      calls.pop();
      const below = calls[calls.length - 1];
      if (below) low.set(below.node, Math.min(low.get(below.node)!, low.get(top.node)!));
      if (low.get(top.node) !== index.get(top.node)) continue;
      const component: number[] = [];
      for (;;) {
        const node = stack.pop()!;
        on_stack.delete(node);
        component.push(node);
        if (node === top.node) break;
      }
      found.push(component);
    }
  }
  return found;
}

function reverse_postorder(next: readonly number[][]): number[] {
  const order: number[] = [];
  const seen: boolean[] = next.map(() => false);
  const stack: { block: number; rest: number[] }[] = [];
  const visit = (block: number) => {
    seen[block] = true;
    stack.push({ block, rest: next[block].slice() });
  };
  if (next.length > 0) visit(0);
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

/** Immediate dominators: K. Cooper, T. Harvey, K. Kennedy, "A Simple, Fast Dominance Algorithm". */
function dominators(order: readonly number[], place: readonly number[], next: readonly number[][]): number[] {
  const predecessors: number[][] = next.map(() => []);
  for (const from of order) for (const to of next[from]) predecessors[to].push(from);
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
