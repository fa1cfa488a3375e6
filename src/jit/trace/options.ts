// What a JIT may be told. Apart from the engine, for those who start it later, or not at all.

export interface JitOptions {
  /** Arrivals at an instruction by a jump before it is compiled. */
  threshold: number;
  /** Guest instructions in a block. */
  trace_limit: number;
  /** Guest instructions in a region. */
  region_limit: number;
  /** Guest instructions of a function that is copied to where it is called. */
  inline_limit: number;
  /**
   * Guest instructions after which compiled code returns to the dispatcher, at first. V8 has no on-stack replacement for
   * WebAssembly: only when a function is entered anew does its optimised version take over.
   */
  slice: number;
  /** Part of a run's time that compiling may take at most (the engine's over_budget() says when less); Infinity compiles whatever is hot, so that runs repeat exactly. */
  compile_share: number;
  /** 2: what has run for `optimise_after` slices is compiled again by the optimiser, if there is one. */
  tiers: number;
  optimise_after: number;
  /** Guest instructions of compiled code that are kept; beyond, what has not been used lately goes. */
  cache: number;
}

export const JIT_DEFAULTS: JitOptions = {
  threshold: 150,
  trace_limit: 400,
  region_limit: 2000,
  inline_limit: 40,
  slice: 1_000_000,
  compile_share: 0.5,
  tiers: 1,
  optimise_after: 2000,
  cache: 200_000,
};

/** Guest instructions within which compiled code overwrites what it has not stored (dead.ts). */
export const DEAD_WINDOW = 64;
