import { type ElementArray, random } from '@manabi/core';
import { sha256 } from '@manabi/files';
import { type CallbackHooks, layers, type Model, type Sequential, sequential, setRandomSeed } from '@manabi/layers';

/** Returns a small convolutional network with random weights, dropout and batch order. */
function smallNetwork(): Sequential {
  setRandomSeed(7);
  const model = sequential([
    layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [12, 12, 1] }),
    layers.batchNormalization(),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.flatten(),
    layers.dropout({ rate: 0.25 }),
    layers.dense({ units: 16, activation: 'gelu' }),
    layers.dense({ units: 3, activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

/** Result of a training. */
export interface Trained {
  readonly model: Sequential;
  /** Loss of each epoch. */
  readonly loss: readonly number[];
  /** Result of `digestsOf` for the trained model; equal digests mean weights with the same bits. */
  readonly digests: readonly string[];
}

/** Trains `smallNetwork` for nine steps on fixed data. */
export async function train(callbacks: readonly CallbackHooks[] = []): Promise<Trained> {
  const model = smallNetwork();
  const images = random.uniform(random.key(1), [48, 12, 12, 1]);
  const labels = random.randint(random.key(2), [48], 0, 3);
  const { history } = await model.fit(images, labels, { epochs: 3, batchSize: 16, verbose: 0, callbacks });
  return { model, loss: history.loss, digests: await digestsOf(model) };
}

/** Returns the SHA-256 digest of the bytes of each weight, in order. */
export async function digestsOf(model: Model): Promise<readonly string[]> {
  return await Promise.all((await model.getWeights()).map(({ data }) => sha256(bytesOf(data))));
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ElementArray) =>
  new Uint8Array(buffer, byteOffset, byteLength).slice();
