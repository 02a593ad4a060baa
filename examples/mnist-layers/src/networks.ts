import { layers, type Sequential, sequential } from '@manabi/layers';

/** 784-128-64-10 with ReLU; takes raw pixels, `[batch, 28, 28, 1]`, as every network here. */
export function plainNetwork(): Sequential {
  return sequential([
    ...pixels(),
    layers.dense({ units: 128, activation: 'relu' }),
    layers.dense({ units: 64, activation: 'relu' }),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
}

/** 784-512-256-128-10, every hidden layer batch normalized before its ReLU and a fifth of it dropped after. */
export function regularizedNetwork(): Sequential {
  return sequential([
    ...pixels(),
    ...[512, 256, 128].flatMap((units) => [
      layers.dense({ units }),
      layers.batchNormalization(),
      layers.activation({ activation: 'relu' }),
      layers.dropout({ rate: 0.2 }),
    ]),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
}

function pixels() {
  return [layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }), layers.flatten()];
}
