// Trains a convolutional network on the 60,000 handwritten digits of MNIST and tests it on 10,000 others. `--json` ends
// with one line of JSON.
import '@manabi/backend-cpu/register';
import { parseArgs } from 'node:util';
import { mnist } from '@manabi/datasets';
import { setRandomSeed } from '@manabi/layers';
import { convolutionalNetwork } from './network.ts';

const { values } = parseArgs({
  options: {
    epochs: { type: 'string', default: '4' },
    'batch-size': { type: 'string', default: '128' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log('npm run mnist-cnn -- [--epochs 4] [--batch-size 128] [--seed 1] [--json]');
} else {
  await run(wholeNumber('epochs', values.epochs));
}

async function run(epochs: number): Promise<void> {
  const start = performance.now();
  setRandomSeed(wholeNumber('seed', values.seed));
  const { train, test } = await mnist();
  const network = convolutionalNetwork();
  network.summary();
  network.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });

  const trainingStart = performance.now();
  await network.fit(train.images, train.labels, {
    epochs,
    batchSize: wholeNumber('batch-size', values['batch-size']),
    validationSplit: 0.05,
  });
  const secondsPerEpoch = seconds(trainingStart) / epochs;
  const { accuracy } = await network.evaluate(test.images, test.labels, { batchSize: 1000 });

  console.log(
    `accuracy on the 10,000 test digits: ${accuracy.toFixed(4)}, after ${secondsPerEpoch.toFixed(1)} s per epoch`,
  );
  if (values.json) {
    console.log(
      JSON.stringify({ task: 'mnist-cnn', testAccuracy: accuracy, secondsPerEpoch, seconds: seconds(start) }),
    );
  }
}

/** Seconds since a moment, in hundredths. */
function seconds(since: number): number {
  return Math.round((performance.now() - since) / 10) / 100;
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  console.error(`--${name} takes a whole number from 1 up, not ${text}.`);
  process.exit(2);
}
