// The optimising tier's work: a module's bytes through binaryen's optimiser, then compiled. It runs in a thread of its own
// (host/thread.ts), since it takes a hundred times as long as making the bytes, and importing binaryen half a second.

/** A module to be optimised. `id` comes back with the result. */
export interface Job {
  id: number;
  bytes: Uint8Array;
}

/** `module` is missing if binaryen could not do it. */
export interface Done {
  id: number;
  module?: WebAssembly.Module;
}

/** Where jobs are done, while the guest runs. */
export interface Optimiser {
  post(job: Job): void;
  /** A result that is there, if there is one; never waits. */
  receive(): Done | undefined;
}

/** Levels of binaryen: 3 takes a third longer and gains nothing (docs/performance.md). */
const OPTIMIZE_LEVEL = 2;

/** Loads binaryen; then optimises modules one by one. */
export async function make_optimise(): Promise<(bytes: Uint8Array) => Uint8Array> {
  const { default: binaryen } = await import('binaryen');
  const { Features } = binaryen;
  const features =
    Features.TailCall |
    Features.Multivalue |
    Features.SignExt |
    Features.NontrappingFPToInt |
    Features.MutableGlobals |
    Features.Atomics;
  binaryen.setOptimizeLevel(OPTIMIZE_LEVEL);
  binaryen.setShrinkLevel(0);
  return (bytes) => {
    const module = binaryen.readBinary(bytes);
    try {
      module.setFeatures(features);
      module.optimize();
      return module.emitBinary();
    } finally {
      module.dispose();
    }
  };
}

let optimise: Promise<(bytes: Uint8Array) => Uint8Array> | undefined;

/** What the thread is called with. */
export async function work({ id, bytes }: Job): Promise<Done> {
  try {
    return { id, module: new WebAssembly.Module((await (optimise ??= make_optimise()))(bytes) as BufferSource) };
  } catch {
    return { id };
  }
}
