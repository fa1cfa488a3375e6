// Figures out of samples: medians and spreads of repeated runs, means over the programs of a suite.

/** Value below which the part `q` (0 … 1) of the samples lies, interpolated between neighbours. NaN of no samples. */
export function quantile(samples: readonly number[], q: number): number {
  if (samples.length === 0) return Number.NaN;
  const sorted = [...samples].sort((a, b) => a - b);
  const position = (sorted.length - 1) * q;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

/** Interquartile range as a part of the median; undefined of fewer than two samples. */
export function spread(samples: readonly number[]): number | undefined {
  if (samples.length < 2) return undefined;
  return (quantile(samples, 0.75) - quantile(samples, 0.25)) / median(samples);
}

/** Mean for ratios. NaN of no values. */
export function geometric_mean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/**
 * Mean for rates of unequal amounts of work, such as MIPS weighted with instructions: all the work divided by the time
 * that it takes at these rates (WHMEAN in the figures of the Pydgin paper). NaN of no rates.
 */
export function weighted_harmonic_mean(rates: readonly { rate: number; weight: number }[]): number {
  const work = rates.reduce((sum, { weight }) => sum + weight, 0);
  return work / rates.reduce((sum, { rate, weight }) => sum + weight / rate, 0);
}
