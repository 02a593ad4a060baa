import type { CompositeConfigs, CompositeName, DType, Shape } from '@manabi/ir';
import type { SampleOperand } from '@manabi/ir/samples';

/** Attributes of a composite, with small operands to test it on. */
export interface CompositeSample<K extends CompositeName> {
  readonly config: CompositeConfigs[K];
  readonly operands: readonly SampleOperand[];
}

const SHAPE: Shape = [3, 5, 7];

const POOLING = { window: [3], strides: [2], dilation: [1] };

/** Signed zeros, infinities, NaN, and numbers of large and small magnitude. */
const SPECIAL = [0, -0, 1, -1, 0.5, -0.5, 1e-6, -1e-6, 30, -30, 1e4, -1e4, Infinity, -Infinity, NaN];

const key: SampleOperand = { dtype: 'uint32', shape: [2], fill: { kind: 'values', values: [0xdeadbeef, 42] } };

function reals(shape: Shape, low = -3, high = 3, dtype: DType = 'float32'): SampleOperand {
  return { dtype, shape, fill: { kind: 'uniform', low, high } };
}

function integers(shape: Shape, low: number, high: number, dtype: DType = 'int32'): SampleOperand {
  return { dtype, shape, fill: { kind: 'integers', low, high } };
}

function values(
  elements: readonly number[],
  dtype: DType = 'float32',
  shape: Shape = [elements.length],
): SampleOperand {
  return { dtype, shape, fill: { kind: 'values', values: elements } };
}

function sample<K extends CompositeName>(
  config: CompositeConfigs[K],
  ...operands: readonly SampleOperand[]
): CompositeSample<K> {
  return { config, operands };
}

/**
 * Returns samples of an elementwise composite: with several axes, a scalar, no elements, special values, and float64.
 */
function pointwise<K extends CompositeName>(
  config: CompositeConfigs[K],
  low = -3,
  high = 3,
  special: readonly number[] = SPECIAL,
): readonly CompositeSample<K>[] {
  return [
    sample(config, reals(SHAPE, low, high)),
    sample(config, reals([], low, high)),
    sample(config, reals([0, 3], low, high)),
    sample(config, values(special)),
    sample(config, reals([130], low, high, 'float64')),
  ];
}

/** Returns samples of a reduction over inner, outer and all axes. */
function alongAxes<K extends CompositeName>(
  config: (axes: readonly number[]) => CompositeConfigs[K],
  low = -3,
  high = 3,
): readonly CompositeSample<K>[] {
  return [[2], [0], [1], [0, 2], [0, 1, 2]].map((axes) => sample(config(axes), reals(SHAPE, low, high)));
}

/**
 * Returns samples of a composite that works along one axis: along each axis, along an axis longer than a block, and
 * with special values.
 */
function alongAxis<K extends CompositeName>(
  config: (axis: number) => CompositeConfigs[K],
): readonly CompositeSample<K>[] {
  return [
    ...[0, 1, 2].map((axis) => sample(config(axis), reals(SHAPE))),
    sample(config(1), reals([3, 261])),
    sample(config(0), reals([261, 3])),
    sample(config(1), values([1, 2, Infinity, 3, NaN, 4, -Infinity, -Infinity, -Infinity], 'float32', [3, 3])),
  ];
}

const STEPS = { activation: 'tanh', reverse: false, sequences: true } as const;

/** Returns inputs of shape [3, 5, 2] (batch, steps, features) and the weights of four units. */
function recurrentOperands(gates: number): readonly SampleOperand[] {
  return [reals([3, 5, 2]), reals([2, 4 * gates], -1, 1), reals([4, 4 * gates], -1, 1)];
}

/**
 * Returns samples of attention: one and several batch axes, lengths that do not divide tiles, long keys, masks that hide all keys
 * of some queries, and special values.
 */
