import { ManabiError } from '@manabi/errors';
import { input, type SymbolicTensor } from '@manabi/layers';
import type { BuildOptions, ImageSizes } from './architecture.ts';

/** Shape of an image: height, width and channels; null for lengths that may vary. */
export type ImageShape = readonly (number | null)[];

/**
 * Returns the image input of a network: `inputTensor`, or a new input.
 *
 * @throws ManabiError `argument` for shapes that the network or its weights do not allow
 */
export function imageInput(op: string, options: BuildOptions, sizes: ImageSizes): SymbolicTensor {
  const { inputTensor, inputShape } = options;
  if (inputTensor === null) return input({ shape: imageShape(op, options, sizes) });
  const [, ...given] = inputTensor.shape;
  if (inputShape !== null && given.join() !== inputShape.join()) {
    throw wrongShape(
      op,
      inputShape,
      `\`inputTensor\` has images of shape [${given.map(String).join(', ')}]. Omit \`inputShape\``,
    );
  }
  checkShape(op, given, options, sizes);
  return inputTensor;
}

function imageShape(op: string, options: BuildOptions, sizes: ImageSizes): ImageShape {
  const { inputShape, includeTop } = options;
  const { size, anySizeWithTop, needsSize } = sizes;
  if (inputShape === null) return needsSize || (includeTop && !anySizeWithTop) ? [size, size, 3] : [null, null, 3];
  checkShape(op, inputShape, options, sizes);
  return inputShape;
}

function checkShape(
  op: string,
  shape: ImageShape,
  { includeTop, weights }: BuildOptions,
  { size, minSize, anySizeWithTop = false, needsSize = false }: ImageSizes,
): void {
  const [height, width, channels] = shape;
  if (shape.length !== 3) throw wrongShape(op, shape, 'Expected [height, width, channels]: pass images of rank 3');
  if (channels === null) throw wrongShape(op, shape, 'The number of channels must be known: pass 3 for colour images');
  if (weights === 'imagenet' && channels !== 3) {
    throw wrongShape(op, shape, "weights: 'imagenet' needs 3 channels: pass weights: null, or colour images");
  }
  if ([height, width].some((length) => length !== null && length < minSize)) {
    throw wrongShape(op, shape, `Images must be at least ${minSize} × ${minSize}: pass a larger shape`);
  }
  if (needsSize && (height === null || width === null)) {
    throw wrongShape(op, shape, 'The height and width must be known: pass numbers');
  }
  if (!includeTop || anySizeWithTop) return;
  if (height === null || width === null) {
    throw wrongShape(op, shape, 'With the classifier, the size must be known: pass numbers, or includeTop: false');
  }
  if (weights === 'imagenet' && (height !== size || width !== size)) {
    throw wrongShape(
      op,
      shape,
      `The classifier of weights: 'imagenet' expects [${size}, ${size}, 3]: pass this shape, or includeTop: false`,
    );
  }
}

function wrongShape(op: string, shape: ImageShape, why: string): ManabiError {
  return new ManabiError('argument', `\`inputShape\` [${shape.map(String).join(', ')}] is invalid. ${why}.`, {
    op,
    data: { name: 'inputShape', given: shape },
  });
}
