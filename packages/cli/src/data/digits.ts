import { datasets } from 'manabi';
import type { Samples, TrainingData } from '../recipes/index.ts';
import { adaptShape } from './adapt-shape.ts';
import { firstRows } from './first-rows.ts';
import { isNpz, npzSamples, TESTING, TRAINING } from './npz-samples.ts';

/** Input shape of the recipes that classify digits. */
const IMAGES = [null, 28, 28, 1];

/**
 * Reads digits, or similar images, for training and testing: `[samples, 28, 28, 1]`.
 *
 * @param source `mnist` for the bundled copy; otherwise the folder or URL of MNIST's four files, or an `.npz` file with
 * `x_train`, `y_train`, `x_test` and `y_test`
 * @param samples number of training samples and of test samples to keep, counted from the first; null for all
 * @throws FileError, ManabiError from `datasets.mnist` and `npzSamples`; ManabiError `shape` for images of another size
 */
export async function readDigits(source: string, samples: number | null): Promise<TrainingData> {
  const { train, test } = isNpz(source) ? await fromNpz(source) : await fromMnist(source);
  return { train: firstRows(train, samples), test: firstRows(test, samples) };
}

async function fromMnist(source: string): Promise<TrainingData> {
  const { train, test } = await datasets.mnist(source === 'mnist' ? {} : { baseUrl: source });
  return { train: { x: train.images, y: train.labels }, test: { x: test.images, y: test.labels } };
}

async function fromNpz(path: string): Promise<TrainingData> {
  const part = async (names: typeof TRAINING): Promise<Samples> => {
    const { x, y } = await npzSamples(path, names);
    return { x: adaptShape(x, IMAGES, 'The network'), y };
  };
  return { train: await part(TRAINING), test: await part(TESTING) };
}
