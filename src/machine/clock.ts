// Time that passes, for what is measured.

/** As performance.now(), for which Node loads a module first. */
export function now_ms(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
