import { layers } from 'manabi';
import { digitClassifier } from './digit-classifier.ts';
import type { Recipe } from './recipe.ts';

/** 784-512-256-128-10: every hidden layer is normalized over the batch before its ReLU, and a fifth of it dropped after. */
export const mnistBn: Recipe = {
  summary: 'digits, by dense layers of 512, 256 and 128 units with batch normalization and dropout',
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
