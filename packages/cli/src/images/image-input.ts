import { type HostArray, hostArray, ManabiError, type PartialShape } from 'manabi';
import type { Classifier } from '../classify/classifier.ts';
import { adaptShape } from '../data/adapt-shape.ts';
import { centreDigit } from './centre-digit.ts';
import { type GreyImage, greyOf } from './grey-image.ts';
import type { Picture } from './picture.ts';
import { type ImageSize, resizeColour } from './read-image.ts';

/** Where a network leaves the size open: that of digits, and of ImageNet's photos. */
const GREY_SIDE = 28;
const COLOUR_SIDE = 224;

/** What a network takes for each sample. */
interface ImageForm extends ImageSize {
  /** `grey` for one channel; `last` or `first` for three, by where they stand. */
  readonly channels: 'grey' | 'last' | 'first';
}

/** Whether a network takes red, green and blue. */
export function takesColour({ name, input }: Classifier): boolean {
  return imageForm(name, input.shape).channels !== 'grey';
}

/**
 * Makes a batch of one from an image, 0 to 255, in the shape that a network takes. Networks with three channels get the
 * picture in colour, resized to their size; networks with one get a digit as MNIST has them.
 *
 * @param source what messages call the image
 * @throws ManabiError `shape` if the network takes no images; FileError `corrupt` for a blank digit
 */
export async function imageInput(picture: Picture, classifier: Classifier, source: string): Promise<HostArray> {
  const form = imageForm(classifier.name, classifier.input.shape);
  if (form.channels === 'grey') return digitInput(greyOf(picture), classifier, source);
  const { height, width } = form;
  const pixels = Uint8Array.from(await resizeColour(picture, form));
  if (form.channels === 'last') return hostArray('uint8', [1, height, width, 3], pixels);
  const planes = Uint8Array.from({ length: pixels.length }, (_, i) => {
    const [plane, pixel] = [Math.floor(i / (height * width)), i % (height * width)];
    return pixels[3 * pixel + plane];
  });
  return hostArray('uint8', [1, 3, height, width], planes);
}

/**
 * Makes a batch of one from a digit, 0 to 255, in the shape that a network of one channel takes.
 *
 * @throws ManabiError `shape` if it takes something else; FileError `corrupt` for a blank image
 */
export function digitInput(image: GreyImage, { name, input }: Classifier, source: string): HostArray {
  const { height, width, channels } = imageForm(name, input.shape);
  if (channels !== 'grey') throw noImage(name, input.shape.slice(1), 'a grey image');
  const { pixels } = centreDigit(image, height, width, source);
  return adaptShape(hostArray('uint8', [1, height, width, 1], pixels), input.shape, name);
}

/** @throws ManabiError `shape` if that is no shape of images */
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
  throw noImage(name, row, 'an image');
}

function noImage(name: string, row: PartialShape, wanted: string): ManabiError {
  return new ManabiError(
    'shape',
    `${name} takes samples of shape [${row.map(String).join(', ')}], which is not the shape of ${wanted}.`,
    { data: { source: name, input: row } },
  );
}
