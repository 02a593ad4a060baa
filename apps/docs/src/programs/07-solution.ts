import { datasets, fromHost, layers, regularizers, sequential, setRandomSeed, slice } from 'manabi';

const { train, test } = await datasets.mnist();
const x = slice(fromHost(train.images), [0, 0, 0, 0], [500, -1, -1, -1]);
const y = slice(fromHost(train.labels), [0], [500]);

for (const strength of [0, 0.001, 0.01]) {
  setRandomSeed(1);
  const kernelRegularizer = regularizers.l2({ l2: strength });
  const model = sequential([
    layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
    layers.flatten(),
    layers.dense({ units: 64, activation: 'relu', kernelRegularizer }),
    layers.dense({ units: 10, activation: 'softmax', kernelRegularizer }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const { history } = await model.fit(x, y, { epochs: 15, batchSize: 64, verbose: 0 });
  const { accuracy } = await model.evaluate(test.images, test.labels, { batchSize: 500, verbose: 0 });
  const trained = history.accuracy.at(-1)?.toFixed(3);
  console.log(`l2 ${strength}: training accuracy ${trained}, test accuracy ${accuracy.toFixed(3)}`);
}
