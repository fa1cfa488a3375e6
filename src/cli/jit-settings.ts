// What `--jit` may set, for its help. The defaults are the engine's.

/** Settings of the machine around it that are made with the JIT's. */
export const OTHER_DEFAULTS = { smc: 'announced', dump: '' };

/** Settings that are one of a few words. */
export const CHOICES: Readonly<Record<string, readonly string[]>> = { smc: ['announced', 'all'], tiers: ['1', '2'] };

/** The least and the most of the numbers among them, and whether they are whole. */
export const RANGES: Readonly<Record<string, readonly [least: number, most: number, whole?: boolean]>> = {
  threshold: [1, 1e9],
  trace_limit: [1, 2000],
  region_limit: [1, 20_000],
  inline_limit: [0, 10_000],
  slice: [1, 1e9],
  compile_share: [0, 1e9, false],
  optimise_after: [1, 1e9],
  cache: [1, 1e9],
};

export const JIT_SETTINGS = {
  off: 'interpret only',
  threshold: 'arrivals at an instruction by a jump before it is compiled',
  trace_limit: 'guest instructions in a block',
  region_limit: 'guest instructions in a region',
  inline_limit: 'guest instructions of a function that is copied to where it is called',
  slice: 'instructions after which compiled code returns to the dispatcher',
  compile_share: "part of a run's time that compiling may take at most",
  tiers: '2: what runs long is optimised by binaryen in a thread; seldom pays',
  optimise_after: 'slices that it has to run before',
  cache: 'guest instructions of compiled code that are kept',
  smc: 'rewritten code is noticed when the program announces it (announced), or always (all): slower',
  dump: "folder for what is compiled: guest instructions, IR, WebAssembly's text",
} as const;