function attentionSamples(): readonly CompositeSample<'attention'>[] {
  const of = (batch: Shape, queries: number, keys: number, features: number, width: number, dtype?: DType) => [
    reals([...batch, queries, features], -3, 3, dtype),
    reals([...batch, keys, features], -3, 3, dtype),
    reals([...batch, keys, width], -3, 3, dtype),
  ];
  const plain = { scale: 0.5, causal: false };
  const causal = { scale: 0.25, causal: true };
  const one = (elements: readonly number[]) => values(elements, 'float32', [elements.length, 1]);
  return [
    sample(plain, ...of([], 3, 5, 2, 1)),
    sample(causal, ...of([2, 3], 7, 7, 4, 4)),
    sample(causal, ...of([2], 37, 41, 5, 6)),
    sample(causal, ...of([1], 6, 3, 2, 3)),
    sample(plain, ...of([2], 3, 75, 8, 36), integers([2, 3, 75], 0, 1, 'bool')),
    // The last query attends to no key.
    sample(plain, ...of([], 2, 3, 4, 4), values([1, 0, 1, 0, 0, 0], 'bool', [2, 3])),
    sample(causal, ...of([], 3, 3, 4, 4), values([0, 1, 1, 1, 0, 1, 0, 0, 0], 'bool', [3, 3])),
    sample(plain, ...of([1], 5, 33, 3, 2), reals([1, 5, 33])),
    sample(plain, ...of([], 2, 3, 2, 2), values([0, -Infinity, 1, -Infinity, -Infinity, -Infinity], 'float32', [2, 3])),
    sample(plain, one([1, 0, 1e3, -1e20, 1e20, NaN, Infinity]), one([1, 2, -1]), one([1, -2, 3])),
    sample(plain, one([1, 0]), one([1, 2, Infinity]), one([1, -2, 3])),
    sample(plain, one([1, 0]), one([1, 2, 3]), one([NaN, -Infinity, 3])),
    sample(plain, ...of([0], 2, 3, 4, 4)),
    sample(plain, ...of([2], 0, 3, 4, 4)),
    sample(plain, ...of([], 2, 3, 0, 4)),
    sample(plain, ...of([2], 2, 3, 4, 0)),
    sample(causal, ...of([2], 5, 6, 4, 3, 'float64')),
    sample(causal, ...of([2], 5, 6, 4, 4, 'float16')),
  ];
}

type AttentionGradientSample = CompositeSample<'attentionQueryGradient'> & CompositeSample<'attentionKeyGradient'>;

/** Returns samples of the gradients of attention for given operands, which those of attention test further. */
function attentionGradientSamples(): readonly AttentionGradientSample[] {
  const operands = (batch: Shape, queries: number, keys: number, features: number, width: number, dtype?: DType) => [
    reals([...batch, queries, features], -3, 3, dtype),
    reals([...batch, keys, features], -3, 3, dtype),
    reals([...batch, keys, width], -3, 3, dtype),
    reals([...batch, queries, width], -3, 3, dtype),
    reals([...batch, queries], -3, 3, dtype === 'float16' ? 'float32' : dtype),
  ];
  const of = (config: AttentionGradientSample['config'], ...given: readonly SampleOperand[]) => ({
    config,
    operands: given,
  });
  const plain = { scale: 0.5, causal: false };
  const causal = { scale: 0.25, causal: true };
  return [
    of(plain, ...operands([], 3, 5, 2, 1)),
    of(causal, ...operands([2], 37, 41, 5, 6)),
    of({ ...plain, scale: 0.1 }, ...operands([2], 3, 75, 8, 36), integers([2, 3, 75], 0, 1, 'bool')),
    of(causal, ...operands([], 3, 3, 4, 4), values([0, 1, 1, 1, 0, 1, 0, 0, 0], 'bool', [3, 3])),
    of(plain, ...operands([1], 5, 33, 3, 2), reals([1, 5, 33])),
    of(plain, ...operands([2], 2, 3, 0, 4)),
    of(causal, ...operands([2], 5, 6, 4, 3, 'float64')),
    of(causal, ...operands([2], 5, 6, 4, 4, 'float16')),
  ];
}

/** Returns samples of products of quantized matrices: few and many rows, lengths that do not divide blocks, and empty axes. */
function integerProductSamples(): readonly CompositeSample<'matMulInteger'>[] {
  const shapes = [
    [1, 1, 1],
    [1, 37, 45],
    [2, 64, 33],
    [3, 7, 5],
    [4, 8, 8],
    [5, 9, 17],
    [33, 20, 70],
    [0, 3, 2],
    [3, 0, 2],
    [3, 2, 0],
  ];
  const bytes = (shape: Shape): SampleOperand => integers(shape, 0, 255, 'uint8');
  return [
    ...shapes.map(([rows, depth, columns]) =>
      sample<'matMulInteger'>({}, bytes([rows, depth]), bytes([depth, columns])),
    ),
    sample<'matMulInteger'>(
      {},
      values([0, 255, 128, 1, 127, 0], 'uint8', [2, 3]),
      values([0, 255, 128, 255, 0, 1], 'uint8', [3, 2]),
    ),
  ];
}

