// The interpreter as an engine for test vectors.

import { make_instruction_factory } from '../../src/interp/instructions.js';
import { COLD, Interpreter } from '../../src/interp/interpreter.js';
import type { EngineFactory } from './vectors.js';

export const interpreter: EngineFactory = (isa, layout, memory, state) =>
  new Interpreter(isa, layout, memory, state, make_instruction_factory(isa, layout, COLD));
