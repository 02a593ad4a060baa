import '@manabi/backend-cpu/register';
import { afterAll, expect, test } from '@jest/globals';
import { registerBackend, setBackend } from '@manabi/core';
import { hostArray } from '@manabi/ir';
import { sequential, setDtypePolicy, setRandomSeed } from '@manabi/layers';
import { batchNormalization, conv2d, dense, flatten } from '@manabi/layers/layers';
import { adam, lossScaleOptimizer } from '@manabi/optimizers';
import { randomSource } from '@manabi/testing';
import { describeWithWebGpu, runsAll, webGpuCandidates } from './webgpu.fixture.ts';

afterAll(() => setDtypePolicy('float32'));

/** Trains a network with mixedFloat16 from a loss scale that overflows. Returns losses, loss scale and number of updates. */
async function trainedOn(backend: string) {
  await setBackend(backend);
  setDtypePolicy('mixedFloat16');
  setRandomSeed(7);
  const model = sequential([
    conv2d({ filters: 5, kernelSize: 3, activation: 'relu', inputShape: [7, 7, 3] }),
    batchNormalization(),
    flatten(),
    dense({ units: 4, activation: 'softmax' }),
  ]);
  const optimizer = lossScaleOptimizer({ innerOptimizer: adam({ learningRate: 0.01 }), initialScale: 2 ** 30 });
  model.compile({ optimizer, loss: 'sparseCategoricalCrossentropy' });
  const source = randomSource(3);
  const x = hostArray('float32', [32, 7, 7, 3], source.float32Array(32 * 147));
  const y = hostArray(
    'int32',
    [32],
    Int32Array.from({ length: 32 }, () => source.integer(0, 4)),
  );
  const { history } = await model.fit(x, y, { epochs: 12, batchSize: 8, shuffle: false, verbose: 0 });
  const scale = await model.trainer.optimizerState?.lossScale?.dynamicScale.item();
  return { losses: history.loss, scale, updates: await model.trainer.iterations() };
}

// The first candidate stores each float16 in a word, the others in two bytes.
const candidates = runsAll ? webGpuCandidates : webGpuCandidates.slice(0, 2);

describeWithWebGpu('training with mixedFloat16', () => {
  test.each(candidates)('$name has the losses and loss scales of cpu', async ({ name, create }) => {
    const expected = await trainedOn('cpu');
    registerBackend(name, create);
    const { losses, scale, updates } = await trainedOn(name);
    expect([scale, updates]).toEqual([expected.scale, expected.updates]);
    expect(expected.updates).toBeLessThan(48);
    expect(losses[11]).toBeLessThan(losses[0] / 2);
    for (const [epoch, loss] of losses.entries()) expect(Math.abs(loss - expected.losses[epoch])).toBeLessThan(0.02);
  });
});
