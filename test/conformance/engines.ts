// Every way in which a program can be executed. Whatever holds for one of them holds for all: same output, same exit status,
// same number of instructions, same registers. A new tier or mode is one more line here, and all suites run over it.

import { type Done, make_optimise, type Optimiser } from '../../src/jit/backend/optimise.js';
import type { JitOptions } from '../../src/jit/trace/options.js';
import type { Simulator } from '../../src/simulator.js';

/** A configuration of the simulator. */
export interface Engine {
  name: string;
  jit: Partial<JitOptions> | false;
  /** Without the JIT: SimulatorOptions.block_heat. */
  block_heat?: number;
  /** Sizes of the pieces in which the program is run, `--max-insts` again and again; default all at once. */
  pieces?: () => number;
  /** For an engine with two tiers. */
  optimiser?: () => Optimiser;
  /** What is done before the program runs, and after. */
  begin?: (simulator: Simulator) => void;
  end?: (simulator: Simulator) => void;
  /** Far from any sensible setting: long programs take too long. */
  slow?: boolean;
}

/** 1, 2, … limit and from the beginning: the same in every run. */
function cycle(limit: number): () => number {
  let n = 0;
  return () => (n = (n % limit) + 1);
}

/** Everything is compiled that gets hot, however long that takes: the same in every run. */
const ALL = { compile_share: Infinity };

const optimise = await make_optimise();

/** An optimiser that has done every job as soon as it gets it. */
function optimise_at_once(): Optimiser {
  const done: Done[] = [];
  return {
    post: ({ id, bytes }) => done.push({ id, module: new WebAssembly.Module(optimise(bytes) as BufferSource) }),
    receive: () => done.shift(),
  };
}

export const interpreter: Engine = { name: 'interpreter', jit: false };

export const compiled_engines: readonly Engine[] = [
  { name: 'JIT', jit: {} },
  { name: 'JIT from the first jump on', jit: { ...ALL, threshold: 1 } },
  {
    name: 'JIT with blocks of 3 and regions of 8 instructions',
    jit: { ...ALL, threshold: 1, trace_limit: 3, region_limit: 8 },
  },
  {
    name: 'JIT of small regions whose surroundings have run',
    jit: { ...ALL, threshold: 5, trace_limit: 3, region_limit: 8 },
  },
  {
    name: 'JIT with blocks of one instruction',
    jit: { ...ALL, threshold: 2, trace_limit: 1, region_limit: 40 },
    slow: true,
  },
  { name: 'JIT that leaves its code after 1 instruction', jit: { ...ALL, threshold: 1, slice: 1 }, slow: true },
  { name: 'JIT that leaves its code after 50 instructions', jit: { ...ALL, threshold: 1, slice: 50 } },
  {
    name: 'JIT with all code that can be found compiled ahead of time',
    jit: { ...ALL, threshold: 20 },
    begin: (simulator) => simulator.jit!.use_saved(simulator.compile_ahead()),
    slow: true,
  },
  {
    name: 'JIT that optimises everything with binaryen',
    jit: { ...ALL, threshold: 1, slice: 50, tiers: 2, optimise_after: 1 },
    optimiser: optimise_at_once,
    slow: true,
  },
  {
    name: 'JIT of small regions in pieces of 1 to 97 instructions',
    jit: { ...ALL, threshold: 1, trace_limit: 5, region_limit: 10 },
    pieces: cycle(97),
    slow: true,
  },
  { name: 'interpreter with blocks from the first jump on', jit: false, block_heat: 1 },
  { name: 'interpreter with blocks in pieces of 1 to 97 instructions', jit: false, block_heat: 1, pieces: cycle(97) },
];

export const engines: readonly Engine[] = [interpreter, ...compiled_engines];
