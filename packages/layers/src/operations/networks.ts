import * as core from '@manabi/core';
import { add, div, maximum, moveaxis, mul, sqrt, square, sum, type Tensor } from '@manabi/core';
import * as activations from '../activations/functions.ts';
import type { Given } from './given.ts';
import { type Operator, unary, withOptions } from './operator.ts';

/** Activations, normalizations, pooling and functions of images of `keras.ops`, by class name. */
export const networks = {
  AveragePool: pooled(core.avgPool),
  Celu: withOptions((x, given) => core.celu(x, { alpha: given.number('alpha', 1) }), 'nn'),
  DepthToSpace: withOptions((x, given) => depthToSpace(x, given), 'nn'),
  Elu: withOptions((x, given) => core.elu(x, { alpha: given.number('alpha', 1) }), 'nn'),
  Gelu: withOptions((x, given) => core.gelu(x, { approximate: given.flag('approximate', true) }), 'nn'),
  Glu: withOptions((x, given) => activations.glu(x, { axis: given.integer('axis', -1) }), 'nn'),
  HardShrink: withOptions((x, given) => activations.hardShrink(x, { threshold: given.number('threshold', 0.5) }), 'nn'),
  HardSigmoid: unary((x) => core.hardSigmoid(x, { alpha: 1 / 6, beta: 0.5 }), 'nn'),
  HardSilu: unary(core.hardSwish, 'nn'),
  HardTanh: unary(activations.hardTanh, 'nn'),
  LayerNorm: {
    module: 'nn',
    call: ['x', 'gamma', 'beta'],
    compute: (given) => {
      given.only('rmsScaling', false);
      const normal = core.layerNorm(given.tensor('x'), { axis: given.axis(), epsilon: epsilonOf(given) });
      const scaled = given.has('gamma') ? mul(normal, given.operand('gamma')) : normal;
      return given.has('beta') ? add(scaled, given.operand('beta')) : scaled;
    },
  },
  LeakyRelu: withOptions(
    (x, given) => activations.leakyRelu(x, { negativeSlope: given.number('negativeSlope', 0.2) }),
    'nn',
  ),
  LogSigmoid: unary(core.logSigmoid, 'nn'),
  LogSoftmax: withOptions((x, given) => activations.logSoftmax(x, { axis: axesOf(given) }), 'nn'),
  MaxPool: pooled(core.maxPool),
  Normalize: withOptions((x, given) => normalize(x, given), 'nn'),
  RGBToGrayscale: { module: 'image', call: ['images'], compute: (given) => grayscale(given) },
  RMSNorm: {
    module: 'nn',
    call: ['x', 'scale'],
    compute: (given) => {
      const normal = core.rmsNorm(given.tensor('x'), { axis: given.axis(), epsilon: epsilonOf(given) });
      return given.has('scale') ? mul(normal, given.operand('scale')) : normal;
    },
  },
  Relu: unary(core.relu, 'nn'),
  Relu6: unary(core.relu6, 'nn'),
  Resize: { module: 'image', call: ['images'], compute: (given) => resized(given) },
  Selu: unary(core.selu, 'nn'),
  Sigmoid: unary(core.sigmoid, 'nn'),
  Silu: unary(core.silu, 'nn'),
  SoftShrink: withOptions((x, given) => activations.softShrink(x, { threshold: given.number('threshold', 0.5) }), 'nn'),
  Softmax: withOptions((x, given) => activations.softmax(x, { axis: axesOf(given) }), 'nn'),
  Softplus: unary(core.softplus, 'nn'),
  Softsign: unary(activations.softsign, 'nn'),
  SpaceToDepth: withOptions((x, given) => spaceToDepth(x, given), 'nn'),
  SparsePlus: unary(activations.sparsePlus, 'nn'),
  SparseSigmoid: unary(activations.sparseSigmoid, 'nn'),
  Sparsemax: withOptions((x, given) => activations.sparsemax(x, { axis: given.integer('axis', -1) }), 'nn'),
  Squareplus: withOptions((x, given) => activations.squareplus(x, { b: given.number('b', 4) }), 'nn'),
  TanhShrink: unary(activations.tanhShrink, 'nn'),
  Threshold: withOptions(
    (x, given) =>
      activations.threshold(x, { threshold: given.number('threshold'), defaultValue: given.number('defaultValue') }),
    'nn',
  ),
} satisfies Readonly<Record<string, Operator>>;

