import { hostArray, type Tensor } from '@manabi/core';
import { type Model, sequential } from '@manabi/layers';
import { batchNormalization, conv2d, dense, dropout, flatten, maxPooling2d } from '@manabi/layers/layers';

/** Fractional parts of the multiples of an irrational number, which are spread evenly over [0, 1). */
const spread = (length: number) => Array.from({ length }, (_, i) => (i * Math.SQRT2) % 1);

/** Samples to train on: 40 images of 8x8 in three classes. */
export const images = hostArray('float32', [40, 8, 8, 1], Float32Array.from(spread(40 * 64)));

/** Labels of the images. */
export const labels = hostArray(
  'int32',
  [40],
  Int32Array.from(spread(40), (value) => Math.floor(3 * value)),
);

/** Options of `fit` for five steps per epoch. */
export const quietly = { batchSize: 8, verbose: 0 } as const;

/** Creates a compiled model whose training has much state: weights, moving averages, slots of Adam, and random masks. */
export function statefulModel(seed = 1): Model {
  // Models with a seed draw the same random numbers, whatever other models do.
  const model = sequential(
    [
      conv2d({ filters: 4, kernelSize: 3, activation: 'relu', name: 'conv' }),
      batchNormalization({ name: 'normalized' }),
      maxPooling2d({ poolSize: 2 }),
      flatten(),
      dropout({ rate: 0.4 }),
      // Large enough that its weights are updated on the other backend.
      dense({ units: 200, activation: 'relu', name: 'hidden' }),
      dense({ units: 3, activation: 'softmax', name: 'classes' }),
    ],
    { seed },
  );
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

/** Returns the bytes of all weights, and of the optimizer's state and the random numbers, by name. */
export async function bitsOf(model: Model): Promise<Readonly<Record<string, string>>> {
  const { optimizer, ...rest } = model.trainer.state();
  const { trainable, state } = model.values();
  const named: Record<string, Tensor> = { ...trainable, ...state };
  if (optimizer !== null) {
    named.step = optimizer.step;
    for (const [slot, tensors] of Object.entries(optimizer.slots)) {
      for (const [path, tensor] of Object.entries<Tensor>(tensors)) named[`${slot}/${path}`] = tensor;
    }
  }
  const entries = Object.entries(named).map(async ([name, tensor]) => {
    const { buffer, byteOffset, byteLength } = await tensor.data();
    return [name, `${tensor.dtype} ${Buffer.from(buffer, byteOffset, byteLength).toString('hex')}`] as const;
  });
  // Without the position in the random numbers that all models share.
  const { trainings, batchPlace } = rest;
  return {
    ...Object.fromEntries(await Promise.all(entries)),
    random: JSON.stringify({ trainings, batchPlace }),
  };
}
