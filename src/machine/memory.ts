// Guest memory: one 4 GiB space in a single WebAssembly.Memory, so that interpreter and compiled code share it.
// Guest address a is Wasm address a + GUEST_BASE. The bytes below GUEST_BASE hold the CPU's state (machine/state.ts), out
// of the guest's reach; in return the guest's last GUEST_BASE bytes, 0xfffff000 and up, do not exist. Creation takes some
// milliseconds and no resident memory: the pages come as they are touched.
// A big-endian guest's memory holds words in the host's byte order: the word at a is where it is, the byte at a lies at
// a ^ 3, a half-word at a ^ 2. Aligned words then need no conversion. Only these classes and compiled code know; everybody
// else reads and writes numbers, or bytes by read_bytes() and write_bytes().
// A map with a byte for each 4 KiB page says what is mapped and with which rights. With --memcheck it is consulted
// on every access; otherwise unmapped memory reads zero.

import { GuestFault, hex } from './fault.js';

/** Wasm bytes before guest address 0. */
export const GUEST_BASE = 4096;
export const PAGE_BITS = 12;
export const PAGE_SIZE = 1 << PAGE_BITS;
/** First guest address that does not exist. */
export const GUEST_END = 0x1_0000_0000 - GUEST_BASE;

/** Rights of a page, as in an ELF program header's p_flags. 0 is unmapped. */
export const X = 1;
export const W = 2;
export const R = 4;
/** The system writes there, if the guest may not: what was read once need not stay. */
export const VOLATILE = 8;

/**
 * In Wasm pages of 64 KiB: 4 GiB, of which only what is touched costs memory. It is of the kind that threads share, though
 * none does: for another, V8 collects garbage as soon as it hears of 4 GiB more.
 */
export const MEMORY_SIZE = { initial: 65536, maximum: 65536, shared: true };

export class GuestMemory {
  readonly wasm = new WebAssembly.Memory(MEMORY_SIZE);
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  private readonly i32: Int32Array;
  /** Rights of each page, indexed by address >>> PAGE_BITS. */
  readonly pages = new Uint8Array(1 << (32 - PAGE_BITS));
  readonly big_endian: 0 | 1 = 0;

  constructor() {
    this.u8 = new Uint8Array(this.wasm.buffer);
    this.u16 = new Uint16Array(this.wasm.buffer);
    this.u32 = new Uint32Array(this.wasm.buffer);
    this.i32 = new Int32Array(this.wasm.buffer);
  }

  read_8(address: number): number {
    return this.u8[address + GUEST_BASE];
  }
  read_16(address: number): number {
    if ((address & 1) === 0) return this.u16[(address >>> 1) + GUEST_BASE / 2];
    return this.u8[address + GUEST_BASE] | (this.read_8((address + 1) >>> 0) << 8);
  }
  read_32(address: number): number {
    if ((address & 3) === 0) return this.u32[(address >>> 2) + GUEST_BASE / 4];
    return (this.read_16(address) | (this.read_16((address + 2) >>> 0) << 16)) >>> 0;
  }
  /** 1, 2 or 4 bytes of code, aligned; 4 as a signed number: in V8, half of all words would be objects as unsigned numbers. */
  fetch(address: number, bytes: number): number {
    if (bytes === 4) return this.i32[(address >>> 2) + GUEST_BASE / 4];
    return bytes === 2 ? this.read_16(address) : this.read_8(address);
  }
  write_8(address: number, value: number): void {
    this.u8[address + GUEST_BASE] = value;
  }
  write_16(address: number, value: number): void {
    if ((address & 1) === 0) this.u16[(address >>> 1) + GUEST_BASE / 2] = value;
    else {
      this.write_8(address, value);
      this.write_8((address + 1) >>> 0, value >>> 8);
    }
  }
  write_32(address: number, value: number): void {
    if ((address & 3) === 0) this.u32[(address >>> 2) + GUEST_BASE / 4] = value;
    else {
      this.write_16(address, value);
      this.write_16((address + 2) >>> 0, value >>> 16);
    }
  }

  read_64(address: number): [low: number, high: number] {
    return [this.read_32(address), this.read_32((address + 4) >>> 0)];
  }
  write_64(address: number, low: number, high: number): void {
    this.write_32(address, low);
    this.write_32((address + 4) >>> 0, high);
  }

