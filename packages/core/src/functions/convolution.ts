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

/** Options of `conv`. */
export interface ConvOptions {
  /** Distance between successive positions of the filter, per spatial axis. Default: 1. */
  readonly strides?: PerAxis;
  /** Padding of the spatial axes. Default: `valid`. */
  readonly padding?: WindowPadding;
  /** Distance between neighbouring elements of the filter, per spatial axis. Default: 1. */
  readonly dilation?: PerAxis;
  /**
   * Number of groups of equal size into which channels and filters are divided. Each group of channels is convolved
   * only with its group of filters. Default: 1.
   */
  readonly groups?: number;
  /**
   * Distance to which neighbouring elements of the images are spread by inserting zeros, per spatial axis. Default: 1,
   * for no zeros.
   */
  readonly inputDilation?: PerAxis;
}

/**
 * Validators that accept any value, because the checks need the number of spatial axes; `perAxis` and `paddingPairs`
 * check the values later.
 */
const perAxisKind = anything<PerAxis>('an integer or an array of integers');
const paddingKind = anything<WindowPadding>("'valid', 'same' or an array of pairs");

const convKinds = {
  strides: optional(perAxisKind, 1),
  padding: optional(paddingKind, 'valid'),
  dilation: optional(perAxisKind, 1),
  groups: optional(positiveInteger, 1),
  inputDilation: optional(perAxisKind, 1),
} satisfies KindsOf<ConvOptions>;

/**
 * Convolves images with filters over one or more spatial axes, channels first: images [N, C, ...n] and filters [M, C /
 * groups, ...k] produce [N, M, ...o], with `o = floor((n + padding - ((k - 1) * dilation + 1)) / stride) + 1`. Filters
 * are not reversed (cross-correlation), as usual in deep learning.
 *
 * @throws ManabiError `shape` if channels, groups or ranks do not match, or the filter exceeds the padded image;
 * `argument` for invalid options
 * @example
 * ```ts
 * import { arange, conv, full, reshape } from 'manabi';
 *
 * const image = reshape(arange(9), [1, 1, 3, 3]);
 * const mean2x2 = full([1, 1, 2, 2], 0.25);
 * console.log(await conv(image, mean2x2).array()); // [[[[2, 3], [5, 6]]]]
 * ```
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

/** Options of `convTranspose`. */
export interface ConvTransposeOptions {
  /** Distance in the result between neighbouring elements of the images, per spatial axis. Default: 1. */
  readonly strides?: PerAxis;
  /**
   * Padding of the convolution whose gradient this is: so many positions are removed from the ends of each spatial axis
   * of the result. With `same`, an axis of the result has length `length * stride`. Default: `valid`.
   */
  readonly padding?: WindowPadding;
  /** Distance between neighbouring elements of the filter, per spatial axis. Default: 1. */
  readonly dilation?: PerAxis;
  /**
   * Number of groups of equal size into which channels and filters are divided. Each group of channels is convolved
   * only with its group of filters. Default: 1.
   */
  readonly groups?: number;
  /**
   * Number of positions to add at the end of each spatial axis of the result. Default: 0; with padding `same`, the
   * number for which the axis has length `length * stride`.
   */
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
 * Computes a transposed convolution, the gradient of `conv` with respect to its images: images [N, C, ...n] and filters
 * [C, M / groups, ...k] produce [N, M, ...o], with `o = (n - 1) * stride + (k - 1) * dilation + 1 - padding +
 * outputPadding`.
 *
 * @throws ManabiError `shape` if channels, groups or ranks do not match, or the result would be empty; `argument` for
 * invalid options
 * @example
 * ```ts
 * import { convTranspose, tensor } from 'manabi';
 *
 * const features = tensor([[[1, 2]]]);
 * const filter = tensor([[[1, 10]]]);
 * console.log(await convTranspose(features, filter, { strides: 2 }).array()); // [[[1, 10, 2, 20]]]
 * ```
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
    `The result would be empty: its spatial axes would have lengths ${formatShape(results)}. Use a smaller \`padding\`, ` +
      'which is cut from the result.',
    { op: 'convTranspose', data: { lengths, results } },
  );
}

/**
 * Exchanges the channel axes of the filters of a transposed convolution: [C, M / groups, ...k] becomes [M, C / groups,
 * ...k], the layout for a convolution.
 */
function exchangeChannels(w: Tensor, channels: number, groups: number): Tensor {
  const [given, perGroup, ...kernel] = w.shape;
  if (given !== channels || !Number.isInteger(groups) || groups < 1 || channels % groups !== 0) {
    throw new ManabiError(
      'shape',
      `Filters of shape ${formatShape(w.shape)} with ${groups} groups do not match ${channels} channels: the first axis of ` +
        'the filters must equal the number of channels and be a multiple of `groups`.',
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
    `Filters must have as many axes as the images; got shape ${formatShape(filters)} for images of shape ${formatShape(image)}.`,
    { op, data: { image, filters } },
  );
}
