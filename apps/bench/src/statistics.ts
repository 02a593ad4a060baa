/** What is reported of many samples of one thing. */
export interface Summary {
  readonly median: number;
  /** Quarter of the samples below. */
  readonly low: number;
  /** Quarter of the samples above. */
  readonly high: number;
  readonly count: number;
}

/**
 * The value below which a share of the samples lies, with linear interpolation between neighbours (method 7 of Hyndman
 * and Fan, Sample quantiles in statistical packages, 1996: NumPy's default).
 *
 * @param samples in any order
 * @param share from 0 to 1
 * @throws RangeError when there are no samples
 */
export function quantile(samples: readonly number[], share: number): number {
  if (samples.length === 0) throw new RangeError('A quantile needs at least one sample.');
  const sorted = [...samples].sort((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/** The middle of the samples. @throws RangeError when there are none */
export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/** Median and quartiles. @throws RangeError when there are no samples */
export function summarize(samples: readonly number[]): Summary {
  return {
    median: median(samples),
    low: quantile(samples, 0.25),
    high: quantile(samples, 0.75),
    count: samples.length,
  };
}

/**
 * How many times as long the one takes as the other: the median of the ratios of the samples of the same round. What
 * slows a round down for both (another program, a throttled clock) falls out.
 *
 * @param samples of the one, by round
 * @param reference of the other, by round; rounds that only one of them has are left out
 * @returns null when they have no round in common
 */
export function pairedRatio(samples: readonly number[], reference: readonly number[]): number | null {
  const rounds = Math.min(samples.length, reference.length);
  if (rounds === 0) return null;
  return median(samples.slice(0, rounds).map((sample, round) => sample / reference[round]));
}
