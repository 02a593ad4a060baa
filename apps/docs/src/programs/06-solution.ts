import { layers, optimizers, sequential, setRandomSeed } from 'manabi';

// Sequences of ten digits; the label is 1 if the first digit is larger than the last. An average cannot see the order.
setRandomSeed(1);
let state = 1;
const digit = () => {
  state = (state * 48271) % 2147483647;
  return state % 10;
};
const x = Array.from({ length: 600 }, () => Array.from({ length: 10 }, () => digit()));
const y = x.map((digits) => (digits[0] > digits[9] ? 1 : 0));

const heads = {
  average: () => layers.globalAveragePooling1d(),
  'LSTM in both directions': () => layers.bidirectional({ layer: layers.lstm({ units: 16 }) }),
};
for (const [name, head] of Object.entries(heads)) {
  const model = sequential([
    layers.embedding({ inputDim: 10, outputDim: 8, inputShape: [10] }),
    head(),
    layers.dense({ units: 1, activation: 'sigmoid' }),
  ]);
  const optimizer = optimizers.adam({ learningRate: 0.01 });
  model.compile({ optimizer, loss: 'binaryCrossentropy', metrics: ['accuracy'] });
  await model.fit(x, y, { epochs: 15, batchSize: 50, validationSplit: 0.2, verbose: 0 });
  const { accuracy } = await model.evaluate(x.slice(480), y.slice(480), { verbose: 0 });
  console.log(`${name}: accuracy ${accuracy.toFixed(2)} on sequences it has not seen`);
}
