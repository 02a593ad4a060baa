import * as mb from '@manabi/core';
import { tensorValue } from '../values.ts';
import type { Op, OpContext } from './context.ts';

type Tensor = mb.Tensor;
type Pair = readonly [low: number, high: number];

/** Whether the channels are the last axis; TensorFlow's default. */
function isChannelsLast(context: OpContext): boolean {
  return !context.text('data_format', 'NHWC').startsWith('NC');
}

function channelsFirst(x: Tensor): Tensor {
  const rank = x.shape.length;
  return mb.transpose(x, [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)]);
}

function channelsLast(x: Tensor): Tensor {
  const rank = x.shape.length;
  return mb.transpose(x, [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1]);
}

/** Computes a function that requires the channels first. */
function onImages(context: OpContext, x: Tensor, f: (x: Tensor) => Tensor): readonly [ReturnType<typeof tensorValue>] {
  return [tensorValue(isChannelsLast(context) ? channelsLast(f(channelsFirst(x))) : f(x))];
}

/** Returns the values of an attribute with one number per axis for the spatial axes. */
function spatial(context: OpContext, name: string): readonly number[] {
  const all = context.integers(name);
  return isChannelsLast(context) ? all.slice(1, -1) : all.slice(2);
}

function paddingOf(context: OpContext): 'same' | 'valid' | readonly Pair[] {
  const padding = context.text('padding');
  if (padding === 'SAME') return 'same';
  if (padding === 'VALID') return 'valid';
  const all = context.integers('explicit_paddings');
  const pairs = Array.from({ length: all.length / 2 }, (_, axis): Pair => [all[2 * axis], all[2 * axis + 1]]);
  return isChannelsLast(context) ? pairs.slice(1, -1) : pairs.slice(2);
}

/** Transposes filters [...kernel, in, out] to [out, in, ...kernel]. */
function filtersFirst(w: Tensor): Tensor {
  const rank = w.shape.length;
  return mb.transpose(w, [rank - 1, rank - 2, ...Array.from({ length: rank - 2 }, (_, i) => i)]);
}

const dilationOf = (context: OpContext): readonly number[] | number =>
  context.has('dilations') ? spatial(context, 'dilations') : 1;

const convolution: Op = (context) => {
  const w = context.x(1);
  return onImages(context, context.x(0), (x) =>
    mb.conv(x, filtersFirst(w), {
      strides: spatial(context, 'strides'),
      padding: paddingOf(context),
      dilation: dilationOf(context),
      groups: x.shape[1] / w.shape[w.shape.length - 2],
    }),
  );
};

const depthwise: Op = (context) => {
  const w = context.x(1);
  const [height, width, channels, multiplier] = w.shape;
  const filters = mb.reshape(mb.transpose(w, [2, 3, 0, 1]), [channels * multiplier, 1, height, width]);
  return onImages(context, context.x(0), (x) =>
    mb.conv(x, filters, {
      strides: spatial(context, 'strides'),
      padding: paddingOf(context),
      dilation: dilationOf(context),
      groups: channels,
    }),
  );
};

/** Gradient of a convolution with respect to its images, which transposed convolutions compute. */
const transposed: Op = (context) => {
  const sizes = context.numbers(0);
  const lengths = isChannelsLast(context) ? sizes.slice(1, -1) : sizes.slice(2);
  const w = context.x(1);
  const strides = spatial(context, 'strides');
  const dilations = dilationOf(context);
  const spans = lengths.map(
    (_, axis) => (w.shape[axis] - 1) * (typeof dilations === 'number' ? 1 : dilations[axis]) + 1,
  );
  return onImages(context, context.x(2), (x) => {
    const given = paddingOf(context);
    const pairs = lengths.map((length, axis): [number, number] => {
      if (given !== 'same') return given === 'valid' ? [0, 0] : [given[axis][0], given[axis][1]];
      const total = Math.max(0, (x.shape[axis + 2] - 1) * strides[axis] + spans[axis] - length);
      return [Math.floor(total / 2), total - Math.floor(total / 2)];
    });
    const outputPadding = lengths.map(
      (length, axis) =>
        length - ((x.shape[axis + 2] - 1) * strides[axis] + spans[axis] - pairs[axis][0] - pairs[axis][1]),
    );
    return mb.convTranspose(x, filtersFirst(w), { strides, padding: pairs, dilation: dilations, outputPadding });
  });
};

const pool =
  (f: typeof mb.maxPool): Op =>
  (context) =>
    onImages(context, context.x(0), (x) =>
      f(x, spatial(context, 'ksize'), { strides: spatial(context, 'strides'), padding: paddingOf(context) }),
    );

