import '@manabi/backend-cpu/register';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { sum } from '@manabi/core';
import { type LabelledImages, mnist } from '@manabi/datasets';
import { hostArray } from '@manabi/ir';
import { type DTypePolicy, sequential, setDtypePolicy, setRandomSeed } from '@manabi/layers';
import { batchNormalization, conv2d, dense, flatten, maxPooling2d, rescaling } from '@manabi/layers/layers';
import { adam, lossScaleOptimizer, type Optimizer } from '@manabi/optimizers';

const ROWS = 3000;
const EPOCHS = 7;

let images: ReturnType<typeof hostArray>;
let labels: ReturnType<typeof hostArray>;
let heldOut: LabelledImages;

beforeAll(async () => {
  const { train, test: held } = await mnist();
  images = hostArray('uint8', [ROWS, 28, 28, 1], train.images.data.slice(0, ROWS * 784));
  labels = hostArray('uint8', [ROWS], train.labels.data.slice(0, ROWS));
  heldOut = held;
});

afterEach(() => setDtypePolicy('float32'));

function network(policy: DTypePolicy) {
  setDtypePolicy(policy);
  setRandomSeed(5);
  return sequential([
    rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
    conv2d({ filters: 8, kernelSize: 3, activation: 'relu' }),
    maxPooling2d(),
    batchNormalization({ momentum: 0.9 }),
    flatten(),
    dense({ units: 32, activation: 'relu' }),
    dense({ units: 10, activation: 'softmax' }),
  ]);
}

async function trained(policy: DTypePolicy, optimizer: string | Optimizer = 'adam') {
  const model = network(policy);
  model.compile({ optimizer, loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const { history } = await model.fit(images, labels, { epochs: EPOCHS, batchSize: 64, verbose: 0 });
  const { accuracy } = await model.evaluate(heldOut.images, heldOut.labels, { batchSize: 500, verbose: 0 });
  return { model, accuracy, losses: history.loss, state: model.trainer.optimizerState };
}

describe('training a convolutional network with mixedFloat16', () => {
  test('reaches the accuracy of float32', async () => {
    const single = await trained('float32');
    const mixed = await trained('mixedFloat16');
    expect(single.accuracy).toBeGreaterThan(0.93);
    expect(mixed.accuracy).toBeGreaterThan(single.accuracy - 0.01);
    for (const [i, loss] of mixed.losses.entries()) expect(Math.abs(loss - single.losses[i])).toBeLessThan(0.05);
    expect(single.state?.lossScale).toBeUndefined();
    const { weights } = mixed.model;
    expect(new Set(weights.map(({ dtype }) => dtype))).toEqual(new Set(['float32']));
    expect(mixed.model.outputTypes?.map(({ dtype }) => dtype)).toEqual(['float16']);
  }, 120_000);

  test('skips updates that overflow, and lowers the scale until none does', async () => {
    const initialScale = 2 ** 40;
    const { model, accuracy, state } = await trained(
      'mixedFloat16',
      lossScaleOptimizer({ innerOptimizer: adam(), initialScale }),
    );
    if (state?.lossScale === undefined) throw new Error('The optimizer must have a loss scale.');
    const steps = EPOCHS * Math.ceil(ROWS / 64);
    const updates = await model.trainer.iterations();
    const scale = await state.lossScale.dynamicScale.item();
    const skipped = Math.log2(initialScale / scale);
    expect(skipped).toBeGreaterThan(5);
    expect(updates).toBe(steps - skipped);
    expect(accuracy).toBeGreaterThan(0.93);
    for (const weight of model.weights) expect(Number.isFinite(await sum(weight.value).item())).toBe(true);
  }, 120_000);
});
