// Functions run in the page of the WebGPU test, where the exports are available as the global `manabiOnWebGpu`.
import '@manabi/backend-cpu/register';
import '@manabi/backend-webgpu/register';
import { createWebGpuBackend, describeAdapter } from '@manabi/backend-webgpu';
import {
  add,
  jit,
  matmul,
  profile,
  random,
  registerBackend,
  type StepReport,
  scan,
  setBackend,
  softmax,
  sum,
  type Tensor,
  transpose,
  zeros,
} from '@manabi/core';
import { layers, sequential, setRandomSeed } from '@manabi/layers';

/** Trains a small convolutional network on a backend and returns its losses. */
export async function lossesOn(backend: string): Promise<readonly number[]> {
  await setBackend(backend);
  setRandomSeed(7);
  const model = sequential([
    layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [8, 8, 1] }),
    layers.maxPooling2d(),
    layers.flatten(),
    layers.dense({ units: 3, activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  const images = random.uniform(random.key(1), [16, 8, 8, 1]);
  const labels = random.randint(random.key(2), [16], 0, 3);
  const { history } = await model.fit(images, labels, { epochs: 2, batchSize: 8, verbose: 0 });
  return history.loss;
}

/** Computes a few functions on a backend: a product, a softmax, a loop, and random bits. */
export async function valuesOn(backend: string): Promise<readonly unknown[]> {
  await setBackend(backend);
  const x = random.normal(random.key(3), [5, 40]);
  const [, sums] = scan(
    (carry: Tensor, row: Tensor): [Tensor, Tensor] => [add(carry, row), add(carry, row)],
    zeros([40]),
    x,
  );
  const results = [matmul(x, transpose(x)), softmax(x), sums];
  return await Promise.all([...results.map((result) => result.array()), random.bits(random.key(4), [8]).array()]);
}

/** Measures the steps of a product and a softmax, and returns them with the sum of the results. */
export async function profiled(): Promise<{
  readonly steps: readonly StepReport[];
  readonly total: number;
  readonly isSoftware: boolean;
}> {
  registerBackend('webgpu-measured', () => createWebGpuBackend({ measures: true }));
  await setBackend('webgpu-measured');
  const f = jit((x: Tensor) => softmax(matmul(x, transpose(x))));
  const x = random.normal(random.key(3), [64, 40]);
  let total = 0;
  for (let run = 0; run < 8; run++) total = await sum(await f(x)).item();
  return { steps: await profile(f, x), total, isSoftware: (await describeAdapter()).isSoftware };
}
