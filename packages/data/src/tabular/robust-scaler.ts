import { boolean, checked, type KindsOf, listOf, number, optional, readOptions, wrongArgument } from '@manabi/errors';
import { type Features, makeScaler, nonzero, type Scaler, valuesByFeature } from './scaler.ts';

/** Options of `robustScaler`. */
export interface RobustScalerOptions {
  /** Whether to subtract the median; true by default. */
  readonly withCentering?: boolean;
  /** Whether to divide by the range between the quantiles; true by default. */
  readonly withScaling?: boolean;
  /** Quantiles in percent whose distance is the scale (default `[25, 75]`). */
  readonly quantileRange?: readonly [low: number, high: number];
}

const kinds = {
  withCentering: optional(boolean, true),
  withScaling: optional(boolean, true),
  quantileRange: optional(
    checked(listOf(number({ min: 0, max: 100 })), (range, location) => {
      if (range.length !== 2 || range[0] > range[1])
        throw wrongArgument(location, 'an array [low, high] with low <= high', range);
    }),
    [25, 75],
  ),
} satisfies KindsOf<RobustScalerOptions>;

/**
 * Fits a scaler that subtracts the median of each feature and divides by the range between two quantiles, as scikit-learn's
 * `RobustScaler`, so that outliers hardly matter. NaN is ignored.
 *
 * @param features rows to fit the scaler to: those to train with
 * @throws ManabiError `data` for infinite values, or a feature without values
 * @example
 * ```ts
 * import { robustScaler } from '@manabi/data';
 *
 * const scaler = robustScaler([[1], [2], [3], [4], [1000]]);
 * console.log([...scaler.transform([[5]]).data]); // [1]
 * ```
 */
export function robustScaler(features: Features, options: RobustScalerOptions = {}): Scaler {
  const op = 'robustScaler';
  const { withCentering, withScaling, quantileRange } = readOptions(op, options, kinds);
  const [low, high] = quantileRange;
  const facts = valuesByFeature(op, features).map((values) => {
    const sorted = values.sort();
    return { median: quantile(sorted, 50), scale: nonzero(quantile(sorted, high) - quantile(sorted, low)) };
  });
  return makeScaler({
    kind: op,
    center: facts.map(({ median }) => (withCentering ? median : 0)),
    scale: facts.map(({ scale }) => (withScaling ? scale : 1)),
    offset: 0,
    clip: null,
  });
}

/** Returns a quantile of sorted values, interpolated linearly. */
function quantile(sorted: Float64Array, percent: number): number {
  const position = (percent / 100) * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
}
