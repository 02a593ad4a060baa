import type { Samples } from '../recipes/index.ts';
import { readDigits } from './digits.ts';
import { firstRows } from './first-rows.ts';
import { isNpz, npzSamples, TESTING } from './npz-samples.ts';

/**
 * Reads samples and labels on which a network is tested.
 *
 * @param source `mnist`, the folder or URL of MNIST's four files, or an `.npz` file with `x_test` and `y_test`, or `x`
 * and `y`
 * @param samples number of samples to keep, from the first; null for all
 * @throws FileError, ManabiError from `npzSamples` and `datasets.mnist`
 */
export async function readTestData(source: string, samples: number | null): Promise<Samples> {
  return isNpz(source)
    ? firstRows(await npzSamples(source, TESTING), samples)
    : (await readDigits(source, samples)).test;
}
