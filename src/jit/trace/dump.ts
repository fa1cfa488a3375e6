// What the JIT made of some code, for people: guest instructions ↔ IR ↔ WebAssembly.
// In: regions and the bytes of their module, as JitEngine.on_compiled tells them. Out: two texts.

import { DELAYED_PC, EXIT_REASON, FUEL, NEXT_PC, PC, type StateLayout } from '../../machine/layout.js';
import { print_wat } from '../backend/wat.js';
import { print_region } from '../ir/print.js';
import type { Region } from '../ir/region.js';

export interface ModuleText {
  /** Each region's blocks: guest instructions, statements, changes, transfers. */
  ir: string;
  wat: string;
}

/** Parameters of every region's function. */
const PARAMETERS = ['fuel', 'depth', 'key', 'back', 'dead'];

/** `disassemble` gives the assembly of an instruction by address and instruction set. */
export function module_text(
  regions: readonly Region[],
  bytes: Uint8Array,
  layout: StateLayout,
  disassemble?: (address: number, set: number) => string,
): ModuleText {
  const slot_name = slot_names(layout);
  const printed = regions.map((region) => print_region(region, { slots: layout.end, slot_name, disassemble }));
  return { ir: printed.join('\n'), wat: print_wat(bytes, { parameters: PARAMETERS, slot_name }) };
}

function slot_names(layout: StateLayout): (slot: number) => string {
  const names = new Map<number, string>([
    [NEXT_PC, 'next_pc'],
    [DELAYED_PC, 'delayed_pc'],
    [FUEL, 'fuel'],
    [EXIT_REASON, 'exit_reason'],
    ...layout.named.map(({ name, slot }) => [slot, name] as const),
    [PC, 'pc'],
  ]);
  return (slot) => names.get(slot) ?? `slot${slot}`;
}
