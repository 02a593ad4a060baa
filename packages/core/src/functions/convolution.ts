import { anything, type KindsOf, optional, positiveInteger } from '@manabi/errors';
import { formatShape, ManabiError, type Padding } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import { lazyOf, Tensor } from '../tensor.ts';
import { optionsOf } from './argument-kinds.ts';
import { flip } from './arrange.ts';
import { numericPair } from './contraction.ts';
import type { TensorLike } from './operand.ts';
import { reshape, transpose } from './shape.ts';
import {
  checkPairs,
  type PerAxis,
  paddingPairs,
  perAxis,
  spanOf,
  spatialLengths,
  type WindowPadding,
} from './window-padding.ts';

/** How filters move over images. */
export interface ConvOptions {
  /** Places from one position of the filter to the next; by default 1. */
  readonly strides?: PerAxis;
  /** By default `valid`. */
  readonly padding?: WindowPadding;
  /** Places from one element of the filter to the next; by default 1. */
  readonly dilation?: PerAxis;
  /** Equal groups of channels and of filters that know nothing of one another; by default 1. */
  readonly groups?: number;
  /** Places from one element of the image to the next, with zeros between; by default 1. */
  readonly inputDilation?: PerAxis;
}

/** Settings that are checked where the number of spatial axes is known. */
const perAxisKind = anything<PerAxis>('an integer or a list of integers');
const paddingKind = anything<WindowPadding>("'valid', 'same' or a list of pairs");

const convKinds = {
  strides: optional(perAxisKind, 1),
  padding: optional(paddingKind, 'valid'),
  dilation: optional(perAxisKind, 1),
  groups: optional(positiveInteger, 1),
  inputDilation: optional(perAxisKind, 1),
} satisfies KindsOf<ConvOptions>;

/**
 * Convolution over one or more spatial axes, channels first: images [N, C, ...n] and filters [M, C / groups, ...k] give
 * [N, M, ...o], with o = ⌊(n + padding - ((k - 1) · dilation + 1)) / stride⌋ + 1. As everywhere in deep learning,
 * filters are not reversed.
 *
 * @throws ManabiError `shape` if channels, groups or ranks do not fit, or the filter is longer than the padded image;
 * `argument` for settings that are no whole numbers
 * @example `conv(images, filters, { padding: 'same', strides: 2 })`
 */
export function conv(x: TensorLike, w: TensorLike, options?: ConvOptions): Tensor {
  const { strides, padding, dilation, groups, inputDilation } = optionsOf('conv', options, convKinds);
  const [image, filters] = numericPair('conv', x, w);
  const lengths = spatialLengths('conv', image.type.shape);
  const kernel = kernelOf('conv', image.type.shape, filters.type.shape);
  const rank = lengths.length;
  const steps = perAxis('conv', 'strides', strides, rank);
  const rhsDilation = perAxis('conv', 'dilation', dilation, rank);
  const lhsDilation = perAxis('conv', 'inputDilation', inputDilation, rank);
  const pairs = paddingPairs(
    'conv',
    padding,
    lengths.map((length, axis) => ({
      length: length === 0 ? 0 : (length - 1) * lhsDilation[axis] + 1,
      size: kernel[axis],
      stride: steps[axis],
      dilation: rhsDilation[axis],
    })),
  );
  const attributes = { strides: steps, padding: pairs, lhsDilation, rhsDilation, groups };
  return new Tensor(emitOne('conv', [image, filters], attributes));
}

/** How filters move over the results of a transposed convolution. */
export interface ConvTransposeOptions {
  /** Places of the result from one element of the image to the next; by default 1. */
  readonly strides?: PerAxis;
  /**
   * What the convolution that this undoes was padded with, so what is cut from the result here; by default `valid`.
   * `same` gives length · stride.
   */
  readonly padding?: WindowPadding;
  /** Places from one element of the filter to the next; by default 1. */
  readonly dilation?: PerAxis;
  /** Equal groups of channels and of filters that know nothing of one another; by default 1. */
  readonly groups?: number;
  /** Places more at the end of the result; by default 0, with `same` what is missing to length · stride. */
  readonly outputPadding?: PerAxis;
}

const convTransposeKinds = {
  strides: optional(perAxisKind, 1),
  padding: optional(paddingKind, 'valid'),
  dilation: optional(perAxisKind, 1),
  groups: optional(positiveInteger, 1),
  outputPadding: optional(perAxisKind),
} satisfies KindsOf<ConvTransposeOptions>;

