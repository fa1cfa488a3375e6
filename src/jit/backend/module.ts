// Functions of regions → one WebAssembly module: it imports memory and a table of the functions through which regions find each other,
// and exports each region's function as 'r0', 'r1', …

import { MEMORY_SIZE } from '../../machine/memory.js';
import { Bytes, I32, op } from './bytes.js';
import { type Call, LINKS, link_call, type RegionFunction } from './calls.js';

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
export function begin(module: Bytes, others: readonly Import[]): void {
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
export function finish(
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
