import { boolean, checked, type KindsOf, listOf, number, optional, readOptions, wrongArgument } from '@manabi/errors';
import { type Features, makeScaler, nonzero, type Scaler, valuesByFeature } from './scaler.ts';

/** Options of `minMaxScaler`. */
export interface MinMaxScalerOptions {
  /** Interval to which the values of each feature are scaled (default `[0, 1]`). */
  readonly featureRange?: readonly [min: number, max: number];
  /** Whether to limit values outside those of the fitted rows to the interval (default false). */
  readonly clip?: boolean;
}

const kinds = {
  featureRange: optional(
    checked(listOf(number()), (range, location) => {
      if (range.length !== 2 || range[0] >= range[1])
        throw wrongArgument(location, 'an array [min, max] with min < max', range);
    }),
    [0, 1],
  ),
  clip: optional(boolean, false),
} satisfies KindsOf<MinMaxScalerOptions>;

/**
 * Fits a scaler that maps the smallest and largest value of each feature to the ends of an interval, as scikit-learn's
 * `MinMaxScaler`. NaN is ignored.
 *
 * @param features rows to fit the scaler to: those to train with
 * @throws ManabiError `data` for infinite values, or a feature without values
 * @example
 * ```ts
 * import { minMaxScaler } from '@manabi/data';
 *
 * const scaler = minMaxScaler([[0, 10], [5, 30]]);
 * console.log([...scaler.transform([[2.5, 50]]).data]); // [0.5, 2]
 * ```
 */
export function minMaxScaler(features: Features, options: MinMaxScalerOptions = {}): Scaler {
  const op = 'minMaxScaler';
  const { featureRange, clip } = readOptions(op, options, kinds);
  const [low, high] = featureRange;
  const facts = valuesByFeature(op, features).map((values) => {
    let [min, max] = [values[0], values[0]];
    for (const x of values) [min, max] = [Math.min(min, x), Math.max(max, x)];
    return { min, scale: nonzero(max - min) / (high - low) };
  });
  return makeScaler({
    kind: op,
    center: facts.map(({ min }) => min),
    scale: facts.map(({ scale }) => scale),
    offset: low,
    clip: clip ? [low, high] : null,
  });
}
