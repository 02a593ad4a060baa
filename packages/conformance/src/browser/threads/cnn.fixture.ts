import { random } from '@manabi/core';
import { layers, sequential, setRandomSeed } from '@manabi/layers';
import { digestsOf } from '../network.fixture.ts';

/** Trains the CNN of `manabi train mnist-cnn` for four steps on random images. Returns the losses, and digests of the weights. */
export async function trainCnn(): Promise<{ loss: readonly number[]; digests: readonly string[] }> {
  setRandomSeed(3);
  const model = sequential([
    layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
    layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.flatten(),
    layers.dropout({ rate: 0.25 }),
    layers.dense({ units: 128, activation: 'relu' }),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  const images = random.uniform(random.key(1), [256, 28, 28, 1], { high: 255 });
  const labels = random.randint(random.key(2), [256], 0, 10);
  const { history } = await model.fit(images, labels, { epochs: 2, batchSize: 64, verbose: 0 });
  return { loss: history.loss, digests: await digestsOf(model) };
}
