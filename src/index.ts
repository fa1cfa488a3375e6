// The programming interface, imported as 'pydgin-ts'. Descriptions of ISAs import 'pydgin-ts/adl' instead.
//
//   const isa = await load_isa('arm');
//   const simulator = new Simulator(isa, readFileSync('hello.elf'), { argv: ['hello.elf', 'world'], host: node_host() });
//   const outcome = simulator.run();      // { kind: 'exit', status: 0 }

export { type Isa, IsaError, type MachineState } from './adl/index.js';
export {
  type AddressText,
  type CodeLine,
  type CodeRange,
  code_ranges,
  Disassembler,
  disassemble,
  with_symbols,
} from './disassembly.js';
export { type NodeHostOptions, node_host } from './host/node.js';
export { type Host, type HostClock, HostError, type HostFile, type HostFiles } from './host/types.js';
export type { Decoded } from './interp/instructions.js';
export type { Observer } from './interp/interpreter.js';
export { type BuiltInIsa, built_in_isas, type LoadedIsa, load_isa } from './load-isa/index.js';
export { describe_elf, ElfError, type ElfImage, type ElfSymbol, parse_elf, type Symbols } from './loader/index.js';
export { GuestFault, type SignalName } from './machine/fault.js';
export { JIT_DEFAULTS, type Outcome, Simulator, type SimulatorOptions } from './simulator.js';
