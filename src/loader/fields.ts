// Reads the fields of ELF structures in the file's own byte order and word size. Offsets must have been checked.

import { ElfError } from './errors.js';

export class FieldReader {
  private readonly view: DataView;
  constructor(
    readonly bytes: Uint8Array,
    readonly little: boolean,
    /** ELF class 64: addresses, offsets and sizes take eight bytes. */
    readonly wide: boolean,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  u8(offset: number): number {
    return this.bytes[offset];
  }
  u16(offset: number): number {
    return this.view.getUint16(offset, this.little);
  }
  u32(offset: number): number {
    return this.view.getUint32(offset, this.little);
  }
  /** A word of the file's class; NaN where its 64 bits exceed 2^53. */
  word(offset: number): number {
    if (!this.wide) return this.u32(offset);
    const high = this.u32(this.little ? offset + 4 : offset);
    return high < 0x200000 ? high * 2 ** 32 + this.u32(this.little ? offset : offset + 4) : Number.NaN;
  }
  /** A word of the file's class that must be a number we can compute with. */
  exact_word(offset: number, what: string): number {
    const value = this.word(offset);
    if (Number.isNaN(value)) throw new ElfError(`${what} is beyond 2^53; is the file damaged?`, offset);
    return value;
  }
}
