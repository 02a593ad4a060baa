import { datasets, exportOnnx, layers, saveModel, sequential } from 'manabi';

const { train, test } = await datasets.mnist(); // uint8 [60000, 28, 28, 1], and labels uint8 [60000]
const model = sequential([
  layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
  layers.flatten(),
  layers.dense({ units: 128, activation: 'relu' }),
  layers.dropout({ rate: 0.2 }),
  layers.dense({ units: 10, activation: 'softmax' }),
]);
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
await model.fit(train.images, train.labels, { epochs: 5, batchSize: 128, validationSplit: 0.1 });
console.log(await model.evaluate(test.images, test.labels));
await saveModel(model, 'digits.keras'); // Keras can load this file, and loadModel() loads Keras files
await exportOnnx(model, 'digits.onnx'); // runs in ONNX Runtime, from any language
