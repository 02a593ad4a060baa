import { datasets, layers, sequential, setRandomSeed } from 'manabi';

setRandomSeed(1);
const { train, test } = await datasets.mnist();

const model = sequential([
  layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
  // A stride of 2 computes only every second position in both directions, as pooling keeps one of four.
  layers.conv2d({ filters: 16, kernelSize: 3, strides: 2, activation: 'relu' }),
  layers.conv2d({ filters: 32, kernelSize: 3, strides: 2, activation: 'relu' }),
  layers.flatten(),
  layers.dropout({ rate: 0.5 }),
  layers.dense({ units: 10, activation: 'softmax' }),
]);
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
await model.fit(train.images, train.labels, { epochs: 2, batchSize: 128 });

const { accuracy } = await model.evaluate(test.images, test.labels, { batchSize: 500, verbose: 0 });
console.log(`accuracy on ${test.labels.data.length} test digits: ${accuracy.toFixed(3)}`);
