import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { type HostArray, hostArray } from '@manabi/ir';
import { clearSession, input, layers, type Model, model, sequential, setRandomSeed } from '@manabi/layers';
import { compare, exportOnnx, inspectOnnx } from '@manabi/onnx';
import { randomSource } from '@manabi/testing';

const source = randomSource(3);

function floats(...shape: number[]): HostArray {
  return hostArray('float32', shape, source.float32Array(shape.reduce((product, length) => product * length, 1)));
}

function words(...shape: number[]): HostArray {
  const length = shape.reduce((product, extent) => product * extent, 1);
  return hostArray('int32', shape, source.int32Array(length, 0, 20));
}

/**
 * Exports a model and returns the largest relative difference between predictions of the file and of the model for the
 * given inputs.
 */
async function differencesOf(network: Model, trials: readonly (readonly HostArray[])[]): Promise<number> {
  const bytes = await exportOnnx(network);
  let largest = 0;
  for (const inputs of trials) {
    for (const { relative } of Object.values((await compare(network, bytes, { inputs })).outputs)) {
      largest = Math.max(largest, relative);
    }
  }
  return largest;
}

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

describe('models with inputs of dynamic length predict the same values in ONNX Runtime as in manabi', () => {
  const networks: readonly [name: string, make: () => Model][] = [
    [
      'embedding, LSTM and a dense layer',
      () =>
        sequential([
          layers.inputLayer({ shape: [null], dtype: 'int32' }),
          layers.embedding({ inputDim: 20, outputDim: 6 }),
          layers.lstm({ units: 5, returnSequences: true }),
          layers.gru({ units: 4 }),
          layers.dense({ units: 3, activation: 'softmax' }),
        ]),
    ],
    [
      'a masked bidirectional LSTM',
      () =>
        sequential([
          layers.inputLayer({ shape: [null], dtype: 'int32' }),
          layers.embedding({ inputDim: 20, outputDim: 6, maskZero: true }),
          layers.bidirectional({ layer: layers.lstm({ units: 4 }) }),
          layers.dense({ units: 3 }),
        ]),
    ],
    [
      'convolutions and global pooling',
      () =>
        sequential([
          layers.inputLayer({ shape: [null], dtype: 'int32' }),
          layers.embedding({ inputDim: 20, outputDim: 6 }),
          layers.conv1d({ filters: 5, kernelSize: 3, padding: 'causal', activation: 'relu' }),
          layers.conv1d({ filters: 4, kernelSize: 3 }),
          layers.globalMaxPooling1d(),
          layers.dense({ units: 3 }),
        ]),
    ],
    [
      'a timeDistributed layer',
      () =>
        sequential([
          layers.inputLayer({ shape: [null], dtype: 'int32' }),
          layers.embedding({ inputDim: 20, outputDim: 6 }),
          layers.timeDistributed({ layer: layers.dense({ units: 4, activation: 'tanh' }) }),
          layers.globalAveragePooling1d(),
        ]),
    ],
    [
      'self-attention',
      () => {
        const x = input({ shape: [null], dtype: 'int32' });
        const embedded = layers.embedding({ inputDim: 20, outputDim: 8 }).apply(x);
        const seen = layers.multiHeadAttention({ numHeads: 2, keyDim: 4 }).apply([embedded, embedded]);
        return model({ inputs: x, outputs: layers.layerNormalization().apply(seen) });
      },
    ],
  ];

  test.each(networks)('%s', async (_, make) => {
    const network = make();
    const trials = [
      [1, 9],
      [4, 23],
      [2, 5],
    ].map((shape) => [words(...shape)]);
    expect(await differencesOf(network, trials)).toBeLessThan(1e-5);
    const { inputs } = inspectOnnx(await exportOnnx(network));
    expect(inputs[0].shape).toEqual(['batch', 'length']);
  });
});

test('exportOnnx assigns different names to independent dynamic axes', async () => {
  const question = input({ shape: [null, 6], name: 'question' });
  const story = input({ shape: [null, 6], name: 'story' });
  const network = model({ inputs: [question, story], outputs: layers.attention().apply([question, story]) });
  const { inputs, outputs } = inspectOnnx(await exportOnnx(network));
  expect(inputs.map(({ shape }) => shape)).toEqual([
    ['batch', 'question_1', 6],
    ['batch', 'story_1', 6],
  ]);
  expect(outputs[0].shape).toEqual(['batch', 'question_1', 6]);
  const trials = [
    [floats(2, 3, 6), floats(2, 9, 6)],
    [floats(5, 8, 6), floats(5, 4, 6)],
  ];
  expect(await differencesOf(network, trials)).toBeLessThan(1e-5);
});

test('exportOnnx assigns the same name to dynamic axes of equal length', async () => {
  const left = input({ shape: [null, 6], name: 'left' });
  const right = input({ shape: [null, 6], name: 'right' });
  const network = model({ inputs: [left, right], outputs: layers.add().apply([left, right]) });
  const { inputs } = inspectOnnx(await exportOnnx(network));
  expect(inputs.map(({ shape }) => shape)).toEqual([
    ['batch', 'length', 6],
    ['batch', 'length', 6],
  ]);
  expect(await differencesOf(network, [[floats(2, 3, 6), floats(2, 3, 6)]])).toBe(0);
});

test('exportOnnx supports images of dynamic size, but rejects a layer that rounds the quotient of a dynamic length', async () => {
  const same = { kernelSize: 3, padding: 'same' } as const;
  const network = sequential([
    layers.inputLayer({ shape: [null, null, 3] }),
    layers.conv2d({ filters: 4, ...same, activation: 'relu' }),
    layers.batchNormalization(),
    layers.conv2d({ filters: 2, ...same }),
  ]);
  expect(await differencesOf(network, [[floats(2, 8, 5, 3)], [floats(1, 11, 30, 3)]])).toBeLessThan(1e-5);
  const halved = sequential([layers.inputLayer({ shape: [null, null, 3] }), layers.maxPooling2d()]);
  await expect(exportOnnx(halved)).rejects.toMatchObject({ code: 'graph' });
});
