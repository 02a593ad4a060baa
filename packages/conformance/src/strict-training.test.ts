import { describe, expect, test } from '@jest/globals';
import { createCpuBackend } from '@manabi/backend-cpu';
import { astype, random, registerBackend, setBackend, type Tensor } from '@manabi/core';
import { layers, type Sequential, sequential, setRandomSeed } from '@manabi/layers';
import { createPlanBackend } from './plan-backend.ts';
import { strictTarget } from './strict-target.ts';

registerBackend('cpu', () => createCpuBackend());
registerBackend('strict', () => createPlanBackend(strictTarget));

/** A network and its training data: 12 samples of 3 classes. */
interface Example {
  readonly network: () => Sequential;
  readonly inputs: () => Tensor;
}

const examples: Readonly<Record<string, Example>> = {
  'convolutions of uint8 images, batch normalization and dropout': {
    network: () =>
      sequential([
        layers.rescaling({ scale: 1 / 255, inputShape: [8, 8, 2] }),
        layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu' }),
        layers.batchNormalization(),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.flatten(),
        layers.dropout({ rate: 0.25 }),
        layers.dense({ units: 3, activation: 'softmax' }),
      ]),
    inputs: () => astype(random.randint(random.key(1), [12, 8, 8, 2], 0, 256), 'uint8'),
  },
  'an embedding and an LSTM': {
    network: () =>
      sequential([
        layers.embedding({ inputDim: 11, outputDim: 4, inputShape: [5] }),
        layers.lstm({ units: 6 }),
        layers.dense({ units: 3, activation: 'softmax' }),
      ]),
    inputs: () => random.randint(random.key(2), [12, 5], 0, 11),
  },
  'layer normalization and gelu': {
    network: () =>
      sequential([
        layers.dense({ units: 9, activation: 'gelu', inputShape: [7] }),
        layers.layerNormalization(),
        layers.dense({ units: 3, activation: 'softmax' }),
      ]),
    inputs: () => random.uniform(random.key(3), [12, 7]),
  },
};

async function train({ network, inputs }: Example, backend: string) {
  await setBackend(backend);
  setRandomSeed(7);
  const model = network();
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const labels = random.randint(random.key(4), [12], 0, 3);
  const { history } = await model.fit(inputs(), labels, { epochs: 2, batchSize: 4, verbose: 0 });
  const { loss } = await model.evaluate(inputs(), labels, { verbose: 0 });
  return { history, loss, weights: (await model.getWeights()).flatMap(({ data }) => [...data]) };
}

describe('training on the strict target matches training on the CPU', () => {
  test.each(Object.entries(examples))('%s', async (_, example) => {
    const expected = await train(example, 'cpu');
    const actual = await train(example, 'strict');
    const far = (numbers: readonly number[], others: readonly number[]): readonly number[] =>
      numbers.filter((x, i) => !(Math.abs(x - others[i]) <= 1e-4 * Math.max(1, Math.abs(x))));
    expect(actual.history.loss).toHaveLength(2);
    expect(far([...actual.history.loss, actual.loss], [...expected.history.loss, expected.loss])).toEqual([]);
    expect(actual.weights).toHaveLength(expected.weights.length);
    expect(far(actual.weights, expected.weights)).toEqual([]);
  });
});
