// Learns exclusive or with two dense layers and `fit`; `examples/xor` does the same without layers. `--json` prints the
// result as one line of JSON at the end.
import '@manabi/backend-cpu/register';
import { parseArgs } from 'node:util';
import { tensor } from '@manabi/core';
import { layers, sequential, setRandomSeed } from '@manabi/layers';
import { adam } from '@manabi/optimizers';

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });

setRandomSeed(1);
const cases = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const x = tensor(cases);
const y = tensor([[0], [1], [1], [0]]);

const network = sequential([
  layers.dense({ units: 8, activation: 'tanh', inputShape: [2] }),
  layers.dense({ units: 1, activation: 'sigmoid' }),
]);
network.compile({ optimizer: adam({ learningRate: 0.05 }), loss: 'binaryCrossentropy', metrics: ['accuracy'] });
await network.fit(x, y, { epochs: 300, batchSize: 4, verbose: 0 });

const { loss, accuracy } = await network.evaluate(x, y, { verbose: 0 });
console.log('a b   a xor b');
const probabilities = await network.predict(x).then((p) => p.data());
cases.forEach(([a, b], row) => {
  const probability = Number(probabilities[row]);
  console.log(`${a} ${b}   ${probability > 0.5 ? 1 : 0}   (${probability.toFixed(4)})`);
});
console.log(`\nloss ${loss.toFixed(5)}, accuracy ${accuracy}`);
if (values.json) console.log(JSON.stringify({ task: 'xor-layers', testAccuracy: accuracy, loss }));
