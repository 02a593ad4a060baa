import { type Attributes, sizeOf } from '@manabi/ir';
import type { ConvolutionShapes } from './attributes.ts';
import { convolution, hasLargeFilters } from './convolution.ts';

/** Largest number of channels and filters of a group. Matrix products are faster for larger groups. */
const MOST_PER_GROUP = 4;

/** Largest extent along the last axis for which code without loops is written, including the gaps of dilated filters. */
const MOST_TAPS = 16;

/**
 * Routine for convolutions of each channel by itself and their gradients. Vectors hold adjacent groups, which are
 * contiguous in channels-last images. Zeros that `lhsDilation` inserts are skipped.
 */
export const depthwise = convolution('depthwise', isDepthwise);

function isDepthwise(
  shapes: ConvolutionShapes,
  { strides, lhsDilation, rhsDilation, padding }: Attributes['conv'],
): boolean {
  const { count, groups, channels, filters, kernel, results } = shapes;
  const last = results.length - 1;
  if (groups === 1) return false;
  if (count === 1 && hasLargeFilters(shapes)) {
    const isSmall = filters <= MOST_PER_GROUP && results[last] * strides[last] <= MOST_TAPS && sizeOf(results) <= 64;
    return isSmall && lhsDilation.every((step) => step === 1) && padding[last].every((zeros) => zeros <= MOST_TAPS);
  }
  const isThin = Math.max(filters, channels) <= MOST_PER_GROUP && Math.min(filters, channels) === 1;
  return isThin && kernel[last] * rhsDilation[last] <= MOST_TAPS && lhsDilation.every((step) => step <= 3);
}
