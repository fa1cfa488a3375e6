// Compiled code that outlives a run: modules with all that has to be the same in the next run before they may be used again.
// That is the guest's code that a module was made from, compared byte by byte, and the constant memory that its loads
// became numbers from. What else it depends on (the ISA, the program, parameters, our version) whoever stores it sees to.
//
// As bytes: the length of a JSON text, the text, and behind it what the text tells the length of. Anything malformed reads as
// nothing at all.

import type { GuestMemory } from '../../machine/memory.js';
import { VOLATILE, W, X } from '../../machine/memory.js';
import type { Call, RegionFunction } from '../backend/calls.js';
import type { Grade } from '../ir/region.js';

/** Addresses from `start` to before `end`. */
export type Range = readonly [start: number, end: number];

/** Guest memory as it was. */
export interface Extent {
  start: number;
  bytes: Uint8Array;
}

/** A region's function. */
export interface SavedFunction {
  key: number;
  /** Keys of its other entries. */
  entries: number[];
  /** How many guest instructions it has, and where they are. */
  size: number;
  ranges: Range[];
  /** How well it is built (ir/region.ts). */
  grade: Grade;
  /** Its code in the module, for other modules; undefined if it cannot be had. */
  code: RegionFunction | undefined;
}

export interface SavedModule {
  /** As the module exports them: r0, r1, … */
  functions: SavedFunction[];
  wasm: Uint8Array;
  /** What the host has made of it (NativeCode), or nothing. */
  native: Uint8Array;
  /** What it was made from. */
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
    functions: { key: number; entries: number[]; size: number; grade: number }[];
    /** Words about the functions: lists of numbers with their lengths before them. */
    words: number;
    wasm: number;
    native: number;
    code: [start: number, size: number][];
  }[];
  constants: [start: number, size: number][];
}

/** In the words about a call. */
const IS_LAST = 1;
const HAS_KEY = 2;

export function encode_saved({ modules, constants }: SavedCode): Uint8Array {
  const sizes = (list: readonly Extent[]) => list.map(({ start, bytes }): [number, number] => [start, bytes.length]);
  const words = modules.map(words_of);
  const index: Index = {
    modules: modules.map(({ functions, wasm, native, code }, n) => ({
      functions: functions.map(({ key, entries, size, grade }) => ({ key, entries, size, grade })),
      words: words[n].length,
      wasm: wasm.length,
      native: native.length,
      code: sizes(code),
    })),
    constants: sizes(constants),
  };
  const text = new TextEncoder().encode(JSON.stringify(index));
  const parts = [
    text,
    ...modules.flatMap(({ wasm, native, code }, n) => [
      bytes_of(words[n]),
      wasm,
      native,
      ...code.map(({ bytes }) => bytes),
    ]),
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

function words_of({ functions, wasm }: SavedModule): number[] {
  const words: number[] = [];
  const list = (numbers: number[]) => words.push(numbers.length, ...numbers);
  for (const { ranges, code } of functions) {
    list(ranges.flat());
    const start = code === undefined ? 0 : code.body.byteOffset - wasm.byteOffset;
    list(code === undefined ? [] : [start, start + code.body.length]);
    list(
      (code?.calls ?? []).flatMap(({ start, end, key, last }) => [
        start,
        end,
        key ?? 0,
        (last ? IS_LAST : 0) | (key === undefined ? 0 : HAS_KEY),
      ]),
    );
  }
  return words;
}

function bytes_of(words: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  words.forEach((word, n) => view.setUint32(n * 4, word, true));
  return new Uint8Array(view.buffer);
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
    const modules = index.modules.map(({ functions, words, wasm, native, code }): SavedModule => {
      const about = new Words(take(words * 4));
      const module = take(wasm);
      return {
        functions: functions.map((one) => ({
          key: address(one.key),
          entries: one.entries.map(address),
          size: address(one.size),
          grade: grade_of(one.grade),
          ranges: pairs(about.list()),
          code: code_of(module, about.list(), about.list()),
        })),
        wasm: module,
        native: take(native),
        code: code.map(extent),
      };
    });
    const constants = index.constants.map(extent);
    return at === whole.length ? { modules, constants } : undefined;
  } catch {
    return undefined;
  }
}

class Words {
  private at = 0;
  private readonly view: DataView;
  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  list(): number[] {
    const list = new Array<number>(this.next());
    for (let n = 0; n < list.length; n++) list[n] = this.next();
    return list;
  }
  private next(): number {
    this.at += 4;
    return this.view.getUint32(this.at - 4, true);
  }
}

function pairs(numbers: readonly number[]): Range[] {
  const list: Range[] = [];
  for (let n = 0; n < numbers.length; n += 2) list.push([numbers[n], numbers[n + 1]]);
  return list;
}

function code_of(wasm: Uint8Array, place: number[], numbers: readonly number[]): RegionFunction | undefined {
  if (place.length === 0) return undefined;
  const calls: Call[] = [];
  for (let n = 0; n < numbers.length; n += 4) {
    const [start, end, key, flags] = numbers.slice(n, n + 4);
    calls.push({ start, end, key: (flags & HAS_KEY) === 0 ? undefined : key, last: (flags & IS_LAST) !== 0 });
  }
  return { body: wasm.subarray(place[0], place[1]), calls };
}

function grade_of(n: number): Grade {
  if (n !== 0 && n !== 1 && n !== 2) throw new RangeError('no grade');
  return n;
}

function address(n: number): number {
  if (!Number.isInteger(n) || n < 0 || n > 0xffffffff) throw new RangeError('no address');
  return n;
}
