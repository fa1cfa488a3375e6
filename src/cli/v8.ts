// What V8 is told about the code that it compiles for us. Measurements: docs/performance.md.

import { setFlagsFromString } from 'node:v8';
import type { NativeCode } from '../jit/trace/earlier.js';

/** The last version of V8 that knows a flag. Of one that it does not know, V8 complains to the user. */
const LAST_V8: Readonly<Record<string, number>> = { '--interrupt-budget': 11 };
const NEWEST_V8 = 14;

/** Which files' code caches the build wants to be written (bin/pydgin-ts.js). */
const WRITES_CACHE = process.env.PYDGIN_TS_WRITE_CODE_CACHE;

/** What has been set: setting a flag takes V8 as long as compiling a small module. */
const values = new Map<string, string>();

/** Sets flags of V8 as far as its version knows them. */
function set_flags(...flags: readonly string[]): void {
  // V8 takes a code cache only with the flags that it was made with: that of what is loaded before they are set, with Node's own.
  if (WRITES_CACHE && !WRITES_CACHE.includes('compiler')) return;
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
  set_flags(`--wasm-tiering-budget=${optimised && !WRITES_CACHE ? 1_800_000 : 20_000_000}`);
}

/** Versions of V8 in which the functions below have been tried: of others they might end the process. */
const KNOWN_V8 = [11, 12, 13];

/**
 * V8's machine code of WebAssembly modules. Browsers keep it from page to page; to Node's programs V8 offers it only by functions
 * that its own tests call. What it gives belongs to its version, its flags and the processor, and it takes back no other. Undefined
 * if this version is not known to have the functions.
 */
export function native_code(): NativeCode | undefined {
  const version = Number.parseInt(process.versions.v8, 10);
  // Machine code relies on the handler that makes a fault of an access beyond memory; without it, V8 would still take it.
  if (!KNOWN_V8.includes(version) || !intrinsic('IsWasmTrapHandlerEnabled')) return undefined;
  return {
    of: (module, functions) => {
      // It cannot be asked for the code of a module that has no optimised function.
      if (!functions.some((one) => intrinsic('IsTurboFanFunction', one))) return new Uint8Array(0);
      return new Uint8Array(intrinsic('SerializeWasmModule', module) as ArrayBuffer);
    },
    module: (native, wasm) =>
      // A buffer of its own, and a view that is no Buffer.
      intrinsic('DeserializeWasmModule', Uint8Array.from(native).buffer, new Uint8Array(wasm)) as
        | WebAssembly.Module
        | undefined,
  };
}

/** Calls a function that V8 has for its tests. Only while its name is read does their syntax have to be allowed. */
function intrinsic(name: string, ...args: readonly unknown[]): unknown {
  setFlagsFromString('--allow-natives-syntax');
  const parameters = args.map((_, n) => `a${n}`).join();
  const call = new Function(parameters, `return %${name}(${parameters})`);
  setFlagsFromString('--no-allow-natives-syntax');
  return call(...args);
}
