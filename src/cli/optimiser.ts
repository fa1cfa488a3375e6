// `--jit tiers=2`: binaryen in a thread of its own.

import { Thread } from '../host/thread.js';
import { package_file } from '../load-isa/index.js';
import type { SimulatorOptions } from '../simulator.js';

/** Starts the thread; binaryen is loaded when the first job comes. */
export function optimiser_thread(): SimulatorOptions['optimiser'] {
  return new Thread(package_file('dist/src/host/thread-main.js'), package_file('dist/src/jit/backend/optimise.js'));
}
