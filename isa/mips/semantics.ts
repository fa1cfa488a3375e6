// All `execute_` functions of MIPS32, by name.

export * from './float-semantics.js';
export * from './integer-semantics.js';
