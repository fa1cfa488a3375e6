// Compiled code that outlives a run: modules with all that has to be the same in the next run before they may be used again.
// That is the guest's code that a module was made from, compared byte by byte, and the constant memory that its loads
// became numbers from. What else it depends on (the ISA, the program, parameters, our version) whoever stores it sees to.
//
// As bytes: the length of a JSON text, the text, and behind it what the text tells the length of. Anything malformed reads as
// nothing at all.

import type { GuestMemory } from '../../machine/memory.js';
import { VOLATILE, W, X } from '../../machine/memory.js';
import type { Grade } from '../ir/region.js';

/** Addresses from `start` to before `end`. */
export type Range = readonly [start: number, end: number];

/** Guest memory as it was. */
export interface Extent {
  start: number;
  bytes: Uint8Array;
}

export interface SavedModule {
  /** Keys of its regions: that of the exported function r0, of r1, … */
  keys: number[];
  /** Of each region, keys of its other entries. */
  entries: number[][];
  /** Guest instructions in them. */
  size: number;
  /** How well it is built (ir/region.ts). */
  grade: Grade;
  wasm: Uint8Array;
  code: Extent[];
}

export interface SavedCode {
  modules: SavedModule[];
  constants: Extent[];
}

/** Overlapping and touching ranges become one. */
export function union(ranges: Iterable<Range>): Range[] {
  const joined: [number, number][] = [];
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = joined[joined.length - 1];
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else joined.push([start, end]);
  }
  return joined;
}

/** What memory holds there now. */
export function extents(memory: GuestMemory, ranges: Iterable<Range>): Extent[] {
  return union(ranges).map(([start, end]) => ({ start, bytes: memory.read_bytes(start, end - start).slice() }));
}

/** Is the same code there, and may be executed? */
export function same_code(memory: GuestMemory, code: readonly Extent[]): boolean {
  return code.every((extent) => memory.allows(extent.start, extent.bytes.length, X) && same_bytes(memory, extent));
}

/** Are the same constants there, in memory that cannot be written? */
export function same_constants(memory: GuestMemory, constants: readonly Extent[]): boolean {
  return constants.every(
    (extent) => is_constant(memory, extent.start, extent.bytes.length) && same_bytes(memory, extent),
  );
}

/** Is memory mapped there, and does nobody write to it? */
export function is_constant(memory: GuestMemory, start: number, size: number): boolean {
  for (let page = start >>> 12; page <= (start + size - 1) >>> 12; page++)
    if (memory.pages[page] === 0 || (memory.pages[page] & (W | VOLATILE)) !== 0) return false;
  return true;
}

function same_bytes(memory: GuestMemory, { start, bytes }: Extent): boolean {
  const now = memory.read_bytes(start, bytes.length);
  return bytes.every((byte, n) => byte === now[n]);
}

/** Shape of the JSON text. */
interface Index {
  modules: {
    keys: number[];
    entries: number[][];
    size: number;
    grade: number;
    wasm: number;
    code: [start: number, size: number][];
  }[];
  constants: [start: number, size: number][];
}

export function encode_saved({ modules, constants }: SavedCode): Uint8Array {
  const sizes = (list: readonly Extent[]) => list.map(({ start, bytes }): [number, number] => [start, bytes.length]);
  const index: Index = {
    modules: modules.map(({ keys, entries, size, grade, wasm, code }) => ({
      keys,
      entries,
      size,
      grade,
      wasm: wasm.length,
      code: sizes(code),
    })),
    constants: sizes(constants),
  };
  const text = new TextEncoder().encode(JSON.stringify(index));
  const parts = [
    text,
    ...modules.flatMap(({ wasm, code }) => [wasm, ...code.map(({ bytes }) => bytes)]),
    ...constants.map(({ bytes }) => bytes),
  ];
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 4));
  new DataView(whole.buffer).setUint32(0, text.length, true);
  let at = 4;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The reverse; undefined for bytes that are nothing of the kind. */
export function decode_saved(whole: Uint8Array): SavedCode | undefined {
  try {
    const text = new DataView(whole.buffer, whole.byteOffset, whole.length).getUint32(0, true);
    let at = 4;
    const take = (length: number): Uint8Array => {
      if (!Number.isInteger(length) || length < 0 || at + length > whole.length) throw new RangeError('too short');
      at += length;
      return whole.subarray(at - length, at);
    };
    const index = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(take(text))) as Index;
    const extent = ([start, size]: [number, number]): Extent => ({ start: address(start), bytes: take(size) });
    const modules = index.modules.map(({ keys, entries, size, grade, wasm, code }) => ({
      keys: keys.map(address),
      entries: keys.map((_, n) => entries[n].map(address)),
      size: address(size),
      grade: grade_of(grade),
      wasm: take(wasm),
      code: code.map(extent),
    }));
    const constants = index.constants.map(extent);
    return at === whole.length ? { modules, constants } : undefined;
  } catch {
    return undefined;
  }
}

function grade_of(n: number): Grade {
  if (n !== 0 && n !== 1 && n !== 2) throw new RangeError('no grade');
  return n;
}

function address(n: number): number {
  if (!Number.isInteger(n) || n < 0 || n > 0xffffffff) throw new RangeError('no address');
  return n;
}
