// Chapter 2: exclusive or again, with layers, an optimizer and `fit`.
import { layers, optimizers, sequential, setRandomSeed, tensor } from 'manabi';
import { options } from './options.ts';

const { epochs, seed } = options({ epochs: 300, seed: 1 });
setRandomSeed(seed);

const x = tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]);
const y = tensor([[0], [1], [1], [0]]);

const model = sequential([
  layers.dense({ units: 8, activation: 'tanh', inputShape: [2] }),
  layers.dense({ units: 1, activation: 'sigmoid' }),
]);
const optimizer = optimizers.adam({ learningRate: 0.05 });
model.compile({ optimizer, loss: 'binaryCrossentropy', metrics: ['accuracy'] });
model.summary();

await model.fit(x, y, { epochs, batchSize: 4, verbose: 0 });
const { loss, accuracy } = await model.evaluate(x, y, { verbose: 0 });
console.log(`loss ${loss.toFixed(3)}  accuracy ${accuracy}`);
const predictions = await model.predict(x);
console.log((await predictions.data()).map((value) => Math.round(value)).join(' '));
