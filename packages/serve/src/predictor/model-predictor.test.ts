import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { cumsum, type HostArray, hostArray, mean, mul, sub, type Tensor } from '@manabi/core';
import { model as functional, input, type Layer, layers, type Model, sequential, setRandomSeed } from '@manabi/layers';
import { batcher } from '../batcher/batcher.ts';
import { modelPredictor } from './model-predictor.ts';

/** Creates rows of distinct elements. */
function rows(count: number, ...row: readonly number[]): HostArray {
  const size = row.reduce((product, length) => product * length, count);
  return hostArray(
    'float32',
    [count, ...row],
    Float32Array.from({ length: size }, (_, i) => Math.sin(i)),
  );
}

const convolutional = () =>
  sequential([
    layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [8, 8, 1] }),
    layers.batchNormalization(),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.dropout({ rate: 0.5 }),
    layers.flatten(),
    layers.dense({ units: 3, activation: 'softmax' }),
  ]);

const recurrent = () => sequential([layers.lstm({ units: 5, inputShape: [6, 3] }), layers.dense({ units: 2 })]);

function lambda(f: (x: Tensor) => Tensor): Layer {
  return layers.lambda({ function: f });
}

describe('modelPredictor', () => {
  test.each<[string, () => Model, readonly number[]]>([
    ['a convolutional network with batch normalization', convolutional, [8, 8, 1]],
    ['an LSTM', recurrent, [6, 3]],
  ])(
    'computes the same outputs for a row of %s alone and in padded batches of other requests',
    async (_, make, row) => {
      setRandomSeed(1);
      const model = make();
      const predictor = await modelPredictor(model);
      expect(predictor.independentRows).toBe(true);
      const { predict } = batcher(predictor.predict, { maxBatchSize: 8 });
      const inputs = [1, 2, 3, 7, 13].map((count) => rows(count, ...row));
      const answers = await Promise.all(inputs.map((x) => predict([x])));
      for (const [i, x] of inputs.entries()) {
        const expected = await (await model.predict(x)).data();
        const [answer] = answers[i];
        expect(answer.shape[0]).toBe(x.shape[0]);
        answer.data.forEach((value, k) => {
          expect(value).toBeCloseTo(Number(expected[k]), 6);
        });
      }
    },
  );

  test.each<[string, (x: Tensor) => Tensor]>([
    ['subtracts the mean of the batch', (x) => sub(x, mean(x, 0))],
    ['sums all rows up to each row', (x) => cumsum(x, 0)],
    ['multiplies by the batch size', (x) => mul(x, x.shape[0])],
  ])('finds that rows depend on each other in a model that %s', async (_, f) => {
    const predictor = await modelPredictor(sequential([layers.dense({ units: 2, inputShape: [3] }), lambda(f)]));
    expect(predictor.independentRows).toBe(false);
  });

  test('describes several inputs and outputs, and passes them in order', async () => {
    const left = input({ shape: [2], name: 'left' });
    const right = input({ shape: [2], name: 'right' });
    const difference = layers.subtract({ name: 'difference' }).apply([left, right]);
    const sum = layers.add({ name: 'sum' }).apply([left, right]);
    const predictor = await modelPredictor(functional({ inputs: [left, right], outputs: [difference, sum] }));
    expect(predictor.inputs).toEqual([
      { name: 'left', element: 'FP32', shape: [null, 2] },
      { name: 'right', element: 'FP32', shape: [null, 2] },
    ]);
    expect(predictor.outputs.map(({ name }) => name)).toEqual(['difference', 'sum']);
    const [one, two] = [Float32Array.of(5, 6), Float32Array.of(1, 4)].map((data) => hostArray('float32', [1, 2], data));
    const outputs = await predictor.predict([one, two]);
    expect(outputs.map(({ data }) => [...data])).toEqual([
      [4, 2],
      [6, 10],
    ]);
  });

  test('prepares texts with the encoding layer of a model', async () => {
    const vectorize = layers.textVectorization({ outputSequenceLength: 4 });
    await vectorize.adapt(['the cat', 'the dog']);
    const model = sequential([
      vectorize,
      layers.embedding({ inputDim: 8, outputDim: 2, maskZero: true }),
      layers.globalAveragePooling1d(),
      layers.dense({ units: 1 }),
    ]);
    const texts = ['the cat', 'a dog and the cat'];
    const expected = await (await model.predict(texts)).data();
    const predictor = await modelPredictor(model);
    expect(predictor.preparation?.kind).toBe('texts');
    const inputs = (await predictor.preparation?.prepare(texts)) ?? [];
    expect(await predictor.predict(inputs)).toMatchObject([{ data: expected }]);
  });

  test('rejects a model that is not built, and values other than models', async () => {
    await expect(modelPredictor(sequential([layers.dense({ units: 1 })]))).rejects.toMatchObject({ code: 'argument' });
    await expect(modelPredictor({} as Model)).rejects.toMatchObject({ code: 'argument', data: { name: 'model' } });
  });
});
