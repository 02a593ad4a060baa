import { type ElementArray, random } from '@manabi/core';
import { sha256 } from '@manabi/files';
import { type CallbackHooks, layers, type Model, type Sequential, sequential, setRandomSeed } from '@manabi/layers';

/** A small convolutional network with everything that draws random numbers: weights, dropout, the order of batches. */
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

/** What a training left behind. */
export interface Trained {
  readonly model: Sequential;
  /** Of each epoch. */
  readonly loss: readonly number[];
  /** `digestsOf` the model: two trainings with the same ones have the same bits. */
  readonly digests: readonly string[];
}

/** Trains `smallNetwork` for nine steps, on the same numbers everywhere. */
export async function train(callbacks: readonly CallbackHooks[] = []): Promise<Trained> {
  const model = smallNetwork();
  const images = random.uniform(random.key(1), [48, 12, 12, 1]);
  const labels = random.randint(random.key(2), [48], 0, 3);
  const { history } = await model.fit(images, labels, { epochs: 3, batchSize: 16, verbose: 0, callbacks });
  return { model, loss: history.loss, digests: await digestsOf(model) };
}

/** SHA-256 of each weight's bytes, in order. */
export async function digestsOf(model: Model): Promise<readonly string[]> {
  return await Promise.all((await model.getWeights()).map(({ data }) => sha256(bytesOf(data))));
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ElementArray) =>
  new Uint8Array(buffer, byteOffset, byteLength).slice();
