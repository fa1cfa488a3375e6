// Where each part of the architectural state lives: 32-bit slots in the Wasm bytes before guest address 0. The interpreter
// reads and writes them through a Uint32Array, compiled code through loads and stores at constant addresses; neither has
// anything to convert when one hands over to the other.

import type { Isa, RegisterFile } from '../adl/index.js';
import { GUEST_BASE } from './memory.js';

/** Slots that every machine has; the declared state begins at FIRST_SLOT. */
export const PC = 0;
export const NEXT_PC = 1;
/** With delay slots: where execution goes after the next instruction. */
export const DELAYED_PC = 2;
/** Instructions that compiled code may still execute before it must return; may fall below zero by one region's length. */
export const FUEL = 3;
/** Why compiled code returned (jit/trace): 0, LEFT or MISSED. */
export const EXIT_REASON = 4;
/** Key of the region that ran out of fuel. */
export const OUT_OF_FUEL = 5;
/** Key where the function that ran out of fuel as it was called would have returned to; else 0. */
export const CALLER = 7;
/** Address of the last instruction that has assigned `delayed_pc`: the one behind it is in its delay slot. */
export const DELAYED_FROM = 6;
/** In DELAYED_FROM: no instruction. */
export const NOWHERE = 1;
/** The interpreter has to execute the next instruction. */
export const LEFT = 1;
/** There is no compiled code for the next instruction. */
export const MISSED = 2;
export const FIRST_SLOT = 16;

/** Wasm bytes behind the slots: a bit for every so many pages, set where there is code (code-map.ts). */
export const CODE_MAP = GUEST_BASE / 2;
export const CODE_MAP_SIZE = GUEST_BASE / 2;

/** A named 32-bit piece of state, as dumps and debuggers show it. */
export interface NamedSlot {
  name: string;
  slot: number;
  width: number;
}

/** The slots of one ISA's state. */
export interface StateLayout {
  /** First slot of each declared part. */
  readonly base: ReadonlyMap<string, number>;
  /** Every register and flag in order of declaration, the program counter last. */
  readonly named: readonly NamedSlot[];
  /** Slots that read as a function of the instruction's place (RegisterFile.reads). */
  readonly specials: readonly { slot: number; read: RegisterFile['reads'][number] }[];
  /** One past the last slot in use. */
  readonly end: number;
  /** Slot of a register by name or alias ('sp', 'r13', 'N', 'pc'); undefined if there is none. */
  find(name: string): number | undefined;
}

export function layout_state(isa: Isa): StateLayout {
  const base = new Map<string, number>();
  const named: NamedSlot[] = [];
  const specials: { slot: number; read: RegisterFile['reads'][number] }[] = [];
  const files: { declared: RegisterFile; first: number }[] = [];
  let end = FIRST_SLOT;
  for (const part of Object.keys(isa.state)) {
    const declared = isa.state[part];
    base.set(part, end);
    if (declared.kind === 'register') {
      named.push({ name: part, slot: end, width: declared.width });
      end += 1;
      continue;
    }
    for (let n = 0; n < declared.count; n++) {
      const special = declared.reads[n];
      if (special) specials.push({ slot: end + n, read: special });
      else named.push({ name: declared.names[n], slot: end + n, width: 32 });
    }
    files.push({ declared, first: end });
    end += declared.count;
  }
  named.push({ name: 'pc', slot: PC, width: 32 });
  if (end * 4 > CODE_MAP) throw new Error(`ISA ${isa.name}: its state takes ${end * 4} bytes, ${CODE_MAP} are there`);

  /** A run asks for ten names or so: looking through them all is quicker than a map of them. */
  function find(name: string): number | undefined {
    if (name === 'pc') return PC;
    if (isa.state[name]?.kind === 'register') return base.get(name);
    for (const { declared, first } of files) {
      const n = declared.names.indexOf(name);
      if (n >= 0) return first + n;
    }
    for (const { declared, first } of files) {
      if (Object.hasOwn(declared.aliases, name)) return first + declared.aliases[name];
    }
    return undefined;
  }
  return { base, named, specials, end, find };
}

/** Slot of the register that selects the instruction set; -1 if there is one set only. */
export function selector_slot(isa: Isa, layout: StateLayout): number {
  return isa.selector === undefined ? -1 : layout.base.get(isa.selector)!;
}
