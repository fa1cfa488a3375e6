// The driver: functions in WebAssembly that go from region to region through the table of regions, and where in it a region may be.

import { EXIT_REASON, FUEL, MISSED } from '../../machine/layout.js';
import { Bytes, I32, op, VOID } from './bytes.js';
import { LAST_PLACE } from './calls.js';
import { begin, finish } from './module.js';

/** Places in the table of regions; a power of two. */
export const TABLE_SIZE = 1 << 14;

const HASHES = [0x9e3779b1, 0x85ebca6b] as const;
const HASH_SHIFT = 32 - Math.log2(TABLE_SIZE);

/** The two places where the table may have the region of a key. It is at the second only if another has the first. */
export function places_of(key: number): [number, number] {
  const [a, b] = HASHES.map((hash) => Math.imul(key, hash) >>> HASH_SHIFT);
  return [a, b];
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
