import { type Attributes, sizeOf } from '@manabi/ir';
import type { ConvolutionShapes } from './attributes.ts';
import { convolution } from './convolution.ts';

/** Fewest channels and filters for which the saved products outweigh the transforms. */
const FEWEST_CHANNELS = 16;

/**
 * Fewest products that must be saved per pair of a channel and a filter: transforming the filters takes about as long as
 * this many products.
 */
const FEWEST_SAVED = 256;

/**
 * Routine for convolutions with filters of 3x3 and stride 1 and for the gradients of such filters. 16 products per channel
 * and filter compute 2x2 results, instead of 36 (A. Lavin and S. Gray, "Fast algorithms for convolutional neural
 * networks", 2016). Rounding errors are about twice those of direct sums.
 */
export const winograd = convolution('winograd', isWinograd);

function isWinograd(shapes: ConvolutionShapes, window: Attributes['conv']): boolean {
  const { count, groups, channels, filters, kernel, results } = shapes;
  const { strides, lhsDilation, rhsDilation } = window;
  const isPlain = [strides, lhsDilation, rhsDilation].every(
    (steps) => steps.length === 2 && steps.every((n) => n === 1),
  );
  if (groups > 1 || !isPlain) return false;
  const isGradient = !isThree(kernel) && isThree(results);
  if (!isGradient && !isThree(kernel)) return false;
  const [inner, images, outputs] = isGradient ? [count, channels, kernel] : [channels, count, results];
  const saved = images * (9 * sizeOf(outputs) - 16 * sizeOf(outputs.map((length) => Math.ceil(length / 2))));
  return (
    inner >= FEWEST_CHANNELS &&
    filters >= FEWEST_CHANNELS &&
    inner % 4 === 0 &&
    filters % 8 === 0 &&
    saved >= FEWEST_SAVED
  );
}

function isThree(lengths: readonly number[]): boolean {
  return lengths.every((length) => length === 3);
}
