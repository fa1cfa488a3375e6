// Regions → one WebAssembly module: it imports memory and a table of the functions through which regions find each other, and
// exports each region's function as 'r0', 'r1', …

import { EXIT_REASON, FUEL, MISSED } from '../../machine/layout.js';
import { MEMORY_SIZE } from '../../machine/memory.js';
import type { Region } from '../ir/region.js';
import { Bytes, I32, op, VOID } from './bytes.js';
import { type Call, emit_region, LAST_PLACE, LINKS, link_call, type RegionFunction } from './emit.js';

/** Places in the table of regions; a power of two. */
export const TABLE_SIZE = 1 << 14;

const HASHES = [0x9e3779b1, 0x85ebca6b] as const;
const HASH_SHIFT = 32 - Math.log2(TABLE_SIZE);

/** The two places where the table may have the region of a key. It is at the second only if another has the first. */
export function places_of(key: number): [number, number] {
  const [a, b] = HASHES.map((hash) => Math.imul(key, hash) >>> HASH_SHIFT);
  return [a, b];
}

const MAGIC = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/**
 * Types: 0 of regions, (fuel, depth, key, back, dead) → (key, fuel); 1 of `drive`, (key, depth) → key; 2 of `again`,
 * (fuel, depth, key, back) → (key, fuel); 3 of `outside`, (key, back, depth) → key.
 */
const TYPES = [
  [
    [I32, I32, I32, I32, I32],
    [I32, I32],
  ],
  [[I32, I32], [I32]],
  [
    [I32, I32, I32, I32],
    [I32, I32],
  ],
  [[I32, I32, I32], [I32]],
] as const;

/** A table of so many functions, or a function. */
type Import = { name: string } & ({ table: number } | { type: number });

/**
 * Header, types, and imports: memory and others. The table of regions is imported by the driver only: V8 copies a table for each
 * importer.
 */
function begin(module: Bytes, others: readonly Import[]): void {
  module.bytes(MAGIC);
  module.section(1, (section) => {
    section.u32(TYPES.length);
    for (const [parameters, results] of TYPES)
      section.bytes([0x60, parameters.length, ...parameters, results.length, ...results]);
  });
  module.section(2, (section) => {
    section.u32(1 + others.length);
    section.name('e');
    section.name('m');
    section.bytes([2, MEMORY_SIZE.shared ? 3 : 1]);
    section.u32(MEMORY_SIZE.initial);
    section.u32(MEMORY_SIZE.maximum);
    for (const other of others) {
      section.name('e');
      section.name(other.name);
      if ('type' in other) section.bytes([0, other.type]);
      else {
        section.bytes([1, 0x70, 0]);
        section.u32(other.table);
      }
    }
  });
}

/**
 * Functions, and their exports by these names. `first` is the number of imported functions. Returns where in the module each
 * body ends.
 */
function finish(
  module: Bytes,
  first: number,
  functions: readonly { name: string; type: number; body: Bytes }[],
): number[] {
  const ends: number[] = [];
  module.section(3, (section) => {
    section.u32(functions.length);
    for (const { type } of functions) section.u32(type);
  });
  module.section(7, (section) => {
    section.u32(functions.length);
    functions.forEach(({ name }, n) => {
      section.name(name);
      section.byte(0);
      section.u32(first + n);
    });
  });
  module.section(10, (section) => {
    section.u32(functions.length);
    for (const { body } of functions) {
      section.sized(body);
      ends.push(section.length);
    }
  });
  const code_section = module.length - ends[ends.length - 1];
  return ends.map((end) => code_section + end);
}

/** A module of regions' functions, and these as they are in it. */
export interface RegionModule {
  wasm: Uint8Array;
  functions: RegionFunction[];
}

/** Encodes a module of regions, for a guest that has no memory below `floor`. */
export function emit_module(regions: readonly Region[], slots: number, floor: number, fast: boolean): RegionModule {
  const local = new Map(regions.map(({ key }, n) => [key, n]));
  return link_module(
    regions.map((region) => emit_region(region, slots, floor)),
    (key) => local.get(key),
    fast,
  );
}

/**
 * Makes a module of functions, be they new or out of another module. Calls of those that it has are direct: `local` tells a
 * function's number, or that a key's function shall be looked for in the table. If the module is to be fast rather than soon, it
 * imports `go` as a function, too.
 */
export function link_module(
  functions: readonly RegionFunction[],
  local: (key: number) => number | undefined,
  fast: boolean,
): RegionModule {
  const imported = fast ? [{ name: 'go', type: 0 }] : [];
  const call = ({ key, last }: Call, code: Bytes) => {
    const callee = key === undefined ? undefined : local(key);
    if (callee === undefined && !fast)
      return code.bytes(link_call(last ? op.return_call_indirect : op.call_indirect, 'go'));
    code.byte(last ? op.return_call : op.call);
    code.u32(callee === undefined ? 0 : imported.length + callee);
  };
  const linked = functions.map((each) => with_calls(each, call));
  const module = new Bytes();
  begin(module, [{ name: 'links', table: LINKS.length }, ...imported]);
  const ends = finish(
    module,
    imported.length,
    linked.map(({ body }, n) => ({ name: `r${n}`, type: 0, body })),
  );
  const wasm = module.view();
  return {
    wasm,
    functions: linked.map(({ body, calls }, n) => ({ body: wasm.subarray(ends[n] - body.length, ends[n]), calls })),
  };
}

