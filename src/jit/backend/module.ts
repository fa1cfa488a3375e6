// Regions → one WebAssembly module: it imports memory and the table through which regions find each other, and exports each
// region's function as 'r0', 'r1', …

import { EXIT_REASON, FUEL, MISSED } from '../../machine/layout.js';
import type { Region } from '../ir/region.js';
import { Bytes, I32, op } from './bytes.js';
import { emit_region } from './emit.js';

/** Places in the table of regions; a power of two. */
export const TABLE_SIZE = 1 << 14;

/** Where the table has the region of a key, if it is there. */
export function place_of(key: number): number {
  return ((key >>> 1) ^ (key >>> 17)) & (TABLE_SIZE - 1);
}

const MAGIC = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** Type 0: (fuel, depth, key) → (key, fuel). */
const REGION_TYPE = [0x60, 3, I32, I32, I32, 2, I32, I32];

function imports(module: Bytes, with_table = true): void {
  module.section(2, (section) => {
    section.u32(with_table ? 2 : 1);
    section.name('e');
    section.name('m');
    section.bytes([2, 1]);
    section.u32(65536);
    section.u32(65536);
    if (!with_table) return;
    section.name('e');
    section.name('t');
    section.bytes([1, 0x70, 0]);
    section.u32(TABLE_SIZE);
  });
}

/** Encodes a module of regions. */
export function emit_module(regions: readonly Region[], slots: number): Uint8Array {
  const local = new Map(regions.map((region, n) => [region.key, n]));
  const linkage = { type: 0, local: (key: number) => local.get(key), place: place_of, mask: TABLE_SIZE - 1 };
  const bodies = regions.map((region) => emit_region(region, slots, linkage));
  const module = new Bytes();
  module.bytes(MAGIC);
  module.section(1, (section) => {
    section.u32(1);
    section.bytes(REGION_TYPE);
  });
  imports(module);
  module.section(3, (section) => {
    section.u32(regions.length);
    for (const _ of regions) section.u32(0);
  });
  module.section(7, (section) => {
    section.u32(regions.length);
    regions.forEach((_, n) => {
      section.name(`r${n}`);
      section.byte(0);
      section.u32(n);
    });
  });
  module.section(10, (section) => {
    section.u32(bodies.length);
    for (const body of bodies) section.sized(body);
  });
  return module.view();
}

/** The module of 'miss', which fills all free places of the table: it returns the key it is called with. */
export function emit_miss(): Uint8Array {
  const miss = new Bytes();
  miss.bytes([0, op.i32_const, 0, op.i32_const, MISSED, op.i32_store, 2]);
  miss.u32(EXIT_REASON * 4);
  miss.bytes([op.local_get, 2, op.local_get, 0, op.end]);
  return one_function('miss', REGION_TYPE, false, miss);
}

/**
 * The module of 'drive' (key → key), which runs regions until one returns a key that no region has, leaves an instruction to
 * the interpreter, or runs out of fuel.
 */
export function emit_driver(): Uint8Array {
  // Parameter 0: key. Local 1: fuel.
  const drive = new Bytes();
  drive.bytes([1, 1, I32]);
  load(drive, FUEL);
  drive.bytes([op.local_set, 1]);
  drive.bytes([op.loop, 0x40]);
  drive.bytes([op.local_get, 1, op.i32_const, 0, op.local_get, 0]);
  // place = (key >>> 1 ^ key >>> 17) & mask
  drive.bytes([
    op.local_get,
    0,
    op.i32_const,
    1,
    op.i32_shr_u,
    op.local_get,
    0,
    op.i32_const,
    17,
    op.i32_shr_u,
    op.i32_xor,
  ]);
  drive.byte(op.i32_const);
  drive.s32(TABLE_SIZE - 1);
  drive.bytes([op.i32_and, op.call_indirect, 1, 0, op.local_set, 1, op.local_set, 0]);
  // Go on while there is fuel and nobody left for the interpreter.
  drive.bytes([op.local_get, 1, op.i32_const, 0, op.i32_ge_s]);
  load(drive, EXIT_REASON);
  drive.bytes([op.i32_eqz, op.i32_and, op.br_if, 0, op.end]);
  drive.bytes([op.i32_const, 0, op.local_get, 1, op.i32_store, 2]);
  drive.u32(FUEL * 4);
  drive.bytes([op.local_get, 0, op.end]);
  return one_function('drive', [0x60, 1, I32, 1, I32], true, drive);
}

/** A module with one function of a type of its own, number 0; region functions have type 1. */
function one_function(name: string, type: readonly number[], with_table: boolean, body: Bytes): Uint8Array {
  const module = new Bytes();
  module.bytes(MAGIC);
  module.section(1, (section) => {
    section.u32(2);
    section.bytes(type);
    section.bytes(REGION_TYPE);
  });
  imports(module, with_table);
  module.section(3, (section) => section.bytes([1, 0]));
  module.section(7, (section) => {
    section.u32(1);
    section.name(name);
    section.bytes([0, 0]);
  });
  module.section(10, (section) => {
    section.u32(1);
    section.sized(body);
  });
  return module.view();
}

function load(code: Bytes, slot: number): void {
  code.bytes([op.i32_const, 0, op.i32_load, 2]);
  code.u32(slot * 4);
}