  /** Gives the pages that [address, address + size) touches these rights, in addition to what they have. */
  map(address: number, size: number, rights: number): void {
    for (let page = address >>> PAGE_BITS; page * PAGE_SIZE < address + size; page++) this.pages[page] |= rights;
  }
  /** Sets the rights of all pages that [address, address + size) touches. */
  protect(address: number, size: number, rights: number): void {
    this.pages.fill(rights, address >>> PAGE_BITS, Math.ceil((address + size) / PAGE_SIZE));
  }
  /** Removes whole pages and clears what was in them. */
  unmap(address: number, size: number): void {
    this.protect(address, size, 0);
    this.u8.fill(0, address + GUEST_BASE, Math.min(address + size, GUEST_END) + GUEST_BASE);
  }
  /** Does all of [address, address + size) lie in pages that have these rights? */
  allows(address: number, size: number, rights: number): boolean {
    if (address + size > GUEST_END) return false;
    for (let page = address >>> PAGE_BITS; page * PAGE_SIZE < address + size; page++)
      if ((this.pages[page] & rights) !== rights) return false;
    return true;
  }

  /** A view (not a copy) of `size` guest bytes; a GuestFault where the range leaves the address space. */
  bytes(address: number, size: number): Uint8Array {
    this.check_range(address, size);
    return this.u8.subarray(address + GUEST_BASE, address + GUEST_BASE + size);
  }
  protected check_range(address: number, size: number): void {
    if (address + size > GUEST_END)
      throw new GuestFault('SIGSEGV', `${size} bytes at ${hex(address)} leave the address space`, address);
  }
  /** `size` guest bytes in the guest's order, to be looked at now: they may be a view. Rights are not checked. */
  read_bytes(address: number, size: number): Uint8Array {
    return this.bytes(address, size);
  }
  /** Copies bytes into the guest. Rights are not checked. */
  write_bytes(address: number, from: Uint8Array): void {
    this.bytes(address, from.length).set(from);
  }
  /** Lets `read` put bytes into the guest, at most `size`; returns what it returns: how many it has put there. */
  receive_bytes(address: number, size: number, read: (into: Uint8Array) => number): number {
    return read(this.bytes(address, size));
  }
  /** Makes a range zero. */
  clear(address: number, size: number): void {
    this.bytes(address, size).fill(0);
  }
  /** The bytes of a zero-terminated string, without the zero; at most `limit` bytes are looked at. */
  c_string(address: number, limit = 65536): Uint8Array {
    const start = address + GUEST_BASE;
    const end = this.u8.subarray(start, Math.min(start + limit, this.u8.length)).indexOf(0);
    return this.u8.subarray(start, end < 0 ? Math.min(start + limit, this.u8.length) : start + end);
  }
}

/** Memory of a big-endian guest. */
export class BigEndianMemory extends GuestMemory {
  override readonly big_endian = 1;

  override read_8(address: number): number {
    return this.u8[((address ^ 3) >>> 0) + GUEST_BASE];
  }
  override read_16(address: number): number {
    if ((address & 1) === 0) return this.u16[((address ^ 2) >>> 1) + GUEST_BASE / 2];
    return (this.read_8(address) << 8) | this.read_8((address + 1) >>> 0);
  }
  override read_32(address: number): number {
    if ((address & 3) === 0) return this.u32[(address >>> 2) + GUEST_BASE / 4];
    return ((this.read_16(address) << 16) | this.read_16((address + 2) >>> 0)) >>> 0;
  }
  override write_8(address: number, value: number): void {
    this.u8[((address ^ 3) >>> 0) + GUEST_BASE] = value;
  }
  override write_16(address: number, value: number): void {
    if ((address & 1) === 0) this.u16[((address ^ 2) >>> 1) + GUEST_BASE / 2] = value;
    else {
      this.write_8(address, value >>> 8);
      this.write_8((address + 1) >>> 0, value);
    }
  }
  override write_32(address: number, value: number): void {
    if ((address & 3) === 0) this.u32[(address >>> 2) + GUEST_BASE / 4] = value;
    else {
      this.write_16(address, value >>> 16);
      this.write_16((address + 2) >>> 0, value);
    }
  }

  override read_64(address: number): [low: number, high: number] {
    return [this.read_32((address + 4) >>> 0), this.read_32(address)];
  }
  override write_64(address: number, low: number, high: number): void {
    this.write_32(address, high);
    this.write_32((address + 4) >>> 0, low);
  }

