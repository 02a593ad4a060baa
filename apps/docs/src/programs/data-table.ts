import { data, layers, optimizers, sequential, setRandomSeed } from 'manabi';

setRandomSeed(1);
// A file in the page. In Node, pass a path or a URL instead.
const file = new Blob([
  'length,width,color\n1.4,0.2,white\n1.3,0.3,white\n1.5,0.2,white\n1.6,0.4,white\n',
  '4.7,1.4,blue\n4.5,1.5,blue\n4.9,1.6,blue\n4.4,1.3,blue\n',
]);
type Flower = { length: number; width: number; color: string };
const rows = await data.fromCsv<Flower>(file).toArray();

const colors = data.labelEncoder(rows.map(({ color }) => color));
const scaler = data.standardScaler(rows.map(({ length, width }) => [length, width]));
const x = scaler.transform(rows.map(({ length, width }) => [length, width]));
const y = colors.transform(rows.map(({ color }) => color));

const model = sequential([layers.dense({ units: 2, activation: 'softmax', inputShape: [2] })]);
model.compile({ optimizer: optimizers.adam({ learningRate: 0.1 }), loss: 'sparseCategoricalCrossentropy' });
await model.fit(x, y, { epochs: 40, verbose: 0 });

// New rows need the same scaler.
const scores = await (await model.predict(scaler.transform([[4.6, 1.4]]))).data();
console.log(colors.classes.map((color, i) => `${color} ${scores[i].toFixed(1)}`).join(', '));
