import { exportOnnx, hostArray, layers, onnx, sequential } from 'manabi';

const model = sequential([layers.dense({ units: 3, activation: 'softmax', inputShape: [4] })]);
const bytes = await exportOnnx(model);
const { agrees } = await onnx.compare(model, bytes); // runs both, in onnxruntime-node
console.log('equal results in ONNX Runtime:', agrees);

const session = await onnx.openSession(bytes); // any ONNX file
const [input] = session.inputNames;
console.log(await session.run({ [input]: hostArray('float32', [1, 4], Float32Array.of(5.1, 3.5, 1.4, 0.2)) }));
await session.release();