/** A function with its calls made by `call`. */
function with_calls({ body, calls }: RegionFunction, call: (call: Call, code: Bytes) => void) {
  const code = new Bytes();
  let from = 0;
  const made = calls.map((each): Call => {
    code.bytes(body.subarray(from, each.start));
    from = each.end;
    const start = code.length;
    call(each, code);
    return { ...each, start, end: code.length };
  });
  code.bytes(body.subarray(from));
  return { body: code, calls: made };
}

/** The module of 'miss', which fills all free places of the table: it returns the key it is called with. */
export function emit_miss(): Uint8Array {
  const miss = new Bytes();
  miss.byte(0);
  store(miss, EXIT_REASON, [op.i32_const, MISSED]);
  miss.bytes([op.local_get, 2, op.local_get, 0, op.end]);
  const module = new Bytes();
  begin(module, []);
  finish(module, 0, [{ name: 'miss', type: 0, body: miss }]);
  return module.view();
}

/**
 * The module of
 * - 'go', which calls the region at a key's first place, and 'go_2', by which a region of another key that lies there
 *   passes on to the second;
 * - 'drive', which runs regions until one returns a key that no region has, leaves an instruction to the interpreter, or
 *   runs out of fuel;
 * - 'again', which a region calls when a function that it called has returned elsewhere: if that was because something has
 *   to be interpreted, the engine takes it from there and, perhaps, comes back.
 */
export function emit_driver(): Uint8Array {
  const [go, go_2] = HASHES.map((hash, n) => {
    const body = new Bytes();
    body.bytes([0, op.local_get, 0, op.local_get, 1, op.local_get, 2, op.local_get, 3, op.local_get, 4]);
    // Who is called and finds a key that is not its own knows by this that there is no further place.
    body.byte(op.i32_const);
    body.s32(n === 0 ? ~LAST_PLACE : LAST_PLACE);
    body.bytes([n === 0 ? op.i32_and : op.i32_or, op.local_get, 2]);
    body.byte(op.i32_const);
    body.s32(hash);
    body.bytes([op.i32_mul, op.i32_const, HASH_SHIFT, op.i32_shr_u, op.return_call_indirect, 0, 0, op.end]);
    return body;
  });
  // Parameters: key, depth. Local 2: fuel.
  const drive = new Bytes();
  drive.bytes([1, 1, I32]);
  load(drive, FUEL);
  drive.bytes([op.local_set, 2, op.loop, VOID]);
  // Nobody knows who is returned to: nothing is dead.
  drive.bytes([op.local_get, 2, op.local_get, 1, op.local_get, 0, op.i32_const, 0, op.i32_const, 0]);
  drive.bytes([op.call, GO, op.local_set, 2, op.local_set, 0]);
  // Go on while there is fuel and nobody left for the interpreter.
  drive.bytes([op.local_get, 2, op.i32_const, 0, op.i32_ge_s]);
  load(drive, EXIT_REASON);
  drive.bytes([op.i32_eqz, op.i32_and, op.br_if, 0, op.end]);
  store(drive, FUEL, [op.local_get, 2]);
  drive.bytes([op.local_get, 0, op.end]);
  // Parameters: fuel, depth, key, back.
  const again = new Bytes();
  again.bytes([0, op.local_get, 0, op.i32_const, 0, op.i32_lt_s]);
  load(again, EXIT_REASON);
  again.bytes([op.i32_eqz, op.i32_or, op.if, VOID, op.local_get, 2, op.local_get, 0, op.return, op.end]);
  store(again, FUEL, [op.local_get, 0]);
  again.bytes([op.local_get, 2, op.local_get, 3, op.local_get, 1, op.call, OUTSIDE]);
  load(again, FUEL);
  again.byte(op.end);
  const module = new Bytes();
  begin(module, [
    { name: 'outside', type: 3 },
    { name: 'table', table: TABLE_SIZE },
  ]);
  finish(module, GO, [
    { name: 'go', type: 0, body: go },
    { name: 'go_2', type: 0, body: go_2 },
    { name: 'drive', type: 1, body: drive },
    { name: 'again', type: 2, body: again },
  ]);
  return module.view();
}
/** Function indices in the driver's module. */
const OUTSIDE = 0;
const GO = 1;

function load(code: Bytes, slot: number): void {
  code.bytes([op.i32_const, 0, op.i32_load, 2]);
  code.u32(slot * 4);
}
function store(code: Bytes, slot: number, value: readonly number[]): void {
  code.bytes([op.i32_const, 0, ...value, op.i32_store, 2]);
  code.u32(slot * 4);
}
