// Chapter 7: the same network with batch normalization, with dropout, with both and with neither. On 2,000 digits, a network
// without them learns its digits by heart.
import { datasets, fromHost, layers, sequential, setRandomSeed, slice } from 'manabi';
import { options } from './options.ts';

const { epochs, rows, units } = options({ epochs: 20, rows: 2000, units: 256 });
const { train, test } = await datasets.mnist();
const x = slice(fromHost(train.images), [0, 0, 0, 0], [rows, -1, -1, -1]);
const y = slice(fromHost(train.labels), [0], [rows]);

/** Returns a network of three hidden layers. */
function network(batchNorm: boolean, dropout: boolean) {
  const hidden = () => [
    layers.dense({ units, useBias: !batchNorm }),
    ...(batchNorm ? [layers.batchNormalization()] : []),
    layers.activation({ activation: 'relu' }),
    ...(dropout ? [layers.dropout({ rate: 0.4 })] : []),
  ];
  return sequential([
    layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
    layers.flatten(),
    ...[hidden(), hidden(), hidden()].flat(),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
}

for (const [batchNorm, dropout] of [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
]) {
  setRandomSeed(1);
  const model = network(batchNorm, dropout);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const { history } = await model.fit(x, y, { epochs, batchSize: 64, verbose: 0 });
  const { accuracy } = await model.evaluate(test.images, test.labels, { batchSize: 500, verbose: 0 });
  const parts = [batchNorm && 'batch normalization', dropout && 'dropout'].filter(Boolean).join(' and ') || 'neither';
  const trained = history.accuracy.at(-1)?.toFixed(4);
  console.log(`${parts.padEnd(32)} training accuracy ${trained}  test accuracy ${accuracy.toFixed(4)}`);
}
