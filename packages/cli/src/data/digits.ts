import { datasets } from 'manabi';
import type { Samples, TrainingData } from '../recipes/index.ts';
import { adaptShape } from './adapt-shape.ts';
import { firstRows } from './first-rows.ts';
import { isNpz, npzSamples, TESTING, TRAINING } from './npz-samples.ts';

/** What recipes take: pixels of one channel. */
const IMAGES = [null, 28, 28, 1];

/**
 * The digits, or other images like them, to train and test with: `[samples, 28, 28, 1]`.
 *
 * @param place `mnist` for the copy that comes with manabi; else the folder or URL of MNIST's four files, or a `.npz` file
 * with `x_train`, `y_train`, `x_test` and `y_test`
 * @param samples how many of each part are taken, from the first on; null for all
 * @throws FileError, ManabiError as `datasets.mnist` and `npzSamples`; ManabiError `shape` for other images
 */
export async function readDigits(place: string, samples: number | null): Promise<TrainingData> {
  const { train, test } = isNpz(place) ? await fromNpz(place) : await fromMnist(place);
  return { train: firstRows(train, samples), test: firstRows(test, samples) };
}

async function fromMnist(place: string): Promise<TrainingData> {
  const { train, test } = await datasets.mnist(place === 'mnist' ? {} : { baseUrl: place });
  return { train: { x: train.images, y: train.labels }, test: { x: test.images, y: test.labels } };
}

async function fromNpz(place: string): Promise<TrainingData> {
  const part = async (names: typeof TRAINING): Promise<Samples> => {
    const { x, y } = await npzSamples(place, names);
    return { x: adaptShape(x, IMAGES, 'The network'), y };
  };
  return { train: await part(TRAINING), test: await part(TESTING) };
}
