import { layers } from 'manabi';
import { digitClassifier } from './digit-classifier.ts';
import type { Recipe } from './recipe.ts';

/** A network of two convolutions with pooling, and a dense layer of 128 units. */
export const mnistCnn: Recipe = {
  data: 'digits',
  epochs: 4,
  batchSize: 128,
  validationSplit: 0.05,
  build: () =>
    digitClassifier([
      layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 128, activation: 'relu' }),
    ]),
};
