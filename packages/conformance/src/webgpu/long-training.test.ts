import '@manabi/backend-cpu/register';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { createWebGpuBackend } from '@manabi/backend-webgpu';
import { registerBackend, setBackend } from '@manabi/core';
import { type Backend, hostArray, sizeOf } from '@manabi/ir';
import { input, type Layer, type Model, model, type SymbolicTensor, sequential, setRandomSeed } from '@manabi/layers';
import {
  add,
  batchNormalization,
  conv2d,
  dense,
  dropout,
  embedding,
  flatten,
  globalAveragePooling1d,
  layerNormalization,
  lstm,
  maxPooling2d,
  multiHeadAttention,
} from '@manabi/layers/layers';
import { randomSource } from '@manabi/testing';
import { describeWithWebGpu } from './webgpu.fixture.ts';

/** Whether to run all steps, as `npm run nightly -- webgpu` does. */
const isLong = process.env.MANABI_WEBGPU === 'all';
const STEPS = isLong ? 100 : 12;
const MEMORY_STEPS = isLong ? 10_000 : 200;

const BATCH = 32;
const CLASSES = 5;

interface Network {
  readonly shape: readonly number[];
  /** Number of tokens, for inputs that are tokens; 0 for inputs that are numbers. */
  readonly tokens: number;
  readonly create: () => Model;
}

const classifier = (...layers: readonly Layer[]): Model =>
  sequential([...layers, dense({ units: CLASSES, activation: 'softmax' })]);

/** One block of a transformer: attention and two dense layers, each with a residual connection and normalization. */
function transformerBlock(x: SymbolicTensor, width: number): SymbolicTensor {
  const normalized = layerNormalization().apply(x);
  const attention = multiHeadAttention({ numHeads: 2, keyDim: width / 2 }).apply([normalized, normalized]);
  const attended = add().apply([x, attention]);
  const hidden = dense({ units: 2 * width, activation: 'gelu' }).apply(layerNormalization().apply(attended));
  return add().apply([attended, dense({ units: width }).apply(hidden)]);
}

const networks: Readonly<Record<string, Network>> = {
  'a perceptron with batch normalization and dropout': {
    shape: [40],
    tokens: 0,
    create: () =>
      classifier(
        dense({ units: 32, activation: 'relu' }),
        batchNormalization(),
        dropout({ rate: 0.2 }),
        dense({ units: 16, activation: 'relu' }),
        batchNormalization(),
      ),
  },
  'a convolutional network': {
    shape: [12, 12, 1],
    tokens: 0,
    create: () =>
      classifier(
        conv2d({ filters: 8, kernelSize: 3, activation: 'relu' }),
        maxPooling2d(),
        conv2d({ filters: 12, kernelSize: 3, activation: 'relu' }),
        flatten(),
      ),
  },
  'an LSTM': { shape: [10, 6], tokens: 0, create: () => classifier(lstm({ units: 16 })) },
  'a transformer of two blocks': {
    shape: [12],
    tokens: 20,
    create: () => {
      const tokens = input({ shape: [12], dtype: 'int32' });
      const embedded = embedding({ inputDim: 20, outputDim: 16 }).apply(tokens);
      const blocks = transformerBlock(transformerBlock(embedded, 16), 16);
      const pooled = globalAveragePooling1d().apply(layerNormalization().apply(blocks));
      return model({ inputs: tokens, outputs: dense({ units: CLASSES, activation: 'softmax' }).apply(pooled) });
    },
  },
};

/** Trains a network on a few batches, again and again, and returns the loss of each step. */
async function lossesOf({ shape, tokens, create }: Network): Promise<readonly number[]> {
  setRandomSeed(11);
  const trained = create();
  trained.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  const random = randomSource(12);
  const size = BATCH * sizeOf(shape);
  const batches = Array.from({ length: 4 }, () => ({
    x:
      tokens > 0
        ? hostArray('int32', [BATCH, ...shape], random.int32Array(size, 0, tokens))
        : hostArray('float32', [BATCH, ...shape], random.float32Array(size)),
    y: hostArray('int32', [BATCH], random.int32Array(BATCH, 0, CLASSES)),
  }));
  const losses: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const { x, y } = batches[step % batches.length];
    losses.push((await trained.trainOnBatch(x, y)).loss);
  }
  return losses;
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

describeWithWebGpu('long trainings on WebGPU', () => {
  let backend: Backend;
  registerBackend('webgpu', async () => {
    backend = await createWebGpuBackend();
    return backend;
  });

  test.each(Object.entries(networks))(
    'have the same losses as on the CPU, up to 1e-3: %s',
    async (_, network) => {
      await setBackend('cpu');
      const onCpu = await lossesOf(network);
      await setBackend('webgpu');
      const onGpu = await lossesOf(network);
      expect(onCpu.at(-1)).toBeLessThan(onCpu[0]);
      const differences = onCpu.map((loss, step) => Math.abs(loss - onGpu[step]));
      expect(Math.max(...differences)).toBeLessThan(1e-3);
    },
    600_000,
  );

  test('use no more memory of the GPU and of the heap after many steps', async () => {
    await setBackend('webgpu');
    setRandomSeed(1);
    const trained = classifier(dense({ units: 8, activation: 'relu', inputShape: [4] }), dropout({ rate: 0.1 }));
    trained.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
    const random = randomSource(3);
    const x = hostArray('float32', [8, 4], random.float32Array(32));
    const y = hostArray('int32', [8], random.int32Array(8, 0, CLASSES));
    const usage = async (steps: number) => {
      for (let step = 0; step < steps; step++) await trained.trainOnBatch(x, y);
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
    expect(after.heap - before.heap).toBeLessThan(isLong ? 5e6 : 20e6);
  }, 1_200_000);
});
