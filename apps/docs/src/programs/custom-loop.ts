import { layers, random, sequential, setRandomSeed, sum } from 'manabi';

setRandomSeed(1);
const model = sequential([
  layers.dense({ units: 16, activation: 'relu', inputShape: [4] }),
  layers.dense({ units: 1 }),
]);
model.compile({ optimizer: 'adam', loss: 'mse' });

const x = random.normal(random.key(7), [256, 4]);
const y = sum(x, 1, { keepdims: true });
for (let i = 0; i <= 200; i++) {
  const { loss, gradients, updates } = await model.gradients(x, y); // does not change the model
  await model.applyGradients({ gradients, updates }); // updates: moving statistics and other state
  if (i % 50 === 0) console.log(i, Number(await loss.item()).toFixed(2));
}
