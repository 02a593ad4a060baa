// Trains a network of dense layers on the 60,000 handwritten digits of MNIST and tests it on 10,000 others: the plain one,
// or with `--network regularized` a larger one with batch normalization and dropout. `--json` ends with one line of JSON.
import '@manabi/backend-cpu/register';
import { parseArgs } from 'node:util';
import { mnist } from '@manabi/datasets';
import { type Sequential, setRandomSeed } from '@manabi/layers';
import { plainNetwork, regularizedNetwork } from './networks.ts';

const NETWORKS = new Map([
  ['plain', { build: plainNetwork, epochs: 5 }],
  ['regularized', { build: regularizedNetwork, epochs: 10 }],
]);

const { values } = parseArgs({
  options: {
    network: { type: 'string', default: 'plain' },
    epochs: { type: 'string' },
    'batch-size': { type: 'string', default: '128' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const choice = NETWORKS.get(values.network);
if (values.help) {
  console.log(
    'npm run example -- mnist-layers [--network plain|regularized] [--epochs 5|10] [--batch-size 128] [--seed 1] [--json]',
  );
} else if (choice === undefined) {
  refuse(`--network takes ${[...NETWORKS.keys()].join(' or ')}, not ${values.network}.`);
} else {
  const epochs = values.epochs === undefined ? choice.epochs : wholeNumber('epochs', values.epochs);
  await run(choice.build, epochs);
}

async function run(build: () => Sequential, epochs: number): Promise<void> {
  const start = performance.now();
  setRandomSeed(wholeNumber('seed', values.seed));
  const { train, test } = await mnist();
  const network = build();
  network.summary();
  network.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });

  const trainingStart = performance.now();
  const batchSize = wholeNumber('batch-size', values['batch-size']);
  await network.fit(train.images, train.labels, { epochs, batchSize });
  const secondsPerEpoch = seconds(trainingStart) / epochs;
  const { accuracy } = await network.evaluate(test.images, test.labels, { batchSize: 1000 });

  console.log(
    `accuracy on the 10,000 test digits: ${accuracy.toFixed(4)}, after ${secondsPerEpoch.toFixed(1)} s per epoch`,
  );
  if (values.json) {
    const task = `mnist-layers-${values.network}`;
    console.log(JSON.stringify({ task, testAccuracy: accuracy, secondsPerEpoch, seconds: seconds(start) }));
  }
}

/** Seconds since a moment, in hundredths. */
function seconds(since: number): number {
  return Math.round((performance.now() - since) / 10) / 100;
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  return Number.isInteger(value) && value > 0
    ? value
    : refuse(`--${name} takes a whole number from 1 up, not ${text}.`);
}

function refuse(reason: string): never {
  console.error(reason);
  process.exit(2);
}
