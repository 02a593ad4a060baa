// The page of `training.ts` with the backend `webgpu` instead of `cpu`. It downloads no more.
import '@manabi/backend-webgpu/register';
import { sequential } from '@manabi/layers';
import * as layers from '@manabi/layers/layers';
import { adam } from '@manabi/optimizers';

const model = sequential([
  layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
  layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
  layers.maxPooling2d({ poolSize: 2 }),
  layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
  layers.maxPooling2d({ poolSize: 2 }),
  layers.flatten(),
  layers.dense({ units: 128, activation: 'relu' }),
  layers.dense({ units: 10, activation: 'softmax' }),
]);
model.compile({ optimizer: adam(), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
const images = new Float32Array(4 * 28 * 28);
await model.fit({ dtype: 'float32', shape: [4, 28, 28, 1], data: images }, Uint8Array.of(0, 1, 2, 3), { verbose: 0 });
