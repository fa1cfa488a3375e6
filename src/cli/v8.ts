// What V8 is told about the code that it compiles for us. Measurements: docs/performance.md.

import { setFlagsFromString } from 'node:v8';

/** The last version of V8 that knows a flag. Of one that it does not know, V8 complains to the user. */
const LAST_V8: Readonly<Record<string, number>> = { '--interrupt-budget': 11 };
const NEWEST_V8 = 14;

/** What has been set: setting a flag takes V8 as long as compiling a small module. */
const values = new Map<string, string>();

/** Sets flags of V8 as far as its version knows them. */
function set_flags(...flags: readonly string[]): void {
  // A code cache made with other flags than Node's own would be of no use at the next start.
  if (process.env.PYDGIN_TS_WRITE_CODE_CACHE) return;
  const version = Number.parseInt(process.versions.v8, 10);
  for (const flag of flags) {
    const [name, value] = flag.split('=');
    if (version > (LAST_V8[name] ?? NEWEST_V8) || values.get(name) === String(value)) continue;
    values.set(name, String(value));
    setFlagsFromString(flag);
  }
}

/**
 * For a run with the JIT: most of our JavaScript is hot only for moments, so V8's optimising it shall come later and put less into
 * one function. Compiled code counts how deep it is itself.
 */
export function prepare_for_jit(): void {
  set_flags('--interrupt-budget=400000', '--max-inlined-bytecode-size-cumulative=200', '--no-wasm-stack-checks');
}

/** For the interpreter's blocks (interp/blocks.ts): more functions may be put into one. In bytes of bytecode. */
export function prepare_for_blocks(): void {
  set_flags('--max-inlined-bytecode-size-cumulative=10000', '--max-inlined-bytecode-size-absolute=50000');
}

/**
 * For WebAssembly that is compiled next: V8's optimising what is not hot enough for our own costs more than it gains. V8 takes the
 * budget, about the bytes of code executed, when it makes a module.
 */
export function prepare_for_module(optimised: boolean): void {
  set_flags(`--wasm-tiering-budget=${optimised ? 1_800_000 : 20_000_000}`);
}