/** Smallest addend of variances that Keras uses if none is given. */
const EPSILON = 1e-7;

function epsilonOf(given: Given): number {
  return given.number('epsilon', EPSILON);
}

function axesOf(given: Given): number {
  return given.has('axis') ? given.integer('axis') : -1;
}

function normalize(x: Tensor, given: Given): Tensor {
  given.only('order', 1, 2);
  const options = { keepdims: true };
  const epsilon = epsilonOf(given);
  if (given.integer('order', 2) === 1) {
    return div(x, maximum(sum(core.abs(x), given.axis(), options), epsilon));
  }
  return div(x, sqrt(maximum(sum(square(x), given.axis(), options), epsilon ** 2)));
}

function isChannelsFirst(given: Given): boolean {
  const format = given.text('dataFormat', 'channels_last');
  if (format === 'channels_last' || format === 'channels_first') return format === 'channels_first';
  throw given.wrong('dataFormat', '"channels_last" or "channels_first"');
}

/** Applies a function of images with channels in the second axis. */
function withChannelsSecond(x: Tensor, given: Given, f: (x: Tensor) => Tensor): Tensor {
  return isChannelsFirst(given) ? f(x) : moveaxis(f(moveaxis(x, -1, 1)), 1, -1);
}

function pooled(f: typeof core.maxPool): Operator {
  const compute = (given: Given): Tensor => {
    const window = given.integers('poolSize');
    const size = window.length === 1 ? window[0] : window;
    const padding = given.text('padding', 'valid');
    if (padding !== 'valid' && padding !== 'same') throw given.wrong('padding', '"valid" or "same"');
    const strides = given.has('strides') ? given.integers('strides') : window;
    return withChannelsSecond(given.tensor('inputs'), given, (x) =>
      f(x, size, { strides: strides.length === 1 ? strides[0] : strides, padding }),
    );
  };
  return { module: 'nn', call: ['inputs'], compute };
}

/** Applies a function of images with channels in the last axis. */
function withChannelsLast(x: Tensor, given: Given, f: (x: Tensor) => Tensor): Tensor {
  return isChannelsFirst(given) ? moveaxis(f(moveaxis(x, -3, -1)), -1, -3) : f(x);
}

function depthToSpace(images: Tensor, given: Given): Tensor {
  const size = given.integer('blockSize');
  return withChannelsLast(images, given, (x) => {
    const [batch, rows, columns, channels] = x.shape;
    const depth = channels / size ** 2;
    const blocks = core.reshape(x, [batch, rows, columns, size, size, depth]);
    return core.reshape(core.transpose(blocks, [0, 1, 3, 2, 4, 5]), [batch, rows * size, columns * size, depth]);
  });
}

function spaceToDepth(images: Tensor, given: Given): Tensor {
  const size = given.integer('blockSize');
  return withChannelsLast(images, given, (x) => {
    const [batch, rows, columns, channels] = x.shape;
    const blocks = core.reshape(x, [batch, rows / size, size, columns / size, size, channels]);
    const moved = core.transpose(blocks, [0, 1, 3, 2, 4, 5]);
    return core.reshape(moved, [batch, rows / size, columns / size, channels * size ** 2]);
  });
}

function grayscale(given: Given): Tensor {
  return withChannelsLast(given.tensor('images'), given, (x) =>
    sum(mul(x, core.tensor([0.2989, 0.587, 0.114])), -1, { keepdims: true }),
  );
}

function resized(given: Given): Tensor {
  for (const name of ['cropToAspectRatio', 'padToAspectRatio']) given.only(name, false);
  const [height, width = height] = given.integers('size');
  const interpolation = given.text('interpolation', 'bilinear');
  if (interpolation !== 'bilinear' && interpolation !== 'nearest' && interpolation !== 'bicubic') {
    throw given.wrong('interpolation', '"bilinear", "nearest" or "bicubic"');
  }
  const images = given.tensor('images');
  const axes = isChannelsFirst(given) ? [images.rank - 2, images.rank - 1] : [images.rank - 3, images.rank - 2];
  return core.resize(images, { axes, lengths: [height, width], interpolation, antialias: given.flag('antialias') });
}