/** Returns samples of convolutions of quantized images: all numbers of spatial axes, strides, padding, dilation, and few windows. */
function integerConvolutionSamples(): readonly CompositeSample<'convInteger'>[] {
  const bytes = (shape: Shape): SampleOperand => integers(shape, 0, 255, 'uint8');
  const valid = {
    strides: [1, 1],
    padding: [
      [0, 0],
      [0, 0],
    ],
    dilation: [1, 1],
  } as const;
  return [
    sample<'convInteger'>(valid, bytes([2, 3, 5, 4]), bytes([9, 3, 3, 2])),
    sample<'convInteger'>(valid, bytes([1, 5, 3, 3]), bytes([4, 5, 1, 1])),
    sample<'convInteger'>(
      {
        strides: [2, 3],
        padding: [
          [1, 2],
          [0, 1],
        ],
        dilation: [1, 2],
      },
      bytes([3, 4, 7, 8]),
      bytes([8, 4, 3, 3]),
    ),
    sample<'convInteger'>({ strides: [2], padding: [[2, 0]], dilation: [3] }, bytes([2, 4, 11]), bytes([6, 4, 2])),
    sample<'convInteger'>(
      {
        strides: [1, 2, 1],
        padding: [
          [0, 0],
          [1, 1],
          [0, 1],
        ],
        dilation: [1, 1, 1],
      },
      bytes([1, 2, 3, 4, 3]),
      bytes([3, 2, 2, 3, 2]),
    ),
    sample<'convInteger'>({ strides: [1], padding: [[-1, -2]], dilation: [1] }, bytes([1, 2, 9]), bytes([2, 2, 3])),
    sample<'convInteger'>(valid, bytes([0, 3, 5, 4]), bytes([2, 3, 3, 2])),
    sample<'convInteger'>(valid, bytes([2, 3, 5, 4]), bytes([0, 3, 3, 2])),
    sample<'convInteger'>(valid, bytes([2, 0, 5, 4]), bytes([2, 0, 3, 2])),
  ];
}

