import {
  exportOnnx,
  layers,
  loadModel,
  type Model,
  optimizers,
  saveModelBytes,
  sequential,
  setRandomSeed,
  tensor,
} from 'manabi';

setRandomSeed(1);
const x = tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]);
const y = tensor([[0], [1], [1], [0]]);

const model = sequential([
  layers.dense({ units: 8, activation: 'tanh', inputShape: [2], name: 'hidden' }),
  layers.dense({ units: 1, activation: 'sigmoid', name: 'output' }),
]);
model.compile({ optimizer: optimizers.adam({ learningRate: 0.05 }), loss: 'binaryCrossentropy' });
await model.fit(x, y, { epochs: 200, verbose: 0 });
const text = async (trained: Model) =>
  Array.from(await (await trained.predict(x)).data(), (value) => value.toFixed(4)).join(' ');
console.log('predictions of the model      ', await text(model));

// The bytes of a .keras file. In Node, saveModel(model, 'model.keras') writes the same bytes to a file.
const bytes = await saveModelBytes(model);
const loaded = await loadModel(bytes);
console.log(`predictions of the loaded file ${await text(loaded)}`);

// The file contains the state of the optimizer, so that training goes on as if it had not been interrupted.
const { history } = await loaded.fit(x, y, { epochs: 1, verbose: 0 });
console.log('loss after another epoch:', history.loss[0].toFixed(4));

const onnxFile = await exportOnnx(model);
console.log(`model.keras ${bytes.length} bytes, model.onnx ${onnxFile.length} bytes`);
