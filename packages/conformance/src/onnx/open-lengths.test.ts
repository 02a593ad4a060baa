import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { slice, type Tensor } from '@manabi/core';
import { type HostArray, hostArray } from '@manabi/ir';
import {
  clearSession,
  input,
  type Layer,
  layers,
  type Model,
  model,
  type SymbolicTensor,
  sequential,
  setRandomSeed,
} from '@manabi/layers';
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

const same = { kernelSize: 3, padding: 'same' } as const;
const images = () => input({ shape: [null, null, 3], name: 'image' });

/** Returns a network that halves images `depth` times, and joins the doubled images with those before. */
function unet(depth: number, double: () => Layer): Model {
  const x = images();
  const convolved = (symbol: SymbolicTensor) =>
    layers.conv2d({ filters: 4, ...same, activation: 'relu' }).apply(symbol);
  const level = (symbol: SymbolicTensor, left: number): SymbolicTensor => {
    const before = convolved(symbol);
    if (left === 0) return before;
    const doubled = double().apply(level(layers.maxPooling2d().apply(before), left - 1));
    return convolved(layers.concatenate().apply([doubled, before]));
  };
  return model({ inputs: x, outputs: level(x, depth) });
}

describe('models with images of dynamic size predict the same values in ONNX Runtime as in manabi', () => {
  const anySize = [
    [2, 64, 96, 3],
    [1, 77, 45, 3],
    [1, 34, 63, 3],
  ];
  const multiplesOf8 = [
    [2, 16, 40, 3],
    [1, 64, 8, 3],
  ];
  const pooled = (double: Layer): Model => {
    const x = images();
    return model({ inputs: x, outputs: double.apply(layers.averagePooling2d({ padding: 'same' }).apply(x)) });
  };
  const networks: readonly [name: string, sizes: readonly (readonly number[])[], make: () => Model][] = [
    [
      'convolutions without strides',
      anySize,
      () =>
        sequential([
          layers.inputLayer({ shape: [null, null, 3] }),
          layers.conv2d({ filters: 4, ...same, activation: 'relu' }),
          layers.batchNormalization(),
          layers.conv2d({ filters: 2, ...same }),
        ]),
    ],
    [
      'five convolutions with strides, and global pooling',
      anySize,
      () => {
        const x = images();
        const strided = (symbol: SymbolicTensor) => layers.conv2d({ filters: 4, ...same, strides: 2 }).apply(symbol);
        const last = [1, 2, 3, 4, 5].reduce(strided, x);
        return model({ inputs: x, outputs: [last, layers.globalAveragePooling2d().apply(last)] });
      },
    ],
    [
      'depthwise convolutions, max pooling with overlap, and transposed convolution',
      anySize,
      () =>
        sequential([
          layers.inputLayer({ shape: [null, null, 3] }),
          layers.depthwiseConv2d({ ...same, strides: 2 }),
          layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
          layers.conv2dTranspose({ filters: 2, ...same, strides: 2 }),
        ]),
    ],
    ['bilinear upsampling', anySize, () => pooled(layers.upSampling2d({ size: 2, interpolation: 'bilinear' }))],
    ['bicubic upsampling', anySize, () => pooled(layers.upSampling2d({ size: 3, interpolation: 'bicubic' }))],
    [
      'a U-Net with transposed convolutions',
      multiplesOf8,
      () => unet(3, () => layers.conv2dTranspose({ filters: 4, kernelSize: 2, strides: 2 })),
    ],
    ['a U-Net with upsampling', multiplesOf8, () => unet(3, () => layers.upSampling2d())],
    [
      'a U-Net with bilinear upsampling',
      multiplesOf8,
      () => unet(3, () => layers.upSampling2d({ interpolation: 'bilinear' })),
    ],
  ];

  test.each(networks)('%s', async (_, sizes, make) => {
    const trials = sizes.map((shape) => [floats(...shape)]);
    expect(await differencesOf(make(), trials)).toBeLessThan(1e-5);
  });

  test('time steps after convolution with strides', async () => {
    const x = input({ shape: [null, 5], name: 'x' });
    const strided = layers.conv1d({ filters: 4, kernelSize: 5, strides: 2, padding: 'same' }).apply(x);
    const seen = layers.multiHeadAttention({ numHeads: 2, keyDim: 4 }).apply([strided, strided]);
    const pooled = layers.maxPooling1d({ poolSize: 3 }).apply(seen);
    const network = model({ inputs: x, outputs: layers.lstm({ units: 4, returnSequences: true }).apply(pooled) });
    expect(await differencesOf(network, [[floats(2, 31, 5)], [floats(1, 40, 5)], [floats(3, 6, 5)]])).toBeLessThan(
      1e-5,
    );
  });

  test('rejects a length that no operator of ONNX computes', async () => {
    const halves = sequential([
      layers.inputLayer({ shape: [null, 4] }),
      layers.lambda({ function: (x: Tensor) => slice(x, [0, 0, 0], [x.shape[0], x.shape[1] >> 1, 4]) }),
    ]);
    await expect(exportOnnx(halves)).rejects.toMatchObject({ code: 'graph', data: { op: 'slice' } });
  });
});
