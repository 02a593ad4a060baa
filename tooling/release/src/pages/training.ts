// A page that trains a convolutional network, as its author would write it with single packages.
import '@manabi/backend-cpu/register';
import { layers, sequential } from '@manabi/layers';
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
Object.assign(globalThis, { model });
