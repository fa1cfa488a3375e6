// When a region has earned its next grade. In: samples, which are slices of the run that ended in it, each counted as many times as
// it is longer than the shortest. Where most end, most time is spent. Out: the grade to build it to.

import type { Grade } from '../ir/region.js';

interface Sampled {
  grade: Grade;
  /** Guest instructions. */
  size: number;
  /** Since it has its grade. */
  samples: number;
}

/** Samples for the next grade: so many, and some more for each instruction. */
const SAMPLES = [
  { least: 6, for_instruction: 1 / 2, if_it_dominates: 1 / 8 },
  { least: 20, for_instruction: 1, if_it_dominates: 1 },
] as const;

/** A region dominates if it has this part of all samples. The highest grade is only for these: there are never many of them. */
const DOMINATING = 1 / 10;
/** With this part of all samples, it gets the highest grade at once. */
const ALMOST_ALONE = 1 / 5;

/** Part of the samples for the highest grade that a function needs to get it together with who calls it. */
const PART_OF_CALLEE = 1 / 4;

/** Guest instructions of an optimised region that another may have once more, to call it directly. */
const SMALL = 120;

/** The grade that a region shall be built to, when `all` samples have been taken so far. */
export function earned_grade(region: Sampled, all: number): 1 | 2 | undefined {
  if (region.grade === 2) return undefined;
  const dominates = region.samples > all * DOMINATING;
  if (region.samples < enough_samples(region, dominates)) return undefined;
  if (region.grade === 0) return region.samples > all * ALMOST_ALONE ? 2 : 1;
  return dominates ? 2 : undefined;
}

/** Shall a function be built once more, in one module with who calls it, when that gets a grade? */
export function goes_with_caller(callee: Sampled, grade: 1 | 2): boolean {
  if (callee.grade >= grade) return callee.size <= SMALL;
  return callee.samples > (callee.grade === 0 ? 0 : enough_samples(callee, true) * PART_OF_CALLEE);
}

function enough_samples({ grade, size }: Sampled, dominates: boolean): number {
  const { least, for_instruction, if_it_dominates } = SAMPLES[grade === 0 ? 0 : 1];
  return least + size * (dominates ? if_it_dominates : for_instruction);
}
