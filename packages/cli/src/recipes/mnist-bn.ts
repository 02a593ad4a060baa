import { layers } from 'manabi';
import { digitClassifier } from './digit-classifier.ts';
import type { Recipe } from './recipe.ts';

/** A dense network, 784-512-256-128-10: each hidden layer has batch normalization before its ReLU and dropout of 0.2 after it. */
export const mnistBn: Recipe = {
  data: 'digits',
  epochs: 10,
  batchSize: 128,
  validationSplit: 0,
  build: () =>
    digitClassifier([
      layers.flatten(),
      ...[512, 256, 128].flatMap((units) => [
        layers.dense({ units }),
        layers.batchNormalization(),
        layers.activation({ activation: 'relu' }),
        layers.dropout({ rate: 0.2 }),
      ]),
    ]),
};
