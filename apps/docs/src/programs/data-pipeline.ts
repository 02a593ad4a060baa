import { data, datasets, hostArray, layers, sequential, setRandomSeed } from 'manabi';

setRandomSeed(1);
const { train } = await datasets.mnist();
const digits = data
  .fromTensorSlices({ image: train.images, label: train.labels })
  .shuffle(8000, { seed: 1 })
  .map(({ image, label }) => {
    const pixels = Float32Array.from(image.data, (value) => Number(value) / 255);
    return [hostArray('float32', [784], pixels), label] as const;
  })
  .batch(64, { dropRemainder: true })
  .prefetch(2);

const model = sequential([layers.dense({ units: 10, activation: 'softmax', inputShape: [784] })]);
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
await model.fit(digits.take(50), { epochs: 2 });
