import { layers } from 'manabi';
import { digitClassifier } from './digit-classifier.ts';
import type { Recipe } from './recipe.ts';

/** A dense network, 784-128-64-10, with ReLU. */
export const mnistMlp: Recipe = {
  data: 'digits',
  epochs: 5,
  batchSize: 32,
  validationSplit: 0,
  build: () =>
    digitClassifier([
      layers.flatten(),
      layers.dense({ units: 128, activation: 'relu' }),
      layers.dense({ units: 64, activation: 'relu' }),
    ]),
};
