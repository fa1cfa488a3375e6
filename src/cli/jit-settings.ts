// What `--jit` may set, for its help. The defaults are the engine's.

export const JIT_SETTINGS = {
  off: 'interpret only',
  threshold: 'arrivals at an instruction by a jump before it is compiled',
  trace_limit: 'guest instructions in a block',
  region_limit: 'guest instructions in a region',
  inline_limit: 'guest instructions of a function that is copied to where it is called',
  slice: 'instructions after which compiled code returns to the dispatcher',
  compile_share: "part of a run's time that compiling may take",
  dump: "folder for what is compiled: guest instructions, IR, WebAssembly's text",
} as const;