  override bytes(): never {
    throw new Error('the bytes of a big-endian guest lie in another order: use read_bytes() and write_bytes()');
  }
  override read_bytes(address: number, size: number): Uint8Array {
    this.check_range(address, size);
    const bytes = new Uint8Array(size);
    const { head, words } = parts_of(address, size);
    for (let n = 0; n < head; n++) bytes[n] = this.u8[this.place_of(address + n)];
    bytes.set(this.u8.subarray(address + head + GUEST_BASE, address + head + words + GUEST_BASE), head);
    swap_words(bytes, head, words);
    for (let n = head + words; n < size; n++) bytes[n] = this.u8[this.place_of(address + n)];
    return bytes;
  }
  override write_bytes(address: number, from: Uint8Array): void {
    this.check_range(address, from.length);
    const { head, words } = parts_of(address, from.length);
    for (let n = 0; n < head; n++) this.u8[this.place_of(address + n)] = from[n];
    this.u8.set(from.subarray(head, head + words), address + head + GUEST_BASE);
    swap_words(this.u8, address + head + GUEST_BASE, words);
    for (let n = head + words; n < from.length; n++) this.u8[this.place_of(address + n)] = from[n];
  }
  private place_of(address: number): number {
    return ((address ^ 3) >>> 0) + GUEST_BASE;
  }
  override receive_bytes(address: number, size: number, read: (into: Uint8Array) => number): number {
    this.check_range(address, size);
    const bytes = new Uint8Array(Math.min(size, LONGEST_COPY));
    const count = read(bytes);
    this.write_bytes(address, bytes.subarray(0, count));
    return count;
  }
  override clear(address: number, size: number): void {
    this.check_range(address, size);
    const { head, words } = parts_of(address, size);
    for (let n = 0; n < head; n++) this.u8[this.place_of(address + n)] = 0;
    this.u8.fill(0, address + head + GUEST_BASE, address + head + words + GUEST_BASE);
    for (let n = head + words; n < size; n++) this.u8[this.place_of(address + n)] = 0;
  }
  override c_string(address: number, limit = 65536): Uint8Array {
    const most = Math.min(limit, GUEST_END - address);
    // Most strings are short.
    for (let size = Math.min(64, most); ; size = Math.min(size * 8, most)) {
      const bytes = this.read_bytes(address, size);
      const end = bytes.indexOf(0);
      if (end >= 0) return bytes.subarray(0, end);
      if (size === most) return bytes;
    }
  }
}

/** Of a range, the bytes before its first whole word, and those of whole words. */
export function parts_of(address: number, size: number): { head: number; words: number } {
  const head = Math.min(-address & 3, size);
  // The size may have 32 bits.
  return { head, words: size - head - ((size - head) % 4) };
}

/** Reverses the bytes of words. */
function swap_words(bytes: Uint8Array, at: number, size: number): void {
  Buffer.from(bytes.buffer, bytes.byteOffset + at, size).swap32();
}

/** Bytes that are received by way of a copy at a time. */
const LONGEST_COPY = 0x400_0000;

function check(memory: GuestMemory, address: number, size: number, right: number): void {
  if (memory.allows(address, size, right)) return;
  const what = right === W ? 'write to' : 'read from';
  const state = memory.pages[address >>> PAGE_BITS] === 0 ? 'unmapped' : right === W ? 'read-only' : 'unreadable';
  const null_pointer = address < PAGE_SIZE ? ' (a null pointer?)' : '';
  throw new GuestFault('SIGSEGV', `${what} ${state} address ${hex(address)}${null_pointer}`, address);
}

/** The same memory, but it faults on each access to a page without the right for it. */
function checked(Unchecked: typeof GuestMemory): typeof GuestMemory {
  return class extends Unchecked {
    /** Code need not be readable. */
    override fetch(address: number, bytes: number): number {
      return bytes === 2 ? super.read_16(address) : bytes === 1 ? super.read_8(address) : super.fetch(address, bytes);
    }
    override read_8(address: number): number {
      check(this, address, 1, R);
      return super.read_8(address);
    }
    override read_16(address: number): number {
      check(this, address, 2, R);
      return super.read_16(address);
    }
    override read_32(address: number): number {
      check(this, address, 4, R);
      return super.read_32(address);
    }
    override write_8(address: number, value: number): void {
      check(this, address, 1, W);
      super.write_8(address, value);
    }
    override write_16(address: number, value: number): void {
      check(this, address, 2, W);
      super.write_16(address, value);
    }
    override write_32(address: number, value: number): void {
      check(this, address, 4, W);
      super.write_32(address, value);
    }
  };
}

/** Memory for a guest of this byte order, with rights checked on every access or not. */
export function make_memory(endianness: 'little' | 'big', with_checks = false): GuestMemory {
  const Unchecked = endianness === 'little' ? GuestMemory : BigEndianMemory;
  const Memory = with_checks ? checked(Unchecked) : Unchecked;
  return new Memory();
}
