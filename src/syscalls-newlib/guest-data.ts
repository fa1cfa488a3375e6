// Guest memory as system calls see it: every range is checked against the page map first, so that a bad pointer fails
// with EFAULT as under Linux; numbers in the guest's byte order; structures written from a one-line layout.

import { type GuestMemory, PAGE_SIZE, R, W, X } from '../machine/memory.js';
import { fail } from './errno.js';

/** A C structure: fields in order, each `name:bytes`; alignment is natural up to a limit. `pad` fields are zero. */
export interface Layout {
  readonly size: number;
  readonly fields: readonly { name: string; offset: number; size: number }[];
}

const layouts = new Map<string, Layout>();

/** Reads 'dev:4 ino:4 mode:2 …'; `total` is the structure's size where it ends in padding. */
export function layout_of(description: string, max_align: number, total = 0): Layout {
  const key = `${description}/${max_align}`;
  let layout = layouts.get(key);
  if (layout === undefined) {
    let end = 0;
    const fields = description.split(' ').map((word) => {
      const [name, bytes] = word.split(':');
      const size = Number(bytes);
      const align = Math.min(size, max_align, 8);
      const offset = name === 'pad' ? end : Math.ceil(end / align) * align;
      end = offset + size;
      return { name, offset, size };
    });
    layout = { size: Math.max(end, total), fields: fields.filter(({ name }) => name !== 'pad') };
    layouts.set(key, layout);
  }
  return layout;
}

/** Is a page of the range executable? */
export function may_hold_code(memory: GuestMemory, address: number, size: number): boolean {
  const last = Math.floor((address + size - 1) / PAGE_SIZE);
  for (let page = Math.floor(address / PAGE_SIZE); page <= last; page++)
    if ((memory.pages[page] & X) !== 0) return true;
  return false;
}

/** Longest path that Linux takes, PATH_MAX, with its zero byte. */
const PATH_MAX = 4096;

export class GuestData {
  constructor(
    readonly memory: GuestMemory,
    readonly little: boolean,
    /** Told of each range in executable pages that the host has written. */
    private readonly code_written: (start: number, end: number) => void,
  ) {}

  /** The longest prefix of a range that has these rights; EFAULT if there is none and the range is not empty. */
  prefix(address: number, size: number, rights: number): number {
    if (size === 0 || this.memory.allows(address, size, rights)) return size;
    let end = address;
    const step = () => Math.min((Math.floor(end / PAGE_SIZE) + 1) * PAGE_SIZE, address + size);
    while (end < address + size && this.memory.allows(end, step() - end, rights)) end = step();
    return end === address ? fail('EFAULT') : end - address;
  }
  /** Bytes of the guest's, to be looked at now; they may be a view. */
  input(address: number, size: number): Uint8Array {
    if (size > 0 && !this.memory.allows(address, size, R)) fail('EFAULT');
    return this.memory.read_bytes(address, size);
  }
  private check_writable(address: number, size: number): void {
    if (size > 0 && !this.memory.allows(address, size, W)) fail('EFAULT');
  }
  /** Lets `read` put bytes into the guest, at most `size`; returns what it returns: how many it has put there. */
  receive(address: number, size: number, read: (into: Uint8Array) => number): number {
    this.check_writable(address, size);
    const count = this.memory.receive_bytes(address, size, read);
    this.changed(address, count);
    return count;
  }
  changed(address: number, size: number): void {
    if (size > 0 && may_hold_code(this.memory, address, size)) this.code_written(address, address + size);
  }
  /** Copies bytes into the guest. */
  put_bytes(address: number, from: Uint8Array): void {
    this.check_writable(address, from.length);
    this.memory.write_bytes(address, from);
    this.changed(address, from.length);
  }

