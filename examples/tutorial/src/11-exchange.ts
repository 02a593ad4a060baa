// Chapter 11: exchange with Python. `iris.npz` holds Fisher's iris data from scikit-learn, `iris.pt` a network trained by PyTorch;
// `tooling/goldens/tutorial/iris.py` wrote them.
import {
  classificationReport,
  confusionMatrix,
  crossValidate,
  layers,
  loadWeights,
  optimizers,
  readNpz,
  saveWeights,
  sequential,
  setRandomSeed,
} from 'manabi';
import { options } from './options.ts';

const { epochs, out } = options({ epochs: 60, out: '' });
setRandomSeed(1);
const file = (name: string) => new URL(`../data/${name}`, import.meta.url);

// NumPy: arrays by name.
const { features, labels, probabilities } = await readNpz(file('iris.npz'));

// PyTorch: torch.nn.Sequential numbers its modules, so the layers with weights are 0 and 2.
const network = () =>
  sequential([
    layers.dense({ units: 16, activation: 'relu', inputShape: [4], name: '0' }),
    layers.dense({ units: 3, activation: 'softmax', name: '2' }),
  ]);
const model = network();
await loadWeights(model, file('iris.pt'));
const predicted = await model.predict(features);
const ours = await predicted.data();
const difference = Math.max(...ours.map((value, i) => Math.abs(value - Number(probabilities.data[i]))));
console.log(`largest difference from PyTorch: ${difference.toExponential(0)}`);

// scikit-learn: scores by class, confusion, cross-validation.
const species = ['setosa', 'versicolor', 'virginica'];
const classes = Int32Array.from({ length: 150 }, (_, row) => row * 3).map((start) => {
  const row = ours.slice(start, start + 3);
  return row.indexOf(Math.max(...row));
});
console.log(String(classificationReport(labels, classes, { targetNames: species })));
console.log(String(confusionMatrix(labels, classes)));

const build = () => {
  const fresh = network();
  fresh.compile({
    optimizer: optimizers.adam({ learningRate: 0.02 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  return fresh;
};
const { mean } = await crossValidate(build, features, labels, { folds: 5, seed: 1, fit: { epochs } });
console.log(`accuracy in five folds: ${mean.accuracy.toFixed(3)}`);

// Back to PyTorch: a state dict for network.load_state_dict(torch.load('iris.pt')).
if (out !== '') await saveWeights(model, out);
