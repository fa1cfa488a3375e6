// A fault of the running program → its report, with disassembly and symbols.

import { Disassembler, with_symbols } from '../disassembly.js';
import type { LoadedMachine } from '../loaded-machine.js';
import { STT_FUNC } from '../loader/index.js';
import { type GuestFault, SIGNALS } from '../machine/fault.js';
import { fault_report } from '../observe/fault-report.js';

/** Instructions shown before and after the one that faulted. */
const AROUND = 2;

export function describe_fault(
  sim: LoadedMachine,
  fault: GuestFault,
  emphasise: (text: string) => string,
): { text: string; status: number } {
  const { symbols } = sim.program;
  const text = fault_report({
    fault,
    layout: sim.layout,
    slots: sim.memory.u32,
    executed: sim.executed,
    code: code_around(sim, fault.pc),
    name_at: (address) => symbols.name_at(address),
    in_function: (address) => symbols.at(address)?.symbol.type === STT_FUNC,
    emphasise,
  });
  return { text, status: 128 + SIGNALS[fault.signal] };
}

/** The instruction at the pc, with its address. */
export function describe_instruction(sim: LoadedMachine): string {
  const line = code_around(sim, sim.pc).find(({ pc }) => pc === sim.pc);
  return line?.text ?? `address 0x${sim.pc.toString(16)}`;
}

function code_around(sim: LoadedMachine, pc: number): { pc: number; text: string }[] {
  const { interpreter, loaded } = sim;
  const set = interpreter.current_set();
  const disassembler = new Disassembler(loaded.isa, sim.factory);
  const symbol = with_symbols(sim.program.symbols);
  const step = (loaded.isa.instruction_sets[set]?.parcel ?? 32) / 8;
  const lines: { pc: number; text: string }[] = [];
  const kind = sim.program.symbols.kind_at(pc);
  for (let at = pc - AROUND * step, n = 0; n <= 2 * AROUND; n++) {
    let size = step;
    try {
      if (sim.program.symbols.kind_at(at) !== kind) throw new RangeError('other code, or data');
      const inst = interpreter.decode(at >>> 0, set);
      size = inst.size;
      const word = inst.word.toString(16).padStart(size * 2, '0');
      lines.push({
        pc: at,
        text: `${symbol(at).padEnd(26)}  ${word.padEnd(8)}  ${disassembler.text_or_name(inst, symbol)}`,
      });
    } catch {
      // Nothing to show there.
    }
    at += size;
  }
  return lines.some((line) => line.pc === pc) ? lines : [];
}
