/** Summary of a list of samples. */
export interface Summary {
  readonly least: number;
  readonly median: number;
  /** First quartile. */
  readonly low: number;
  /** Third quartile. */
  readonly high: number;
  readonly count: number;
}

/**
 * Returns the value below which a fraction `share` of the samples lies, with linear interpolation. This is the default
 * of NumPy, method 7 of Hyndman and Fan, "Sample quantiles in statistical packages", 1996.
 *
 * @param samples in any order
 * @param share in [0, 1]
 * @throws RangeError without samples
 */
export function quantile(samples: readonly number[], share: number): number {
  if (samples.length === 0) throw new RangeError('A quantile needs at least one sample.');
  const sorted = [...samples].sort((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/**
 * Returns the median of samples.
 *
 * @throws RangeError without samples
 */
export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/**
 * Returns the minimum, median, quartiles and number of samples.
 *
 * @throws RangeError without samples
 */
export function summarize(samples: readonly number[]): Summary {
  return {
    least: Math.min(...samples),
    median: median(samples),
    low: quantile(samples, 0.25),
    high: quantile(samples, 0.75),
    count: samples.length,
  };
}

/**
 * Returns the median of the ratios of two times in all rounds. Disturbances that slow down both times of a round cancel
 * out, such as another program or a throttled clock.
 *
 * @param samples numerators of the ratios, by round
 * @param reference denominators of the ratios, by round; rounds in which either is missing are ignored
 * @returns null if no round has both
 */
export function pairedRatio(samples: readonly number[], reference: readonly number[]): number | null {
  const rounds = Math.min(samples.length, reference.length);
  if (rounds === 0) return null;
  return median(samples.slice(0, rounds).map((sample, round) => sample / reference[round]));
}
