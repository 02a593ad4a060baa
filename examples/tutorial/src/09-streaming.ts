// Chapter 9: a pipeline that prepares batches while the network trains. Every digit is moved by up to two pixels, differently in
// each epoch, and no more than a few batches are in memory.
import { data, datasets, hostArray, layers, sequential, setRandomSeed } from 'manabi';
import { options } from './options.ts';

const { epochs, rows } = options({ epochs: 3, rows: 60_000 });
setRandomSeed(1);

const { train, test } = await datasets.mnist();

const batches = data
  .fromTensorSlices([train.images, train.labels])
  .take(rows)
  .shuffle(10_000, { seed: 1 })
  .map(([image, label]) => [moved(image), label])
  .batch(128)
  .prefetch(2);

/** Returns a digit moved by up to two pixels in both directions. */
function moved({ shape, data: pixels }: data.HostArray): data.HostArray {
  const [dy, dx] = [0, 0].map(() => Math.floor(Math.random() * 5) - 2);
  const at = (y: number, x: number) => (y >= 0 && y < 28 && x >= 0 && x < 28 ? pixels[y * 28 + x] : 0);
  const result = Uint8Array.from({ length: 784 }, (_, i) => Number(at(Math.floor(i / 28) + dy, (i % 28) + dx)));
  return hostArray('uint8', shape, result);
}

const model = sequential([
  layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
  layers.conv2d({ filters: 16, kernelSize: 5, strides: 2, activation: 'relu' }),
  layers.conv2d({ filters: 32, kernelSize: 3, strides: 2, activation: 'relu' }),
  layers.flatten(),
  layers.dense({ units: 10, activation: 'softmax' }),
]);
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
await model.fit(batches, { epochs });

const { accuracy } = await model.evaluate(test.images, test.labels, { batchSize: 500 });
console.log(`accuracy on ${test.labels.data.length} test digits: ${accuracy.toFixed(4)}`);
