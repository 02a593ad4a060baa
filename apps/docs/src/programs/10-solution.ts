import { layers, loadModel, saveModelBytes, sequential, setRandomSeed } from 'manabi';

setRandomSeed(1);
const network = () =>
  sequential([
    layers.dense({ units: 8, activation: 'tanh', inputShape: [2] }),
    layers.dense({ units: 1, activation: 'sigmoid' }),
  ]);
const [first, second] = [network(), network()];
const predict = async (model: typeof first) => (await (await model.predict([[0, 1]])).data())[0].toFixed(4);
console.log('two networks with different weights:', await predict(first), await predict(second));

// Weights are arrays, so they can be copied without a file.
second.setWeights(await first.getWeights());
console.log('after copying the weights:', await predict(first), await predict(second));

const copy = await loadModel(await saveModelBytes(second));
console.log('layers in the file:', copy.layers.map(({ name }) => name).join(', '));
