// What a JIT has done. Apart from the engine: of a program in which nothing got hot, no engine tells it.

export interface JitStatistics {
  regions: number;
  /** Of these, regions compiled again since much time is spent in them. */
  optimised: number;
  compiled_instructions: number;
  /** Guest instructions of compiled code that had to make room for others. */
  evicted_instructions: number;
  /** Regions that were taken over from an earlier run. */
  reused: number;
  /** Regions that the optimiser has compiled again. */
  second_tier: number;
  /** Milliseconds: building regions, and V8's work that the main thread waits for. */
  build_ms: number;
  v8_ms: number;
  /** Instructions executed by the interpreter. */
  interpreted: number;
  /** Times that compiled code was entered from outside. */
  entries: number;
  /** Why it was left: at the end of a slice, for an instruction that the interpreter executes, for code that is not compiled. */
  exits_slice: number;
  exits_instruction: number;
  exits_missing: number;
}

/** Of a JIT that has done nothing, when so many instructions have been executed. */
export function no_statistics(interpreted: number): JitStatistics {
  return {
    regions: 0,
    optimised: 0,
    compiled_instructions: 0,
    evicted_instructions: 0,
    reused: 0,
    second_tier: 0,
    build_ms: 0,
    v8_ms: 0,
    interpreted,
    entries: 0,
    exits_slice: 0,
    exits_instruction: 0,
    exits_missing: 0,
  };
}
