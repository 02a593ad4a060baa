import type { Samples } from '../recipes/index.ts';
import { readDigits } from './digits.ts';
import { firstRows } from './first-rows.ts';
import { isNpz, npzSamples, TESTING } from './npz-samples.ts';

/**
 * The samples to test with.
 *
 * @param place `mnist`, the folder or URL of MNIST's files, or a `.npz` file with `x_test` and `y_test`, or `x` and `y`
 * @param samples how many are taken, from the first on; null for all
 * @throws FileError, ManabiError as `npzSamples` and `datasets.mnist`
 */
export async function readTestData(place: string, samples: number | null): Promise<Samples> {
  return isNpz(place) ? firstRows(await npzSamples(place, TESTING), samples) : (await readDigits(place, samples)).test;
}
