// Figures that others have published, for orientation only: other machines, other compilers, the real SPEC CINT2006.
// They are never put into one chart, table or mean with what was measured here.

export interface Published {
  simulator: string;
  what: string;
  /** MIPS, lowest and highest of the twelve programs. */
  low: number;
  high: number;
}

/**
 * ARM simulators on SPEC CINT2006 with reference inputs, from the Pydgin authors' article of March 2015 (their paper:
 * Lockhart, Ilbeyi, Batten, "Pydgin: generating fast instruction set simulators from simple architecture descriptions
 * with meta-tracing JIT compilers", ISPASS 2015).
 */
export const PUBLISHED: readonly Published[] = [
  { simulator: 'gem5', what: 'atomic model, an interpreter', low: 2, high: 3 },
  { simulator: 'SimIt-ARM', what: 'page-based dynamic binary translation', low: 230, high: 459 },
  { simulator: 'Pydgin', what: "RPython's tracing JIT", low: 9.6, high: 659 },
  { simulator: 'QEMU', what: 'dynamic binary translation', low: 240, high: 1120 },
];

export const PUBLISHED_NOTE =
  'In the article, Pydgin ran 464.h264ref at 9.6 MIPS with its JIT and at 21 without, since traces grew too long and were ' +
  'given up; a trace limit four times as high made it 11 times as fast.';
