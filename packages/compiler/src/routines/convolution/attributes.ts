import type { Attributes } from '@manabi/ir';

/** How an operand of a convolution is stored: its first element, and its strides, which are not negative. */
export interface ConvolutionOperand {
  /** Position of the first element in the slot. */
  readonly offset: number;
  /** Stride in elements along each axis. */
  readonly strides: readonly number[];
}

/** Lengths of the axes of a convolution. */
export interface ConvolutionShapes {
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
}

/**
 * Float32 convolution. The image has the axes [count, groups, channels, lengths...], the
 * filters [groups, filters, channels, kernel...]. The epilogue runs over the axes [count · results..., groups · filters].
 */
export interface ConvolutionAttributes extends ConvolutionShapes, Omit<Attributes['conv'], 'groups'> {
  /**
   * Whether the filters are large and the result is small, as in the gradient of filters: a sum has more terms than there
   * are results of an image.
   */
  readonly hasLargeFilters: boolean;
  readonly image: ConvolutionOperand;
  readonly weights: ConvolutionOperand;
}
