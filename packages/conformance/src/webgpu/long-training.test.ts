import '@manabi/backend-cpu/register';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { createWebGpuBackend } from '@manabi/backend-webgpu';
import { registerBackend, setBackend } from '@manabi/core';
import { type Backend, hostArray } from '@manabi/ir';
import { setRandomSeed } from '@manabi/layers';
import { dense, dropout } from '@manabi/layers/layers';
import { randomSource } from '@manabi/testing';
import { classifier, lossesOf, networks } from '../training-networks.fixture.ts';
import { describeWithWebGpu, runsAll } from './webgpu.fixture.ts';

const STEPS = runsAll ? 100 : 8;
const MEMORY_STEPS = runsAll ? 10_000 : 200;

/** The networks to train. Networks like the others are trained in `training.test.ts`. */
const trained = Object.entries(networks).filter(([name]) => runsAll || name.includes('transformer'));

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

describeWithWebGpu('long trainings on WebGPU', () => {
  let backend: Backend;
  registerBackend('webgpu', async () => {
    backend = await createWebGpuBackend();
    return backend;
  });

  test.each(trained)(
    'have the same losses as on the CPU, up to 1e-3: %s',
    async (_, network) => {
      await setBackend('cpu');
      const onCpu = await lossesOf(network, STEPS);
      await setBackend('webgpu');
      const onGpu = await lossesOf(network, STEPS);
      expect(onCpu.at(-1)).toBeLessThan(onCpu[0]);
      const differences = onCpu.map((loss, step) => Math.abs(loss - onGpu[step]));
      expect(Math.max(...differences)).toBeLessThan(1e-3);
    },
    600_000,
  );

  test('use no more memory of the GPU and of the heap after many steps', async () => {
    await setBackend('webgpu');
    setRandomSeed(1);
    const model = classifier(dense({ units: 8, activation: 'relu', inputShape: [4] }), dropout({ rate: 0.1 }));
    model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
    const random = randomSource(3);
    const x = hostArray('float32', [8, 4], random.float32Array(32));
    const y = hostArray('int32', [8], random.int32Array(8, 0, 5));
    const usage = async (steps: number) => {
      for (let step = 0; step < steps; step++) await model.trainOnBatch(x, y);
      // Tensors are released after the collection, when the program yields.
      collectGarbage();
      await new Promise((resolve) => setTimeout(resolve, 20));
      collectGarbage();
      return { ...backend.memory(), heap: process.memoryUsage().heapUsed };
    };
    const before = await usage(MEMORY_STEPS / 10);
    const after = await usage(MEMORY_STEPS);
    // A leak of one buffer per step would be 2.5 MB.
    for (const name of ['held', 'reserved'] as const) expect(after[name] - before[name]).toBeLessThan(20_000);
    expect(after.buffers - before.buffers).toBeLessThan(100);
    // The heap also contains what jest and other modules keep; 1 kB per step would be 10 MB.
    expect(after.heap - before.heap).toBeLessThan(runsAll ? 5e6 : 20e6);
  }, 1_200_000);
});
