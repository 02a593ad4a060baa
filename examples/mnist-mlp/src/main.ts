// Trains a network of dense layers, 784-128-64-10, on the 60,000 training digits of MNIST, and tests it on the 10,000 test
// digits. `--json` prints the result as one line of JSON at the end.
import '@manabi/backend-cpu/register';
import { parseArgs } from 'node:util';
import { mnist } from '@manabi/datasets';
import { progressLine } from './progress-line.ts';
import { accuracyOf, train } from './train.ts';

const { values } = parseArgs({
  options: {
    epochs: { type: 'string', default: '5' },
    'batch-size': { type: 'string', default: '64' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log('npm run example -- mnist-mlp [--epochs 5] [--batch-size 64] [--seed 1] [--json]');
} else {
  const start = performance.now();
  const digits = await mnist();
  const network = await train(digits.train, {
    epochs: positiveInteger('epochs', values.epochs),
    batchSize: positiveInteger('batch-size', values['batch-size']),
    seed: positiveInteger('seed', values.seed),
    onProgress: progressLine(process.stderr),
  });
  const testAccuracy = await accuracyOf(network, digits.test);
  const seconds = Math.round((performance.now() - start) / 10) / 100;
  console.log(`accuracy on the 10,000 test digits: ${testAccuracy.toFixed(4)}, after ${seconds} s`);
  if (values.json) console.log(JSON.stringify({ task: 'mnist-mlp', testAccuracy, seconds }));
}

function positiveInteger(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  console.error(`--${name} must be a positive integer; got '${text}'.`);
  process.exit(2);
}
