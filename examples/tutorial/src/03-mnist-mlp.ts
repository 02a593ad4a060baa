// Chapter 3: handwritten digits, with a network of dense layers.
import { datasets, layers, sequential, setRandomSeed } from 'manabi';
import { options } from './options.ts';

const { epochs, stepsPerEpoch } = options({ epochs: 5, stepsPerEpoch: 422 });
setRandomSeed(1);

// Images are uint8 [60000, 28, 28, 1]; labels are the digits 0 to 9.
const { train, test } = await datasets.mnist();

const model = sequential([
  layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
  layers.flatten(),
  layers.dense({ units: 512, activation: 'relu' }),
  layers.dense({ units: 512, activation: 'relu' }),
  layers.dense({ units: 10, activation: 'softmax' }),
]);
model.summary();
model.compile({ optimizer: 'rmsprop', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });

const { history } = await model.fit(train.images, train.labels, {
  epochs,
  stepsPerEpoch,
  batchSize: 128,
  validationSplit: 0.1,
});
console.log('validation accuracy by epoch:', history.valAccuracy.map((value) => value.toFixed(4)).join(' '));

const { accuracy } = await model.evaluate(test.images, test.labels);
console.log(`accuracy on ${test.labels.data.length} test digits: ${accuracy.toFixed(4)}`);
