import {
  abs,
  greater,
  layers,
  losses,
  mean,
  mul,
  optimizers,
  random,
  register,
  sequential,
  setRandomSeed,
  sub,
  type Tensor,
  where,
} from 'manabi';

/** The mean absolute error; predictions that are too low count four times. */
function shortage(target: Tensor, predicted: Tensor): Tensor {
  const error = sub(target, predicted);
  return mean(where(greater(error, 0), mul(4, error), abs(error)), -1);
}
// Only needed to save and load a model that is compiled with the loss, or to use the loss by name.
register('loss', 'Shortage', (config) => losses.lossFunctionWrapper({ fn: shortage, ...config }));

setRandomSeed(1);
const demand = random.normal(random.key(1), [512, 1]); // noise around 0
const x = mul(demand, 0); // nothing that would help to predict it
for (const loss of ['mae', shortage]) {
  const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
  model.compile({ optimizer: optimizers.adam({ learningRate: 0.05 }), loss });
  await model.fit(x, demand, { epochs: 30, verbose: 0 });
  const predicted = await (await model.predict([[0]])).item();
  console.log(typeof loss === 'string' ? loss : loss.name, 'predicts', Number(predicted).toFixed(1));
}