/** Test cases of every composite. */
export const compositeSamples: { readonly [K in CompositeName]: readonly CompositeSample<K>[] } = {
  matMulInteger: integerProductSamples(),
  convInteger: integerConvolutionSamples(),
  attention: attentionSamples(),
  attentionQueryGradient: attentionGradientSamples(),
  attentionKeyGradient: attentionGradientSamples(),
  relu: pointwise({}),
  relu6: pointwise({}, -4, 10),
  leakyRelu: pointwise({ alpha: 0.3 }),
  prelu: [sample({}, reals(SHAPE), reals(SHAPE)), sample({}, values(SPECIAL), values([0.3], 'float32', [15]))],
  elu: pointwise({ alpha: 0.7 }),
  celu: pointwise({ alpha: 0.7 }),
  selu: pointwise({}),
  thresholdedRelu: pointwise({ alpha: 0.5 }),
  shrink: pointwise({ threshold: 0.5, bias: 0.2 }),
  gelu: [...pointwise<'gelu'>({ approximate: false }), ...pointwise<'gelu'>({ approximate: true })],
  silu: pointwise({}),
  mish: pointwise({}),
  softplus: pointwise({}),
  logSigmoid: pointwise({}),
  softsign: pointwise({}),
  hardSigmoid: pointwise({ alpha: 0.2, beta: 0.5 }, -4, 4),
  hardSwish: pointwise({}, -5, 5),
  square: [...pointwise<'square'>({}), sample({}, integers(SHAPE, -9, 9))],
  reciprocal: pointwise({}, 0.5, 3),
  rsqrt: pointwise({}, 0.5, 3),
  log2: pointwise({}, 0.2, 5),
  log10: pointwise({}, 0.2, 5),
  trunc: pointwise({}),
  isFinite: pointwise({}),
  clip: [
    ...pointwise<'clip'>({ min: -1, max: 1 }),
    sample({ min: null, max: 1 }, reals(SHAPE)),
    sample({ min: 0.1, max: null }, reals(SHAPE)),
    sample({ min: -2, max: 3 }, integers(SHAPE, -9, 9)),
  ],
  clipBetween: [
    sample({}, reals(SHAPE), reals(SHAPE, -2, 0), reals(SHAPE, 0, 2)),
    sample({}, reals(SHAPE), reals(SHAPE, 0, 2), reals(SHAPE, -2, 0)),
    sample({}, values(SPECIAL), values([-1, NaN, -Infinity, 0], 'float32', [15]), values([1, 0, NaN], 'float32', [15])),
    sample({}, integers(SHAPE, -9, 9), integers(SHAPE, -5, 0), integers(SHAPE, 0, 5)),
  ],
  floorDivide: [
    sample({}, reals(SHAPE), reals(SHAPE, 0.4, 0.9)),
    sample({}, integers(SHAPE, -9, 9), integers(SHAPE, 1, 4)),
    sample({}, integers(SHAPE, -9, 9), integers(SHAPE, -4, -1)),
    sample({}, integers([130], 0, 255, 'uint8'), integers([130], 1, 9, 'uint8')),
    sample({}, integers([130], 0, 4e9, 'uint32'), integers([130], 1, 9, 'uint32')),
  ],
  floorMod: [
    sample({}, reals(SHAPE), reals(SHAPE, 0.4, 0.9)),
    sample({}, integers(SHAPE, -9, 9), integers(SHAPE, 1, 4)),
    sample({}, integers(SHAPE, -9, 9), integers(SHAPE, -4, -1)),
  ],
  acos: pointwise({}, -0.9, 0.9),
  atan2: [
    sample({}, reals(SHAPE), reals(SHAPE)),
    sample({}, reals([]), reals([])),
    sample(
      {},
      values([0, 1, -1, 0, 0, Infinity, -Infinity, 2, NaN]),
      values([1, 0, 0, -1, 0, Infinity, -Infinity, NaN, 2]),
    ),
  ],
  sinh: pointwise({}),
  cosh: pointwise({}),
  asinh: pointwise({}),
  acosh: pointwise({}, 1.2, 4),
  atanh: pointwise({}, -0.9, 0.9),
  erfc: pointwise({}),
  erfInv: pointwise({}, -0.95, 0.95),
  softmax: alongAxis((axis) => ({ axis })),
  logSoftmax: alongAxis((axis) => ({ axis })),
  logSumExp: alongAxes((axes) => ({ axes })),
  softmaxCrossEntropy: [
    sample({ axis: 1, ignoreIndex: null }, reals([5, 7]), integers([5], 0, 6)),
    sample({ axis: 1, ignoreIndex: -1 }, reals([3, 4, 5]), integers([3, 5], -1, 3)),
    sample({ axis: 0, ignoreIndex: null }, reals([10, 33]), integers([33], 0, 9)),
  ],
  sigmoidCrossEntropy: [
    sample({}, reals(SHAPE), reals(SHAPE, 0, 1)),
    sample({}, values([80, -80, 0, 1000, -1000]), values([1, 0, 0.5, 1, 1])),
  ],
  layerNorm: [
    sample({ axes: [1], epsilon: 1e-3 }, reals([3, 37])),
    sample({ axes: [2], epsilon: 1e-3 }, reals(SHAPE), reals([7]), reals([7])),
    sample({ axes: [1, 2], epsilon: 1e-3 }, reals(SHAPE), reals([5, 7]), reals([5, 7])),
  ],
  rmsNorm: [
    sample({ axes: [1], epsilon: 1e-3 }, reals([3, 37])),
    sample({ axes: [2], epsilon: 1e-3 }, reals(SHAPE), reals([7])),
  ],
  batchNorm: [1, 2].map((axis) =>
    sample(
      { axis, epsilon: 1e-3 },
      reals(SHAPE),
      ...[0, 1, 2].map(() => reals([SHAPE[axis]])),
      reals([SHAPE[axis]], 0.5, 2),
    ),
  ),
  batchNormTraining: [0, 1, 2].map((axis) =>
    sample({ axis, epsilon: 1e-3 }, reals(SHAPE), reals([SHAPE[axis]]), reals([SHAPE[axis]])),
  ),
  groupNorm: [sample({ axis: 1, groups: 2, epsilon: 1e-3 }, reals([2, 6, 5]), reals([6]), reals([6]))],
  avgPool: [false, true].flatMap((countIncludePad) => [
    sample({ ...POOLING, padding: [[0, 0]], countIncludePad }, reals(SHAPE)),
    sample({ ...POOLING, padding: [[1, 2]], countIncludePad }, reals(SHAPE)),
    sample(
      {
        window: [3, 2],
        strides: [1, 2],
        dilation: [1, 2],
        padding: [
          [1, 1],
          [0, 1],
        ],
        countIncludePad,
      },
      reals([2, 3, 9, 11]),
    ),
    sample({ ...POOLING, padding: [[1, 1]], countIncludePad }, values(SPECIAL)),
  ]),
  reduceMean: alongAxes((axes) => ({ axes })),
  variance: alongAxes((axes) => ({ axes, correction: axes.length > 1 ? 1 : 0 })),
  any: [[2], [0], [0, 1, 2]].map((axes) => sample({ axes }, integers(SHAPE, 0, 1, 'bool'))),
  all: [[2], [0], [0, 1, 2]].map((axes) => sample({ axes }, integers(SHAPE, 0, 1, 'bool'))),
  reduceL1: alongAxes((axes) => ({ axes })),
  reduceL2: alongAxes((axes) => ({ axes })),
  reduceSumSquare: alongAxes((axes) => ({ axes })),
  reduceLogSum: alongAxes((axes) => ({ axes }), 0.5, 2),
  oneHot: [
    sample({ depth: 5, axis: 1, dtype: 'float32' }, integers([9], -1, 5)),
    sample({ depth: 3, axis: 0, dtype: 'int32' }, integers([4, 3], 0, 2, 'uint8')),
    sample({ depth: 4, axis: 2, dtype: 'bool' }, integers([3, 5], 0, 3)),
  ],
  trilu: [
    sample({ upper: true, diagonal: 1 }, reals([2, 5, 7])),
    sample({ upper: false, diagonal: -1 }, reals([6, 4])),
    sample({ upper: false, diagonal: 0 }, integers([5, 5], -9, 9)),
  ],
  eye: [
    sample({ rows: 3, columns: 5, diagonal: 1, dtype: 'float32' }),
    sample({ rows: 4, columns: 4, diagonal: 0, dtype: 'int32' }),
  ],
  split: [sample({ count: 3 }, key)],
  foldIn: [sample({}, key, values([7], 'uint32', []))],
  uniform: [
    sample({ shape: [130], dtype: 'float32', low: -1, high: 3 }, key),
    sample({ shape: [3, 5], dtype: 'float64', low: 0, high: 1 }, key),
    sample({ shape: [], dtype: 'float32', low: 0, high: 1 }, key),
  ],
  normal: [
    sample({ shape: [130], dtype: 'float32' }, key),
    sample({ shape: [3, 5], dtype: 'float64' }, key),
    sample({ shape: [0], dtype: 'float32' }, key),
  ],
  truncatedNormal: [sample({ shape: [130], dtype: 'float32', low: -2, high: 2 }, key)],
  bernoulli: [sample({ shape: [130], probability: 0.3 }, key), sample({ shape: [3, 5], probability: 0.9 }, key)],
  categorical: [sample({ axis: 1 }, key, reals([17, 5])), sample({ axis: 0 }, key, reals([5, 3, 7]))],
  permutation: [sample({ size: 17 }, key), sample({ size: 1 }, key)],
  dropout: [sample({ rate: 0.4 }, reals(SHAPE), key), sample({ rate: 0.1 }, reals([130]), key)],
  lstm: [
    ...(['tanh', 'relu', 'softsign'] as const).map((activation) =>
      sample<'lstm'>(
        { ...STEPS, activation, recurrentActivation: 'sigmoid' },
        ...recurrentOperands(4),
        reals([3, 4], -1, 1),
        reals([3, 4], -1, 1),
        reals([16], -1, 1),
      ),
    ),
    sample<'lstm'>(
      { ...STEPS, recurrentActivation: 'hardSigmoid', reverse: true, sequences: false },
      ...recurrentOperands(4),
      reals([3, 4], -1, 1),
      reals([3, 4], -1, 1),
    ),
  ],
  gru: [true, false].flatMap((resetAfter) => [
    sample(
      { ...STEPS, recurrentActivation: 'sigmoid', resetAfter },
      ...recurrentOperands(3),
      reals([3, 4], -1, 1),
      reals(resetAfter ? [2, 12] : [12], -1, 1),
    ),
    sample(
      { ...STEPS, activation: 'softplus', recurrentActivation: 'hardSigmoid', resetAfter, reverse: true },
      ...recurrentOperands(3),
      reals([3, 4], -1, 1),
    ),
  ]),
  resize: [
    ...(['nearest', 'bilinear', 'bicubic', 'lanczos3'] as const).flatMap((interpolation) =>
      [false, true].map((antialias) =>
        sample<'resize'>({ axes: [1, 2], lengths: [5, 14], interpolation, antialias }, reals([2, 8, 7, 3])),
      ),
    ),
    sample({ axes: [3, 2], lengths: [9, 3], interpolation: 'bilinear', antialias: false }, reals([1, 2, 5, 4])),
    sample({ axes: [1, 2], lengths: [8, 9], interpolation: 'bicubic', antialias: true }, reals([2, 4, 3, 2])),
    sample(
      { axes: [1], lengths: [6], interpolation: 'nearest', antialias: false },
      integers([2, 4, 3], 0, 255, 'uint8'),
    ),
  ],
  simpleRnn: (['tanh', 'linear', 'elu', 'leakyRelu', 'sigmoid'] as const).map((activation, i) =>
    sample(
      { ...STEPS, activation, reverse: i % 2 === 1 },
      ...recurrentOperands(1),
      reals([3, 4], -1, 1),
      reals([4], -1, 1),
    ),
  ),
};
