// An instruction that a fuzzer makes up: random bits around a row's pattern, and fields that can be set afterwards.

import { bits, trim_32 } from '../../src/adl/index.js';
import type { Row } from '../../src/decoder-gen/index.js';
import type { Random } from './random.js';

/** An instruction being made up, and the registers it will find. */
export class Draft {
  word: number;
  constructor(
    readonly set: string,
    readonly row: Row,
    readonly random: Random,
    readonly before: number[],
  ) {
    this.word = trim_32((random.word() & ~row.mask & bits(0xffffffff, row.width - 1, 0)) | row.value);
  }
  has(field: string): boolean {
    return this.row.fields.has(field);
  }
  get(field: string): number {
    let value = 0;
    for (const { high, low } of this.row.fields.get(field) ?? [])
      value = (value << (high - low + 1)) | bits(this.word, high, low);
    return value;
  }
  put(field: string, value: number): void {
    let rest = value;
    for (const { high, low } of [...(this.row.fields.get(field) ?? [])].reverse()) {
      const mask = bits(0xffffffff, high - low, 0);
      this.word = trim_32((this.word & ~(mask << low)) | ((rest & mask) << low));
      rest >>>= high - low + 1;
    }
  }
}
