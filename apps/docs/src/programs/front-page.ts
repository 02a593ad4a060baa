import { layers, optimizers, sequential, setRandomSeed } from 'manabi';

setRandomSeed(1);
const x = Array.from({ length: 200 }, (_, i) => [i / 100 - 1]);
const y = x.map(([value]) => [Math.sin(4 * value)]);

const model = sequential([
  layers.dense({ units: 32, activation: 'tanh', inputShape: [1] }),
  layers.dense({ units: 32, activation: 'tanh' }),
  layers.dense({ units: 1 }),
]);
model.compile({ optimizer: optimizers.adam({ learningRate: 0.01 }), loss: 'meanSquaredError' });
await model.fit(x, y, { epochs: 150, verbose: 0 });

// sin(-2), sin(0) and sin(2) are -0.91, 0 and 0.91.
const output = await model.predict([[-0.5], [0], [0.5]]);
console.log(Array.from(await output.data(), (value) => value.toFixed(2)));
