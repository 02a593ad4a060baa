import { readOptions } from '@manabi/errors';
import { type RegressionData, type RegressionOptions, readRegression, regressionKinds } from './regression-data.ts';

/** Options of `bostonHousing`. */
export interface BostonHousingOptions extends RegressionOptions {}

const PUBLISHED = {
  name: 'boston_housing.npz',
  url: 'https://storage.googleapis.com/tensorflow/tf-keras-datasets/boston_housing.npz',
  sha256: 'f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5',
};

/**
 * Loads the Boston housing dataset (Harrison, Rubinfeld, 1978) from Keras's file: 506 districts with 13 features, and the
 * median price of homes in thousands of dollars. One of the features, a measure of the share of Black residents, makes the
 * dataset unsuitable for applications; `californiaHousing` is an alternative. The order of rows is that of Keras.
 *
 * @returns `train` and `test`: `features` float32 `[404 | 102, 13]`, `targets` float32 `[404 | 102]`
 * @throws FileError if the file cannot be downloaded or read; ManabiError `file` if it has other arrays
 * @example
 * ```ts no-run
 * import { bostonHousing } from '@manabi/datasets';
 *
 * const { train, test } = await bostonHousing();
 * console.log(train.features.shape); // [404, 13]
 * ```
 */
export async function bostonHousing(options: BostonHousingOptions = {}): Promise<RegressionData> {
  const known = readOptions('bostonHousing', options, regressionKinds);
  return readRegression({ op: 'bostonHousing', published: PUBLISHED, featureCount: 13, ...known });
}
