import { type HostArray, hostArray, ManabiError, type PartialShape } from 'manabi';
import type { Classifier } from '../classify/classifier.ts';
import { adaptShape } from '../data/adapt-shape.ts';
import { centreDigit } from './centre-digit.ts';
import { type GreyImage, greyOf } from './grey-image.ts';
import type { Picture } from './picture.ts';
import { type ImageSize, resizeColour } from './read-image.ts';

/**
 * Height and width of the image for a network that accepts any size: 28 for grey images, as in MNIST; 224 for colour
 * images, as is usual for ImageNet.
 */
const GREY_SIDE = 28;
const COLOUR_SIDE = 224;

/** Size and channels of the images that a network expects. */
interface ImageForm extends ImageSize {
  /** `grey` for one channel; `last` or `first` for three channels, depending on where the channel axis is. */
  readonly channels: 'grey' | 'last' | 'first';
}

/**
 * Creates a batch of one image in the input shape of a network, with pixels in [0, 255]: resized, in colour for a network with
 * three channels and in grey for one with one channel.
 *
 * @param source name of the image, used in messages
 * @param isDigit whether the image is a digit, converted as in `centreDigit`
 * @throws ManabiError `shape` if the network does not take images; FileError `corrupt` for a blank digit
 */
export async function imageInput(
  picture: Picture,
  classifier: Classifier,
  source: string,
  isDigit: boolean,
): Promise<HostArray> {
  if (isDigit) return digitInput(greyOf(picture), classifier, source);
  const form = imageForm(classifier.name, classifier.input.shape);
  const { height, width } = form;
  const pixels = resizeColour(picture, form);
  if (form.channels === 'grey') {
    const { pixels: greys } = greyOf({ height, width, rgba: opaque(pixels) });
    return adaptShape(hostArray('uint8', [1, height, width, 1], greys), classifier.input.shape, classifier.name);
  }
  if (form.channels === 'last') return hostArray('uint8', [1, height, width, 3], pixels);
  const planes = Uint8Array.from({ length: pixels.length }, (_, i) => {
    const [plane, pixel] = [Math.floor(i / (height * width)), i % (height * width)];
    return pixels[3 * pixel + plane];
  });
  return hostArray('uint8', [1, 3, height, width], planes);
}

/** Adds the alpha channel to RGB pixels. */
function opaque(rgb: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: (rgb.length / 3) * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : rgb[3 * Math.floor(i / 4) + (i % 4)],
  );
}

/**
 * Converts a drawn digit to a batch of one image with pixels in [0, 255], in the input shape of a network with one
 * channel.
 *
 * @throws ManabiError `shape` if the network does not take images with one channel; FileError `corrupt` for a blank
 * image
 */
export function digitInput(image: GreyImage, { name, input }: Classifier, source: string): HostArray {
  const { height, width, channels } = imageForm(name, input.shape);
  if (channels !== 'grey') throw notAnImage(name, input.shape.slice(1), 'a grey image');
  const { pixels } = centreDigit(image, height, width, source);
  return adaptShape(hostArray('uint8', [1, height, width, 1], pixels), input.shape, name);
}

/**
 * Returns the size and the channels of the images that an input shape describes.
 *
 * @throws ManabiError `shape` if the input shape is not that of an image
 */
function imageForm(name: string, [, ...row]: PartialShape): ImageForm {
  const grey = (length: number | null): number => length ?? GREY_SIDE;
  const colour = (length: number | null): number => length ?? COLOUR_SIDE;
  const [first, second, third] = row;
  const side = Math.sqrt(grey(first));
  const square = Number.isInteger(side) && { height: side, width: side, channels: 'grey' as const };
  switch (row.length) {
    case 1:
      if (square) return square;
      break;
    case 2:
      if (second !== 1) return { height: grey(first), width: grey(second), channels: 'grey' };
      if (square) return square;
      break;
    case 3:
      if (third === 3) return { height: colour(first), width: colour(second), channels: 'last' };
      if (first === 3) return { height: colour(second), width: colour(third), channels: 'first' };
      if (third === 1 || third === null) return { height: grey(first), width: grey(second), channels: 'grey' };
      if (first === 1) return { height: grey(second), width: grey(third), channels: 'grey' };
  }
  throw notAnImage(name, row, 'an image');
}

function notAnImage(name: string, row: PartialShape, expected: string): ManabiError {
  return new ManabiError(
    'shape',
    `Network ${name} takes samples of shape [${row.map(String).join(', ')}], which is not the shape of ${expected}. Use a network for images.`,
    { data: { source: name, input: row } },
  );
}
