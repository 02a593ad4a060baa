import { layers, optimizers, sequential, setRandomSeed } from 'manabi';

setRandomSeed(1);
// All eight combinations of three bits, and whether the number of ones is odd.
const x = Array.from({ length: 8 }, (_, i) => [i >> 2, (i >> 1) & 1, i & 1]);
const y = x.map(([a, b, c]) => [(a + b + c) % 2]);

const model = sequential([
  layers.dense({ units: 16, activation: 'tanh', inputShape: [3] }),
  layers.dense({ units: 1, activation: 'sigmoid' }),
]);
const optimizer = optimizers.adam({ learningRate: 0.05 });
model.compile({ optimizer, loss: 'binaryCrossentropy', metrics: ['accuracy'] });
await model.fit(x, y, { epochs: 300, batchSize: 8, verbose: 0 });

const predictions = await (await model.predict(x)).data();
for (const [i, bits] of x.entries()) console.log(bits.join(''), predictions[i] > 0.5 ? 'odd' : 'even');
