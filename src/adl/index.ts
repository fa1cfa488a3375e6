// The description language: all that an ISA's files import, as 'pydgin-ts/adl'. A leaf: it imports nothing else.

export * from './bits.js';
export * from './encoding.js';
export * from './errors.js';
export * from './floats.js';
export * from './isa.js';
export * from './state.js';