/**
 * Transposed convolution, the gradient of `conv` by its images: [N, C, ...n] and filters [C, M / groups, ...k] give
 * [N, M, ...o], with o = (n - 1) · stride + (k - 1) · dilation + 1 - padding + outputPadding.
 *
 * @throws ManabiError `shape` if channels, groups or ranks do not fit, or nothing is left of the result; `argument` for
 * settings that are no whole numbers
 * @example `convTranspose(features, filters, { strides: 2, padding: 'same' }) // twice as large`
 */
export function convTranspose(x: TensorLike, w: TensorLike, options?: ConvTransposeOptions): Tensor {
  const { strides, padding, dilation, groups, outputPadding } = optionsOf('convTranspose', options, convTransposeKinds);
  const [image, filters] = numericPair('convTranspose', x, w);
  const lengths = spatialLengths('convTranspose', image.type.shape);
  const kernel = kernelOf('convTranspose', image.type.shape, filters.type.shape);
  const rank = lengths.length;
  const lhsDilation = perAxis('convTranspose', 'strides', strides, rank);
  const rhsDilation = perAxis('convTranspose', 'dilation', dilation, rank);
  const spans = kernel.map((size, axis) => spanOf({ size, dilation: rhsDilation[axis] }));
  const cuts = cutsOf(padding, spans, lhsDilation);
  checkPairs('convTranspose', cuts, rank);
  const missing = padding === 'same' ? spans.map((span, axis) => Math.max(0, lhsDilation[axis] - span)) : 0;
  const extra = perAxis('convTranspose', 'outputPadding', outputPadding ?? missing, rank, 0);
  const pairs = cuts.map(([low, high], axis): Padding => [spans[axis] - 1 - low, spans[axis] - 1 - high + extra[axis]]);
  checkResult(lengths, pairs, spans, lhsDilation);
  const exchanged = exchangeChannels(new Tensor(filters), image.type.shape[1], groups);
  return new Tensor(
    emitOne('conv', [image, lazyOf(exchanged)], {
      strides: lengths.map(() => 1),
      padding: pairs,
      lhsDilation,
      rhsDilation,
      groups,
    }),
  );
}

function cutsOf(padding: WindowPadding, spans: readonly number[], strides: readonly number[]): readonly Padding[] {
  if (padding === 'valid') return spans.map(() => [0, 0]);
  if (padding !== 'same') return padding;
  return spans.map((span, axis) => {
    const total = Math.max(0, span - strides[axis]);
    const low = Math.floor(total / 2);
    return [low, total - low];
  });
}

function checkResult(
  lengths: readonly number[],
  padding: readonly Padding[],
  spans: readonly number[],
  strides: readonly number[],
): void {
  const results = lengths.map(
    (length, axis) =>
      (length === 0 ? 0 : (length - 1) * strides[axis] + 1) + padding[axis][0] + padding[axis][1] - spans[axis] + 1,
  );
  if (results.every((length, axis) => length > 0 || lengths[axis] === 0)) return;
  throw new ManabiError(
    'shape',
    `Nothing is left: the spatial axes of the result would have lengths ${formatShape(results)}. Cut less, with a ` +
      'smaller padding.',
    { op: 'convTranspose', data: { lengths, results } },
  );
}

/** Filters [C, M / groups, ...k] as those of a convolution, [M, C / groups, ...k], reversed. */
function exchangeChannels(w: Tensor, channels: number, groups: number): Tensor {
  const [given, perGroup, ...kernel] = w.shape;
  if (given !== channels || !Number.isInteger(groups) || groups < 1 || channels % groups !== 0) {
    throw new ManabiError(
      'shape',
      `Filters of shape ${formatShape(w.shape)} and ${groups} groups do not fit ${channels} channels: the first axis of ` +
        'the filters must be the number of channels, and a multiple of groups.',
      { op: 'convTranspose', data: { filters: w.shape, channels, groups } },
    );
  }
  const spatial = kernel.map((_, i) => i + 3);
  const apart = reshape(w, [groups, channels / groups, perGroup, ...kernel]);
  const exchanged = reshape(transpose(apart, [0, 2, 1, ...spatial]), [groups * perGroup, channels / groups, ...kernel]);
  return flip(
    exchanged,
    kernel.map((_, i) => i + 2),
  );
}

function kernelOf(op: string, image: readonly number[], filters: readonly number[]): readonly number[] {
  if (filters.length === image.length) return filters.slice(2);
  throw new ManabiError(
    'shape',
    `Images of shape ${formatShape(image)} need filters with as many axes, but they have shape ${formatShape(filters)}.`,
    { op, data: { image, filters } },
  );
}
