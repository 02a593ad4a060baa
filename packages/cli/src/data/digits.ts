import { datasets } from 'manabi';
import type { Samples, TrainingData } from '../recipes/index.ts';
import { firstRows } from './first-rows.ts';

/**
 * The digits to train and test with.
 *
 * @param place `mnist` for the copy that comes with manabi; else the folder or URL of MNIST's four files
 * @param samples how many of each part are taken, from the first on; null for all
 * @throws FileError, ManabiError as `datasets.mnist`
 */
export async function readDigits(place: string, samples: number | null): Promise<TrainingData> {
  const { train, test } = await datasets.mnist(place === 'mnist' ? {} : { baseUrl: place });
  const part = ({ images, labels }: typeof train): Samples => firstRows({ x: images, y: labels }, samples);
  return { train: part(train), test: part(test) };
}
