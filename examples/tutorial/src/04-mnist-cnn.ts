// Chapter 4: handwritten digits, with a convolutional network.
import { callbacks, datasets, layers, sequential, setRandomSeed } from 'manabi';
import { options } from './options.ts';

const { epochs, stepsPerEpoch } = options({ epochs: 3, stepsPerEpoch: 422 });
setRandomSeed(1);

const { train, test } = await datasets.mnist();

const model = sequential([
  layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
  layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
  layers.maxPooling2d({ poolSize: 2 }),
  layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
  layers.maxPooling2d({ poolSize: 2 }),
  layers.flatten(),
  layers.dropout({ rate: 0.5 }),
  layers.dense({ units: 10, activation: 'softmax' }),
]);
model.summary();
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });

await model.fit(train.images, train.labels, {
  epochs,
  stepsPerEpoch,
  batchSize: 128,
  validationSplit: 0.1,
  callbacks: [callbacks.earlyStopping({ patience: 1, restoreBestWeights: true })],
});

const { accuracy } = await model.evaluate(test.images, test.labels);
console.log(`accuracy on ${test.labels.data.length} test digits: ${accuracy.toFixed(4)}`);
