// Regions → one WebAssembly module: it imports memory and the function through which regions find each other, and exports each
// region's function as 'r0', 'r1', …

import { EXIT_REASON, FUEL, MISSED } from '../../machine/layout.js';
import type { Region } from '../ir/region.js';
import { Bytes, I32, op, VOID } from './bytes.js';
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

/** Memory, and what else a module imports. The table itself is imported by the driver only: V8 copies it for each importer. */
function imports(module: Bytes, other: 'go' | 'table' | 'nothing'): void {
  module.section(2, (section) => {
    section.u32(other === 'nothing' ? 1 : 2);
    section.name('e');
    section.name('m');
    section.bytes([2, 1]);
    section.u32(65536);
    section.u32(65536);
    if (other === 'nothing') return;
    section.name('e');
    section.name(other);
    if (other === 'go') section.bytes([0, 0]);
    else {
      section.bytes([1, 0x70, 0]);
      section.u32(TABLE_SIZE);
    }
  });
}

/** Encodes a module of regions. */
export function emit_module(regions: readonly Region[], slots: number): Uint8Array {
  const local = new Map(regions.map((region, n) => [region.key, n + 1]));
  const linkage = { go: 0, local: (key: number) => local.get(key) };
  const bodies = regions.map((region) => emit_region(region, slots, linkage));
  const module = new Bytes();
  module.bytes(MAGIC);
  module.section(1, (section) => {
    section.u32(1);
    section.bytes(REGION_TYPE);
  });
  imports(module, 'go');
  module.section(3, (section) => {
    section.u32(regions.length);
    for (const _ of regions) section.u32(0);
  });
  module.section(7, (section) => {
    section.u32(regions.length);
    regions.forEach((_, n) => {
      section.name(`r${n}`);
      section.byte(0);
      section.u32(n + 1);
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
  return small_module('nothing', [{ name: 'miss', type: 0, body: miss }]);
}

/**
 * The module of 'go', which calls the region of a key, and of 'drive' (key → key), which runs regions until one returns a key
 * that no region has, leaves an instruction to the interpreter, or runs out of fuel.
 */
export function emit_driver(): Uint8Array {
  const go = new Bytes();
  go.bytes([0, op.local_get, 0, op.local_get, 1, op.local_get, 2]);
  // place = (key >>> 1 ^ key >>> 17) & mask
  go.bytes([op.local_get, 2, op.i32_const, 1, op.i32_shr_u, op.local_get, 2, op.i32_const, 17, op.i32_shr_u]);
  go.bytes([op.i32_xor, op.i32_const]);
  go.s32(TABLE_SIZE - 1);
  go.bytes([op.i32_and, op.return_call_indirect, 0, 0, op.end]);
  // Parameter 0: key. Local 1: fuel.
  const drive = new Bytes();
  drive.bytes([1, 1, I32]);
  load(drive, FUEL);
  drive.bytes([op.local_set, 1, op.loop, VOID]);
  drive.bytes([op.local_get, 1, op.i32_const, 0, op.local_get, 0, op.call, 0, op.local_set, 1, op.local_set, 0]);
  // Go on while there is fuel and nobody left for the interpreter.
  drive.bytes([op.local_get, 1, op.i32_const, 0, op.i32_ge_s]);
  load(drive, EXIT_REASON);
  drive.bytes([op.i32_eqz, op.i32_and, op.br_if, 0, op.end]);
  drive.bytes([op.i32_const, 0, op.local_get, 1, op.i32_store, 2]);
  drive.u32(FUEL * 4);
  drive.bytes([op.local_get, 0, op.end]);
  return small_module('table', [
    { name: 'go', type: 0, body: go },
    { name: 'drive', type: 1, body: drive },
  ]);
}

/** A module of functions of the types 0, that of regions, and 1, key → key. */
function small_module(
  other: 'table' | 'nothing',
  functions: readonly { name: string; type: number; body: Bytes }[],
): Uint8Array {
  const module = new Bytes();
  module.bytes(MAGIC);
  module.section(1, (section) => {
    section.u32(2);
    section.bytes(REGION_TYPE);
    section.bytes([0x60, 1, I32, 1, I32]);
  });
  imports(module, other);
  module.section(3, (section) => section.bytes([functions.length, ...functions.map(({ type }) => type)]));
  module.section(7, (section) => {
    section.u32(functions.length);
    functions.forEach(({ name }, n) => {
      section.name(name);
      section.bytes([0, n]);
    });
  });
  module.section(10, (section) => {
    section.u32(functions.length);
    for (const { body } of functions) section.sized(body);
  });
  return module.view();
}

function load(code: Bytes, slot: number): void {
  code.bytes([op.i32_const, 0, op.i32_load, 2]);
  code.u32(slot * 4);
}
