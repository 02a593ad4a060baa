import { data, layers, optimizers, saveModel, sequential, setRandomSeed } from 'manabi';

const [, , table = 'flowers.csv', destination = 'flowers.keras'] = process.argv;
setRandomSeed(1); // every run trains the same network

// 1. Read the table, and divide it into rows to learn from and rows to test with.
type Flower = { length: number; width: number; species: string };
const rows = await data.fromCsv<Flower>(table).toArray();
const species = data.labelEncoder(rows.map((row) => row.species));
const x = rows.map(({ length, width }) => [length, width]);
const y = species.transform(rows.map((row) => row.species)); // 'setosa' is 0, and so on
const { train, test } = data.trainTestSplit({ x, y }, { testSize: 0.25, stratify: y, seed: 1 });

// 2. Describe the network. Its first layer scales the inputs, so that raw measurements can be predicted.
const scale = layers.normalization({ inputShape: [2] });
await scale.adapt(train.x);
const model = sequential([
  scale,
  layers.dense({ units: 8, activation: 'relu' }),
  layers.dense({ units: species.classes.length, activation: 'softmax' }),
]);
model.compile({
  optimizer: optimizers.adam({ learningRate: 0.05 }),
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
});

// 3. Train, test, and save.
await model.fit(train.x, train.y, { epochs: 60, verbose: 0 });
const { accuracy } = await model.evaluate(test.x, test.y, { verbose: 0 });
console.log(`${(100 * accuracy).toFixed(0)} % of ${test.x.shape[0]} other flowers are right.`);
await saveModel(model, destination);
