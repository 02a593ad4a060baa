import { exportOnnx, layers, loadModel, onnx, saveModelBytes, sequential, setRandomSeed } from 'manabi';

setRandomSeed(1);
const model = sequential([
  layers.dense({ units: 8, activation: 'relu', inputShape: [4], name: 'hidden' }),
  layers.dense({ units: 3, activation: 'softmax', name: 'species' }),
]);
const x = [[5.1, 3.5, 1.4, 0.2]];
const expected = await (await model.predict(x)).array();

const file = await saveModelBytes(model); // what saveModel(model, 'iris.keras') writes
const loaded = await loadModel(file);
const predicted = await (await loaded.predict(x)).array();
console.log('.keras: equal predictions:', String(predicted) === String(expected));

const { inputs, outputs, operators } = onnx.inspectOnnx(await exportOnnx(model));
console.log('.onnx:', inputs, outputs, operators);
