import type { Attributes } from '@manabi/ir';

/** How an operand of a depthwise convolution is stored: its first element, and its strides, which are not negative. */
export interface DepthwiseOperand {
  /** Position of the first element in the slot. */
  readonly offset: number;
  /** Stride in elements along each axis. */
  readonly strides: readonly number[];
}

/**
 * Float32 convolution of groups of few channels. The image has the axes [count, groups, channels, lengths...], the
 * filters [groups, filters, channels, kernel...]. The epilogue runs over the axes [count · results..., groups · filters].
 */
export interface DepthwiseAttributes extends Omit<Attributes['conv'], 'groups'> {
  readonly count: number;
  readonly groups: number;
  /** Number of channels of the image in each group. */
  readonly channels: number;
  /** Number of filters, and so of channels of the result, of each group. */
  readonly filters: number;
  /** Lengths of the image, of a filter and of the result along each spatial axis. */
  readonly lengths: readonly number[];
  readonly kernel: readonly number[];
  readonly results: readonly number[];
  readonly image: DepthwiseOperand;
  readonly weights: DepthwiseOperand;
}

/**
 * Returns true if the routine computes a filter gradient or a similar convolution, whose filters are large and whose
 * result is small. Its sums for all elements of a result are in registers at once.
 */
export function hasLargeFilters({
  count,
  channels,
  kernel,
  results,
}: Pick<DepthwiseAttributes, 'count' | 'channels' | 'kernel' | 'results'>): boolean {
  return count === 1 && channels * size(kernel) > size(results);
}

function size(lengths: readonly number[]): number {
  return lengths.reduce((product, length) => product * length, 1);
}
