import { crossValidate, layers, optimizers, readNpz, sequential, setRandomSeed } from 'manabi';

setRandomSeed(1);
const { features, labels } = await readNpz(new URL('../data/iris.npz', import.meta.url));

for (const units of [2, 16]) {
  const build = () => {
    const model = sequential([
      layers.dense({ units, activation: 'relu', inputShape: [4] }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ]);
    const optimizer = optimizers.adam({ learningRate: 0.02 });
    model.compile({ optimizer, loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
    return model;
  };
  const { mean, std } = await crossValidate(build, features, labels, {
    folds: 3,
    seed: 1,
    fit: { epochs: 40, batchSize: 20 },
  });
  console.log(`${units} hidden units: accuracy ${mean.accuracy.toFixed(2)} ± ${std.accuracy.toFixed(2)}`);
}
