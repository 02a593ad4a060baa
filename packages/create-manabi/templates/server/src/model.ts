import { readFile } from 'node:fs/promises';
import { layers, type Sequential, sequential, setRandomSeed, tensor } from 'manabi';

/** A flower in the data: its lengths in centimeters, and the label of its species. */
interface Row {
  /** Sepal length and width, petal length and width. */
  readonly x: [number, number, number, number];
  /** 0: setosa, 1: versicolor, 2: virginica. */
  readonly y: number;
}

/** Trains a network that takes the lengths of a flower, and returns the probability of each species. */
export async function trainModel(): Promise<Sequential> {
  setRandomSeed(1); // every run trains the same network
  const rows: Row[] = JSON.parse(await readFile(new URL('../data/iris.json', import.meta.url), 'utf8'));
  const flowers = tensor(rows.map(({ x }) => x));
  const labels = tensor(rows.map(({ y }) => y));

  const normalization = layers.normalization({ inputShape: [4] });
  await normalization.adapt(flowers);
  const model = sequential([
    normalization,
    layers.dense({ units: 16, activation: 'relu' }),
    layers.dense({ units: 3, activation: 'softmax' }),
  ]);
  model.compile({
    optimizer: { className: 'Adam', config: { learningRate: 0.02 } },
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  await model.fit(flowers, labels, { epochs: 50, batchSize: 16, verbose: 0 });
  return model;
}
