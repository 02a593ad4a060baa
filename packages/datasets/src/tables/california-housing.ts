import { type KindsOf, oneOf, optional, readOptions } from '@manabi/errors';
import { type RegressionData, type RegressionOptions, readRegression, regressionKinds } from './regression-data.ts';

/** Options of `californiaHousing`. */
export interface CaliforniaHousingOptions extends RegressionOptions {
  /** `large` for all 20,640 districts (default), `small` for the first 600. */
  readonly version?: 'large' | 'small';
}

const kinds = {
  ...regressionKinds,
  version: optional(oneOf('large', 'small'), 'large'),
} satisfies KindsOf<CaliforniaHousingOptions>;

const PUBLISHED = {
  name: 'california_housing.npz',
  url: 'https://storage.googleapis.com/tensorflow/tf-keras-datasets/california_housing.npz',
  sha256: '1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f',
};
const SMALL = 600;

/**
 * Loads the California housing dataset (Pace, Barry, 1997) from Keras's file: districts with 8 features (longitude,
 * latitude, age of the houses, rooms, bedrooms, population, households, income), and the median price of homes in dollars.
 * The order of rows is that of Keras.
 *
 * @returns `train` and `test`: `features` float32 `[count, 8]`, `targets` float32 `[count]`
 * @throws FileError if the file cannot be downloaded or read; ManabiError `file` if it has other arrays
 * @example
 * ```ts no-run
 * import { californiaHousing } from '@manabi/datasets';
 *
 * const { train, test } = await californiaHousing({ version: 'small' });
 * console.log(train.features.shape); // [480, 8]
 * ```
 */
export async function californiaHousing(options: CaliforniaHousingOptions = {}): Promise<RegressionData> {
  const { version, ...known } = readOptions('californiaHousing', options, kinds);
  const rows = version === 'small' ? SMALL : undefined;
  return readRegression({ op: 'californiaHousing', published: PUBLISHED, featureCount: 8, rows, ...known });
}
