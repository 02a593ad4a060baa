import { exportOnnx, layers, loadModel, onnx, quantize, random, saveModelBytes, sequential } from 'manabi';

const model = sequential([
  layers.dense({ units: 256, activation: 'relu', inputShape: [64] }),
  layers.dense({ units: 10, activation: 'softmax' }),
]);
const samples = random.normal(random.key(1), [100, 64]);
const { model: small, report } = await quantize(model, { data: samples });
console.log('bytes:', report.bytes);
console.log('error of the outputs below 5 %:', report.outputs !== null && report.outputs[0].relativeError < 0.05);

const bytes = await saveModelBytes(small); // Keras loads this file, too
console.log(
  'loaded with int8 kernels:',
  (await loadModel(bytes)).weights.some(({ dtype }) => dtype === 'uint8'),
);
const { agrees } = await onnx.compare(small, await exportOnnx(small));
console.log('equal results in ONNX Runtime:', agrees);
