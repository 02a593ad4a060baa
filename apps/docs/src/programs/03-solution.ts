import { datasets, layers, sequential, setRandomSeed } from 'manabi';

setRandomSeed(1);
const { train, test } = await datasets.mnist();

for (const units of [4, 16, 64]) {
  const model = sequential([
    layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
    layers.flatten(),
    layers.dense({ units, activation: 'relu' }),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'rmsprop', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  await model.fit(train.images, train.labels, { epochs: 3, batchSize: 128, verbose: 0 });
  const { accuracy } = await model.evaluate(test.images, test.labels, { batchSize: 500, verbose: 0 });
  console.log(`${units} units, ${model.countParams()} weights: accuracy ${accuracy.toFixed(3)}`);
}