  private number_at(bytes: Uint8Array, offset: number, size: number): number {
    let value = 0;
    for (let n = 0; n < size; n++) value = value * 256 + bytes[offset + (this.little ? size - 1 - n : n)];
    return value;
  }
  /** Puts a number modulo 2^64. */
  private store(bytes: Uint8Array, offset: number, size: number, value: number | bigint): void {
    const wide = typeof value === 'bigint';
    const low = wide ? Number(BigInt.asUintN(32, value)) : value;
    const high = wide ? Number(BigInt.asUintN(32, value >> 32n)) : Math.floor(Math.trunc(value) / 2 ** 32);
    for (let n = 0; n < size; n++)
      bytes[offset + (this.little ? n : size - 1 - n)] = (n < 4 ? low : high) >>> (8 * (n % 4));
  }
  get_8(address: number): number {
    return this.input(address, 1)[0];
  }
  get_16(address: number): number {
    return this.number_at(this.input(address, 2), 0, 2);
  }
  /** Unsigned. */
  get_32(address: number): number {
    return this.number_at(this.input(address, 4), 0, 4);
  }
  get_64(address: number): bigint {
    const bytes = this.input(address, 8);
    const [low, high] = this.little ? [0, 4] : [4, 0];
    return (BigInt(this.number_at(bytes, high, 4)) << 32n) | BigInt(this.number_at(bytes, low, 4));
  }
  /** A 64-bit set as two words, the low one first in either byte order: signal masks. */
  get_64_words(address: number): bigint {
    return BigInt(this.get_32(address)) | (BigInt(this.get_32(address + 4)) << 32n);
  }
  put_64_words(address: number, value: bigint): void {
    this.put_32(address, Number(value & 0xffffffffn));
    this.put_32(address + 4, Number((value >> 32n) & 0xffffffffn));
  }
  put_8(address: number, value: number): void {
    this.put(address, 1, value);
  }
  put_32(address: number, value: number): void {
    this.put(address, 4, value);
  }
  put_64(address: number, value: bigint): void {
    this.put(address, 8, value);
  }
  private put(address: number, size: number, value: number | bigint): void {
    const bytes = new Uint8Array(size);
    this.store(bytes, 0, size, value);
    this.put_bytes(address, bytes);
  }

  /** Writes a whole structure; fields without a value are zero. */
  put_struct(address: number, layout: Layout, values: Readonly<Record<string, number | bigint>>): void {
    const bytes = new Uint8Array(layout.size);
    for (const { name, offset, size } of layout.fields) this.store(bytes, offset, size, values[name] ?? 0);
    this.put_bytes(address, bytes);
  }
  /** Reads a structure's fields, as unsigned numbers (8-byte ones as signed, which times are). */
  get_struct(address: number, layout: Layout): Record<string, number> {
    const bytes = this.input(address, layout.size);
    const values: Record<string, number> = {};
    for (const { name, offset, size } of layout.fields) {
      if (size < 8) values[name] = this.number_at(bytes, offset, size);
      else values[name] = Number(BigInt.asIntN(64, this.get_64(address + offset)));
    }
    return values;
  }

  /** A zero-terminated string as a byte string. ENAMETOOLONG beyond `limit` bytes. */
  c_string(address: number, limit = PATH_MAX): string {
    let text = '';
    for (let at = address; ; ) {
      const end = Math.min((Math.floor(at / PAGE_SIZE) + 1) * PAGE_SIZE, address + limit);
      const bytes = this.input(at, end - at);
      const zero = bytes.indexOf(0);
      text += latin1(zero < 0 ? bytes : bytes.subarray(0, zero));
      if (zero >= 0) return text;
      if (end === address + limit) fail('ENAMETOOLONG');
      at = end;
    }
  }
  /** Writes a byte string and its zero byte; returns the bytes written. */
  put_string(address: number, text: string): number {
    this.put_bytes(address, from_latin1(`${text}\0`));
    return text.length + 1;
  }
}

/** Bytes → a byte string of as many characters. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

export function from_latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
