import { setBackend } from '@manabi/core';
import { hostArray } from '@manabi/ir';
import { clearSession, setRandomSeed } from '@manabi/layers';
import { randomSource } from '@manabi/testing';
import { randomNetwork } from './random-network.ts';

/** What two steps of training computed on a backend. */
export interface Trained {
  /** Names of layers and shapes, for messages. */
  readonly description: string;
  readonly losses: readonly number[];
  /** Predictions before the first step and after the last. */
  readonly predictions: readonly (readonly number[])[];
  /** Change of each weight in the steps. */
  readonly changes: readonly { readonly name: string; readonly values: readonly number[] }[];
}

/**
 * Trains the network of a seed for two steps on a backend. Equal seeds have equal weights and data on all backends.
 *
 * @param spread largest relative change of weights before the first step
 */
export async function trainedOn(backend: string, seed: number, spread = 0): Promise<Trained> {
  await setBackend(backend);
  clearSession();
  setRandomSeed(seed);
  const { model, x, y } = randomNetwork(seed);
  const random = randomSource(seed + 1);
  // Weights that start with 0 or 1, such as biases and the variances of normalizations, would hide errors.
  const initial = (await model.getWeights()).map(({ dtype, shape, data }) =>
    dtype === 'float32'
      ? hostArray(
          'float32',
          shape,
          Float32Array.from(
            data,
            (value) => (Number(value) + random.uniform(0, 0.3)) * (1 + spread * random.uniform(-1, 1)),
          ),
        )
      : hostArray(dtype, shape, data),
  );
  model.setWeights(initial);
  const predict = async () => Array.from(await (await model.predict(x)).data(), Number);
  const before = await predict();
  const losses = [(await model.trainOnBatch(x, y)).loss, (await model.trainOnBatch(x, y)).loss];
  const weights = await model.getWeights();
  return {
    description: model.layers
      .map((layer) => `${layer.constructor.name} ${JSON.stringify(layer.getConfig())}`)
      .join('\n  '),
    losses,
    predictions: [before, await predict()],
    changes: weights.map(({ data }, i) => ({
      name: model.weights[i].path,
      values: Array.from(data, (value, k) => Number(value) - Number(initial[i].data[k])),
    })),
  };
}
