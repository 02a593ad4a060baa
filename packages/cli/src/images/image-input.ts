import { type HostArray, hostArray, ManabiError, type PartialShape } from 'manabi';
import { adaptShape } from '../classify/adapt-shape.ts';
import type { Classifier } from '../classify/classifier.ts';
import { centreDigit } from './centre-digit.ts';
import type { GreyImage } from './grey-image.ts';

/** Where a network leaves the size open. */
const SIDE = 28;

interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * A digit's pixels, 0 to 255, in the shape that a network takes, with a batch of one.
 *
 * @param source what messages call the image
 * @throws ManabiError `shape` if it takes no images; FileError `corrupt` for a blank one
 */
export function imageInput(image: GreyImage, { name, input }: Classifier, source: string): HostArray {
  const { height, width, channels } = imageSize(name, input.shape);
  const { pixels } = centreDigit(image, height, width, source);
  const spread = Uint8Array.from({ length: pixels.length * channels }, (_, i) => pixels[Math.floor(i / channels)]);
  return adaptShape(hostArray('uint8', [1, height, width, channels], spread), input.shape, name);
}

/** @throws ManabiError `shape` if that is no shape of images in grey, or in colours that come last */
function imageSize(name: string, [, ...row]: PartialShape): ImageSize {
  const lengths = row.map((length) => length ?? SIDE);
  const [first, second, third] = lengths;
  const side = Math.sqrt(first);
  if (lengths.length === 1 && Number.isInteger(side)) return { height: side, width: side, channels: 1 };
  if (lengths.length === 2) {
    if (second !== 1) return { height: first, width: second, channels: 1 };
    if (Number.isInteger(side)) return { height: side, width: side, channels: 1 };
  }
  if (lengths.length === 3) {
    const last = row[2] ?? 1;
    if (last === 1 || last === 3) return { height: first, width: second, channels: last };
    if (first === 1) return { height: second, width: third, channels: 1 };
  }
  throw new ManabiError('shape', `${name} takes [${row.map(String).join(', ')}] for each sample, which is no image.`, {
    data: { source: name, input: row },
  });
}