const batchNorm: Op = (context) => {
  // Files may omit attributes with TensorFlow's defaults, of which this one is true.
  if (!context.has('is_training') || context.boolean('is_training'))
    throw context.unsupported('it normalizes with the statistics of the batch');
  const [x, scale, offset, mean, variance] = context.tensors();
  const along = (value: Tensor): Tensor =>
    isChannelsLast(context) ? value : mb.reshape(value, [-1, ...new Array<number>(x.shape.length - 2).fill(1)]);
  const factor = mb.mul(along(scale), mb.rsqrt(mb.add(along(variance), context.float('epsilon', 1e-4))));
  return [tensorValue(mb.add(mb.mul(mb.sub(x, along(mean)), factor), along(offset)))];
};

const resize =
  (interpolation: 'nearest' | 'bilinear'): Op =>
  (context) => {
    const x = context.x(0);
    const lengths = context.numbers(1);
    const isHalfPixel = context.boolean('half_pixel_centers');
    if (context.boolean('align_corners')) throw context.unsupported('align_corners is true');
    if (interpolation === 'bilinear') {
      if (!isHalfPixel) throw context.unsupported('half_pixel_centers is false');
      return [tensorValue(mb.resize(x, { axes: [1, 2], lengths, interpolation }))];
    }
    const resized = lengths.reduce((image, length, i) => {
      const from = image.shape[i + 1];
      const position = (k: number): number =>
        Math.min(from - 1, Math.floor(((k + (isHalfPixel ? 0.5 : 0)) * from) / length));
      const positions = Int32Array.from({ length }, (_, k) => position(k));
      return mb.take(image, mb.fromHost(mb.hostArray('int32', [length], positions)), i + 1);
    }, x);
    return [tensorValue(resized)];
  };

/** Splits a number from the front of the spatial axes into blocks: the reverse of `batchToSpace`. */
const spaceToBatch: Op = (context) => {
  const x = context.x(0);
  const [block, flat] = [context.numbers(1), context.numbers(2)];
  const count = block.length;
  const widths = x.shape.map((_, axis): [number, number] =>
    axis >= 1 && axis <= count ? [flat[2 * (axis - 1)], flat[2 * (axis - 1) + 1]] : [0, 0],
  );
  const padded = mb.pad(x, widths);
  const rest = padded.shape.slice(count + 1);
  const lengths = block.map((size, i) => padded.shape[i + 1] / size);
  const separate = mb.reshape(padded, [
    padded.shape[0],
    ...lengths.flatMap((length, i) => [length, block[i]]),
    ...rest,
  ]);
  const order = [
    ...block.map((_, i) => 2 * i + 2),
    0,
    ...block.map((_, i) => 2 * i + 1),
    ...rest.map((_, i) => 2 * count + 1 + i),
  ];
  const factor = block.reduce((product, size) => product * size, 1);
  return [tensorValue(mb.reshape(mb.transpose(separate, order), [padded.shape[0] * factor, ...lengths, ...rest]))];
};

const batchToSpace: Op = (context) => {
  const x = context.x(0);
  const [block, crops] = [context.numbers(1), context.numbers(2)];
  const count = block.length;
  const factor = block.reduce((product, size) => product * size, 1);
  const batch = x.shape[0] / factor;
  const [lengths, rest] = [x.shape.slice(1, count + 1), x.shape.slice(count + 1)];
  const separate = mb.reshape(x, [...block, batch, ...lengths, ...rest]);
  const order = [count, ...block.flatMap((_, i) => [count + 1 + i, i]), ...rest.map((_, i) => 2 * count + 1 + i)];
  const joined = mb.reshape(mb.transpose(separate, order), [
    batch,
    ...lengths.map((length, i) => length * block[i]),
    ...rest,
  ]);
  const starts = joined.shape.map((_, axis) => (axis >= 1 && axis <= count ? crops[2 * (axis - 1)] : 0));
  const sizes = joined.shape.map((length, axis) =>
    axis >= 1 && axis <= count ? length - crops[2 * (axis - 1)] - crops[2 * (axis - 1) + 1] : length,
  );
  return [tensorValue(mb.slice(joined, starts, sizes))];
};

/** Operations on images. */
export const imageOps: Readonly<Record<string, Op>> = {
  AvgPool: pool(mb.avgPool),
  AvgPool3D: pool(mb.avgPool),
  BatchToSpaceND: batchToSpace,
  Conv2D: convolution,
  Conv2DBackpropInput: transposed,
  Conv3D: convolution,
  Conv3DBackpropInputV2: transposed,
  DepthwiseConv2dNative: depthwise,
  FusedBatchNorm: batchNorm,
  FusedBatchNormV2: batchNorm,
  FusedBatchNormV3: batchNorm,
  MaxPool: pool(mb.maxPool),
  MaxPool3D: pool(mb.maxPool),
  ResizeBilinear: resize('bilinear'),
  ResizeNearestNeighbor: resize('nearest'),
  SpaceToBatchND: spaceToBatch,
};
