import '@manabi/backend-cpu/register';
import { expect, test } from '@jest/globals';
import { layers, sequential } from '@manabi/layers';
import { adafactor, ftrl, lamb, muon, type Optimizer } from '@manabi/optimizers';
import { loadModel, saveModelBytes } from './index.ts';

// The goldens have no models with these optimizers; keras-goldens.test.ts tests the other optimizers.
test.each<[string, () => Optimizer]>([
  ['adafactor', () => adafactor({ learningRate: 0.1, beta2Decay: -0.7, epsilon2: 0.01 })],
  ['ftrl', () => ftrl({ learningRate: 0.1, l1RegularizationStrength: 0.001, beta: 0.1 })],
  ['muon', () => muon({ learningRate: 0.05, excludeLayers: ['dense_1'] })],
  ['lamb', () => lamb({ learningRate: 0.05, beta1: 0.8 })],
])('loadModel resumes training with %s with bit-identical results', async (_, make) => {
  const x = [[0.1, 0.2, -0.3, 0.5], [0.4, -0.1, 0.2, 0.3]]; // biome-ignore format: rows
  const y = [[1, 0], [0, 1]]; // biome-ignore format: rows
  const model = sequential([
    layers.dense({ units: 3, activation: 'tanh', inputShape: [4] }),
    layers.dense({ units: 2 }),
  ]);
  model.compile({ optimizer: make(), loss: 'mse' });
  await model.fit(x, y, { epochs: 3, verbose: 0 });

  const loaded = await loadModel(await saveModelBytes(model));
  const { className, config } = loaded.compilation.optimizer;
  expect({ className, config }).toEqual({ className: make().className, config: make().config });
  expect(await loaded.trainOnBatch(x, y)).toEqual(await model.trainOnBatch(x, y));
  expect(await loaded.getWeights()).toEqual(await model.getWeights());
});
