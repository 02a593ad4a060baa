import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createCpuBackend } from '@manabi/backend-cpu';
import type * as manabi from './index.ts';
import {
  add,
  clearSession,
  data,
  exportOnnx,
  grad,
  hostArray,
  input,
  layers,
  loadModel,
  losses,
  matmul,
  optimizers,
  saveModel,
  sequential,
  setBackend,
  tensor,
  zeros,
} from './index.ts';

// Mistakes that people who know Keras are likely to make. Each error message must suffice to fix the mistake.

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'manabi-mistakes-'));
  writeFileSync(join(folder, 'notes.keras'), 'not a model');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Returns a value of any type as type `never`, which every parameter accepts, as in plain JavaScript. */
const untyped = (value: unknown): never => value as never;

const classifier = () =>
  sequential([
    layers.dense({ units: 8, activation: 'relu', inputShape: [4] }),
    layers.dense({ units: 3, activation: 'softmax' }),
  ]);
const compiled = () => {
  const model = classifier();
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return model;
};
const [x, y] = [zeros([6, 4]), zeros([6], { dtype: 'int32' })];
const rows = (columns: number) => hostArray('float32', [0, columns], new Float32Array(0));
const quiet = { epochs: 1, verbose: 0 } as const;

const mistakes: Readonly<Record<string, () => unknown>> = {
  // Layers and their options.
  'misspells an option of a layer': () => layers.dense(untyped({ unit: 8 })),
  'writes an option in snake case': () => layers.dense(untyped({ units: 8, input_shape: [4] })),
  'passes units as a number, as in Keras': () => layers.dense(untyped(8)),
  'passes units as a string': () => layers.dense(untyped({ units: '8' })),
  'passes 0 units': () => layers.dense({ units: 0 }),
  'passes layers without an array': () =>
    sequential(untyped(layers.dense({ units: 1 })), untyped(layers.dense({ units: 1 }))),
  'misspells an activation': () => layers.dense({ units: 8, activation: untyped('rellu') }),
  'passes a layer where an activation belongs': () => layers.dense({ units: 8, activation: untyped(layers.reLU()) }),
  'misspells a loss': () => classifier().compile({ optimizer: 'sgd', loss: untyped('binaryCrossEntrop') }),
  'passes a dropout rate in percent': () => layers.dropout({ rate: 50 }),
  'passes a kernel size as a string': () => layers.conv2d(untyped({ filters: 8, kernelSize: '3x3' })),
  'misspells padding': () => layers.conv2d(untyped({ filters: 8, kernelSize: 3, padding: 'sames' })),
  'forgets the batch in the input shape of a convolution': () =>
    sequential([layers.conv2d({ filters: 8, kernelSize: 3, inputShape: [28, 28] })]),
  'uses a kernel larger than the image': () =>
    sequential([layers.conv2d({ filters: 8, kernelSize: 5, inputShape: [3, 3, 1] })]),
  'puts dense after a convolution without flatten': async () => {
    const model = sequential([
      layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [8, 8, 1] }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ]);
    model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
    await model.fit(zeros([6, 8, 8, 1]), y, quiet);
  },
  'feeds data with two axes to an LSTM': () => sequential([layers.lstm({ units: 4, inputShape: [10] })]),
  'stacks LSTMs without returnSequences': () =>
    sequential([layers.lstm({ units: 4, inputShape: [10, 2] }), layers.lstm({ units: 4 })]),
  'gives two layers the same name': () =>
    sequential([layers.dense({ units: 2, name: 'a', inputShape: [2] }), layers.dense({ units: 2, name: 'a' })]),
  'concatenates tensors whose shapes do not match': () => {
    const [a, b] = [input({ shape: [4, 2] }), input({ shape: [3, 3] })];
    return layers.concatenate().apply([a, b]);
  },
  // Compiling.
  'misspells an optimizer': () => classifier().compile({ optimizer: untyped('adma'), loss: 'mse' }),
  'misspells a metric': () => classifier().compile({ optimizer: 'sgd', loss: 'mse', metrics: [untyped('acuracy')] }),
  'writes lr for learningRate': () => optimizers.adam(untyped({ lr: 0.001 })),
  'passes a negative learning rate': () => optimizers.sgd({ learningRate: -1 }),
  'compiles without a loss': async () => {
    const model = classifier();
    model.compile({ optimizer: 'adam' });
    await model.fit(x, y, quiet);
  },
  // Training.
  'fits before compile': () => classifier().fit(x, y, quiet),
  'trains on data with a wrong number of features': () => compiled().fit(zeros([6, 5]), y, quiet),
  'feeds images that are not flattened': () => compiled().fit(zeros([6, 2, 2]), y, quiet),
  'feeds fewer labels than samples': () => compiled().fit(x, zeros([5], { dtype: 'int32' }), quiet),
  'feeds labels above the number of classes': () =>
    compiled().fit(x, tensor([0, 1, 2, 3, 0, 1], { dtype: 'int32' }), quiet),
  'feeds one-hot labels to a sparse loss': () => compiled().fit(x, zeros([6, 3]), quiet),
  'feeds integer labels to a categorical loss': async () => {
    const model = classifier();
    model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
    await model.fit(x, y, quiet);
  },
  'trains for half an epoch': () => compiled().fit(x, y, { epochs: 0.5 }),
  'writes batch_size in place of batchSize': () => compiled().fit(x, y, untyped({ ...quiet, batch_size: 32 })),
  'passes the number of epochs in place of options': () => compiled().fit(x, y, untyped(5)),
  'splits off all samples for validation': () => compiled().fit(x, y, { ...quiet, validationSplit: 1 }),
  'passes validation data without labels': () => compiled().fit(x, y, untyped({ ...quiet, validationData: x })),
  'forgets to await the dataset': () => compiled().fit(untyped(Promise.resolve(x)), y, quiet),
  'predicts from data with a wrong number of features': () => compiled().predict(zeros([2, 3])),
  'fits an empty dataset': () => compiled().fit(data.fromTensorSlices([rows(4), rows(1)]).batch(2), quiet),
  'makes a dataset from arrays of different lengths': () => data.fromTensorSlices([rows(4), rows(3)]),
  'chooses an unknown backend': () => setBackend('gpu'),
  'misspells an option of a backend': () => createCpuBackend(untyped({ measure: true })),
  // Tensors.
  'multiplies matrices of incompatible shapes': () => matmul(zeros([2, 3]), zeros([2, 3])),
  'adds tensors whose shapes cannot be broadcast': () => add(zeros([2, 3]), zeros([2])),
  'passes a ragged array': () => tensor(untyped([[1, 2], [3]])),
  'differentiates a function whose result is not a scalar': () => grad((w: manabi.Tensor) => add(w, 1))(zeros([2])),
  'computes a loss of arrays with different shapes': () => losses.meanSquaredError().call(zeros([2, 3]), zeros([4, 3])),
  // Files.
  'loads a missing file': () => loadModel(join(folder, 'missing.keras')),
  'loads a file that is not a model': () => loadModel(join(folder, 'notes.keras')),
  'saves under an unknown extension': () => saveModel(classifier(), join(folder, 'model.pt')),
  'exports to ONNX under the name of a Keras file': () => exportOnnx(classifier(), join(folder, 'model.keras')),
  'saves into a missing folder': () => saveModel(classifier(), join(folder, 'none', 'model.keras')),
};

test.each(Object.keys(mistakes))('the error message names the fix when a user %s', async (name) => {
  clearSession();
  const error = await thrownBy(mistakes[name]);
  expect(error).toBeInstanceOf(Error);
  expect(error.name).toMatch(/^(ManabiError|FileError)$/);
  expect(error.message.replaceAll(folder, '<folder>')).toMatchSnapshot();
});

async function thrownBy(run: () => unknown): Promise<Error> {
  try {
    await run();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  return new Error('nothing was thrown');
}
