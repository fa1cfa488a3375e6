// Where everything lies in a guest's 4 GiB. The one place that decides it; loader, system calls and debugger read it.
//
//   0x00000000                 unmapped unless the program itself lies there: null pointers
//   as linked                  the program: text, data, bss
//   page after its end         heap, grown by brk up to 0x80000000
//   0x80000000 … 0x807fffff    never mapped
//   0x80800000 … 0xbf7fffff    stack, growing down from the upper end; below it nothing is mapped, where an overflow shows
//   0xbf800000 … 0xbfffffff    never mapped by us: MIPS boards have their monitor's entry points at 0xbfc00000
//   0xc0000000 … 0xfeffffff    anonymous mappings (mmap)
//   0xff000000 … 0xffffefff    never mapped by us: ARM Linux has its kernel helpers in the page 0xffff0000
//   0xfffff000                 does not exist (machine/memory.ts)
//
// A program linked into the upper half gets other places: see plan_address_space.
// The stack is larger than the 8 MiB of Linux and qemu, so that a million nested calls are nothing special; a page costs
// memory only when it is touched.

import { PAGE_SIZE } from '../machine/memory.js';

/** From `start` up to, not including, `end`; multiples of the page size. */
export interface Range {
  start: number;
  end: number;
}

export interface AddressSpace {
  /** What the LOAD segments span, in pages. */
  program: Range;
  /** `start` is the initial break; brk may grow it to `end`. */
  heap: Range;
  /** Where mmap finds room. */
  mmap: Range;
  /** Grows down from `end`. */
  stack: Range;
}

const LOW_END = 0x8000_0000;
const GUARD = 0x0080_0000;
const STACK: Range = { start: LOW_END + GUARD, end: 0xbf80_0000 };
const MMAP: Range = { start: 0xc000_0000, end: 0xff00_0000 };
const MONITOR: Range = { start: 0xbf80_0000, end: 0xc000_0000 };
const LOWEST = 0x0001_0000;

/** Bytes of stack unless told otherwise. There is room for 1008 MiB. */
export const STACK_SIZE = 0x1000_0000;

const page_floor = (address: number): number => Math.floor(address / PAGE_SIZE) * PAGE_SIZE;
const page_ceiling = (address: number): number => Math.ceil(address / PAGE_SIZE) * PAGE_SIZE;

/**
 * Places heap, mappings and stack around a program that occupies `segments` (address and size in bytes, below GUEST_END).
 * `stack_size` in bytes is rounded up to pages, and down to what there is room for.
 */
export function plan_address_space(
  segments: readonly { address: number; size: number }[],
  stack_size = STACK_SIZE,
): AddressSpace {
  const used = segments.map(({ address, size }) => ({ start: page_floor(address), end: page_ceiling(address + size) }));
  const end = used.reduce((highest, range) => Math.max(highest, range.end), PAGE_SIZE);
  const start = used.reduce((lowest, range) => Math.min(lowest, range.start), end);
  const program = { start, end };
  const wanted_stack = Math.max(page_ceiling(stack_size), PAGE_SIZE);
  if (end < LOW_END) {
    const stack = { start: Math.max(STACK.end - wanted_stack, STACK.start), end: STACK.end };
    return { program, heap: { start: end, end: LOW_END }, mmap: { ...MMAP }, stack };
  }

  // Something lies in the upper half. The heap follows the program if it can; stack and mappings share the widest gap.
  const gaps = gaps_between([...used, MONITOR]);
  const heap_gap = gaps.find((gap) => gap.start === end) ?? { start: end, end };
  const others = gaps.filter((gap) => gap !== heap_gap);
  const widest = others.reduce((best, gap) => (gap.end - gap.start > best.end - best.start ? gap : best), {
    start: end,
    end,
  });
  const middle = page_floor(widest.start + (widest.end - widest.start) / 2);
  const stack_start = Math.max(widest.end - wanted_stack, middle);
  return {
    program,
    heap: heap_gap,
    mmap: { start: widest.start, end: Math.max(page_floor(stack_start - GUARD), widest.start) },
    stack: { start: stack_start, end: widest.end },
  };
}

/** The free ranges among these used ones, lowest first. */
function gaps_between(used: readonly Range[]): Range[] {
  const gaps: Range[] = [];
  let free = LOWEST;
  for (const { start, end } of used.toSorted((a, b) => a.start - b.start)) {
    if (start > free) gaps.push({ start: free, end: Math.min(start, MMAP.end) });
    free = Math.max(free, end);
  }
  if (free < MMAP.end) gaps.push({ start: free, end: MMAP.end });
  return gaps;
}
