// Chapter 10: save a trained network in the formats of Keras and TensorFlow and as ONNX, load it again, and go on training.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  exportOnnx,
  exportSavedModel,
  layers,
  loadModel,
  loadWeights,
  type Model,
  onnx,
  openSavedModel,
  optimizers,
  saveModel,
  saveWeights,
  sequential,
  setRandomSeed,
  type Tensor,
  tensor,
} from 'manabi';
import { options } from './options.ts';

const { epochs } = options({ epochs: 200 });
setRandomSeed(1);
const folder = await mkdtemp(join(tmpdir(), 'manabi-'));
const inFolder = (name: string) => join(folder, name);

const x = tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]);
const y = tensor([[0], [1], [1], [0]]);
const network = () =>
  sequential([
    layers.dense({ units: 8, activation: 'tanh', inputShape: [2], name: 'hidden' }),
    layers.dense({ units: 1, activation: 'sigmoid', name: 'output' }),
  ]);

const model = network();
model.compile({ optimizer: optimizers.adam({ learningRate: 0.05 }), loss: 'binaryCrossentropy' });
await model.fit(x, y, { epochs, verbose: 0 });
const digits = async (values: Tensor) => Array.from(await values.data(), (value) => value.toFixed(4)).join(' ');
const text = async (trained: Model) => digits(await trained.predict(x));
console.log(`predictions of the model           ${await text(model)}`);

// The whole model: layers, weights and the state of the optimizer, so that training can go on.
for (const name of ['model.keras', 'model.h5']) {
  await saveModel(model, inFolder(name));
  const loaded = await loadModel(inFolder(name));
  console.log(`predictions of ${name.padEnd(19)} ${await text(loaded)}`);
  const { history } = await loaded.fit(x, y, { epochs: 1, verbose: 0 });
  console.log('  loss after another epoch:', history.loss[0].toFixed(4));
}

// Only the weights: the program creates the network.
for (const name of ['model.weights.h5', 'model.safetensors', 'model.npz', 'model.pt']) {
  await saveWeights(model, inFolder(name));
  const other = network();
  await loadWeights(other, inFolder(name));
  console.log(`predictions of ${name.padEnd(19)} ${await text(other)}`);
}

// A SavedModel, which TensorFlow serves, and which needs no Keras.
await exportSavedModel(model, inFolder('served'));
const served = await openSavedModel(inFolder('served'));
const [name] = Object.keys(served.signatures.serving_default.inputs);
console.log(`predictions of the SavedModel      ${await digits((await served.run({ [name]: x })).output)}`);

// ONNX, for every other runtime.
await exportOnnx(model, inFolder('model.onnx'));
const session = await onnx.openSession(inFolder('model.onnx'));
console.log('inputs of model.onnx', JSON.stringify(session.inputs));
