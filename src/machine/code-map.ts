// Where code lies that somebody has decoded, byte by byte: for guests that rewrite it without saying so (`--jit smc=all`).
// A store consults it: the interpreter's by way of watch_stores(), compiled code's by itself, in a map of bits that lies in
// the machine's own part of Wasm memory. A bit stands for many pages: one that is set means that a closer look is needed.

import { CODE_MAP, CODE_MAP_SIZE } from './layout.js';
import { type GuestMemory, PAGE_BITS, PAGE_SIZE } from './memory.js';

/** Bytes that a store reaches beyond the page of its address, at most. */
const REACH = 7;

export class CodeMap {
  private readonly bits: Uint8Array;
  /** Pages whose bit it is. */
  private readonly counts = new Map<number, number>();
  /** By page: 1 for each byte of code. */
  private readonly pages = new Map<number, Uint8Array>();

  constructor(memory: GuestMemory) {
    this.bits = memory.u8.subarray(CODE_MAP, CODE_MAP + CODE_MAP_SIZE);
  }

  /** Instructions in [start, end) have been decoded. */
  note(start: number, end: number): void {
    for (let at = start; at < end; at++) this.page(at >>> PAGE_BITS)[at % PAGE_SIZE] = 1;
    // A store to the page before may reach them.
    if (start % PAGE_SIZE < REACH && start >= PAGE_SIZE) this.page((start >>> PAGE_BITS) - 1);
  }
  private page(page: number): Uint8Array {
    let bytes = this.pages.get(page);
    if (bytes === undefined) {
      this.pages.set(page, (bytes = new Uint8Array(PAGE_SIZE)));
      const bit = bit_of(page);
      this.counts.set(bit, (this.counts.get(bit) ?? 0) + 1);
      this.bits[bit >>> 3] |= 1 << (bit & 7);
    }
    return bytes;
  }

  /** Is there code in any byte of [address, address + size)? Quickly no, almost always. */
  holds(address: number, size: number): boolean {
    const bit = bit_of(address >>> PAGE_BITS);
    if (((this.bits[bit >>> 3] >>> (bit & 7)) & 1) === 0) return false;
    for (let at = address; at < address + size; at++)
      if (this.pages.get(at >>> PAGE_BITS)?.[at % PAGE_SIZE] === 1) return true;
    return false;
  }

  /** What was decoded in [start, end) is forgotten. */
  forget(start: number, end: number): void {
    for (const [page, bytes] of this.pages) {
      const [from, to] = [start - page * PAGE_SIZE, end - page * PAGE_SIZE];
      if (from < PAGE_SIZE && to > 0) bytes.fill(0, Math.max(from, 0), Math.min(to, PAGE_SIZE));
    }
  }
}

/**
 * The bit of a page: its low bits, mixed with its highest, so that code at the beginning of memory and data mapped far above
 * have different ones. Compiled code computes the same (jit/frontend/symbolic.ts).
 */
const bit_of = (page: number): number => (page ^ ((page >>> 9) << 3)) & (CODE_MAP_SIZE * 8 - 1);

/** From now on `tell` hears of every store to code, after it. */
export function watch_stores(memory: GuestMemory, map: CodeMap, tell: (start: number, end: number) => void): void {
  const { write_8, write_16, write_32 } = memory;
  const after = (address: number, size: number) => {
    if (map.holds(address, size)) tell(address, address + size);
  };
  memory.write_8 = (address, value) => {
    write_8.call(memory, address, value);
    after(address, 1);
  };
  memory.write_16 = (address, value) => {
    write_16.call(memory, address, value);
    after(address, 2);
  };
  memory.write_32 = (address, value) => {
    write_32.call(memory, address, value);
    after(address, 4);
  };
}
