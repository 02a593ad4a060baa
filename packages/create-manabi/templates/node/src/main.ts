import { datasets, exportOnnx, saveModel, setRandomSeed } from 'manabi';
import { createModel } from './model.ts';

setRandomSeed(1); // every run trains the same network

const { train, test } = await datasets.mnist(); // 60,000 and 10,000 handwritten digits
const model = createModel();
model.summary();

await model.fit(train.images, train.labels, { epochs: 5, batchSize: 128, validationSplit: 0.1 });
const { accuracy } = await model.evaluate(test.images, test.labels);
console.log(`Recognized ${(100 * accuracy).toFixed(1)} % of ${test.labels.shape[0]} new digits.`);

await saveModel(model, 'digits.keras');
await exportOnnx(model, 'digits.onnx');
console.log('Saved digits.keras, for manabi and Keras, and digits.onnx, for ONNX Runtime.');
