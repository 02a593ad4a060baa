import { boolean, type KindsOf, optional, readOptions } from '@manabi/errors';
import { type Features, makeScaler, type Scaler, valuesByFeature } from './scaler.ts';

/** Options of `standardScaler`. */
export interface StandardScalerOptions {
  /** Whether to subtract the mean; true by default. */
  readonly withMean?: boolean;
  /** Whether to divide by the standard deviation; true by default. */
  readonly withStd?: boolean;
}

const kinds = {
  withMean: optional(boolean, true),
  withStd: optional(boolean, true),
} satisfies KindsOf<StandardScalerOptions>;

/**
 * Fits a scaler that gives each feature the mean 0 and the standard deviation 1 (of the population), as scikit-learn's
 * `StandardScaler`. Constant features are not divided; NaN is ignored.
 *
 * @param features rows to fit the scaler to: those to train with
 * @throws ManabiError `data` for infinite values, or a feature without values
 * @example
 * ```ts
 * import { standardScaler } from '@manabi/data';
 *
 * const scaler = standardScaler([[1, 10], [3, 30]]);
 * console.log([...scaler.transform([[2, 40]]).data]); // [0, 2]
 * ```
 */
export function standardScaler(features: Features, options: StandardScalerOptions = {}): Scaler {
  const op = 'standardScaler';
  const { withMean, withStd } = readOptions(op, options, kinds);
  const facts = valuesByFeature(op, features).map(meanAndDeviation);
  return makeScaler({
    kind: op,
    center: facts.map(({ mean }) => (withMean ? mean : 0)),
    scale: facts.map(({ deviation }) => (withStd ? deviation : 1)),
    offset: 0,
    clip: null,
  });
}

function meanAndDeviation(values: Float64Array): { readonly mean: number; readonly deviation: number } {
  const count = values.length;
  const mean = values.reduce((sum, x) => sum + x, 0) / count;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / count;
  // A variance within the rounding errors of the mean is that of a constant feature, as in scikit-learn.
  const error = count * Number.EPSILON * variance + (count * mean * Number.EPSILON) ** 2;
  return { mean, deviation: variance <= error ? 1 : Math.sqrt(variance) };
}
