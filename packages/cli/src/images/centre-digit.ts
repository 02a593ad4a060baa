import { FileError } from '@manabi/files';
import type { GreyImage } from './grey-image.ts';

/** In MNIST, the longer side of a digit takes 20 of 28 pixels, and the centre of mass is in the middle. */
const FILLED = 20 / 28;

/** Pixels with less than this fraction of the darkest pixel's ink count as paper. */
const PAPER = 0.15;

/** Images with less than this difference between background and darkest ink are considered blank. */
const LEAST_CONTRAST = 16;

/**
 * Converts a drawn digit to an image like those of MNIST: light ink on black, with the digit's longer side 20/28 of the
 * image and its centre of mass in the middle. An image that already has the requested size is only inverted if it is
 * dark on light.
 *
 * @param source name of the image, used in messages
 * @throws FileError `corrupt` for a blank image
 */
export function centreDigit(image: GreyImage, height: number, width: number, source: string): GreyImage {
  const ink = inkOf(image, source);
  if (image.width === width && image.height === height) return { ...image, pixels: lightOnDark(image) };
  const box = inkBox(image, ink);
  const scale = (FILLED * Math.min(height, width)) / Math.max(box.width, box.height);
  const centre = centreOfMass(image, ink);
  const pixels = new Uint8Array(height * width);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const y = centre.y + (row - height / 2) / scale;
      const x = centre.x + (column - width / 2) / scale;
      pixels[row * width + column] = Math.round(areaMean(image, ink, { x, y, side: 1 / scale }));
    }
  }
  return { width, height, pixels };
}

/** Returns the pixels with light ink on a dark background; inverts an image with a light background. */
function lightOnDark({ width, height, pixels }: GreyImage): Uint8Array {
  return backgroundOf({ width, height, pixels }) > 127 ? pixels.map((pixel) => 255 - pixel) : pixels;
}

/** Returns the amount of ink of each pixel, 0 to 255: its difference from the background. */
function inkOf(image: GreyImage, source: string): Float64Array {
  const background = backgroundOf(image);
  const sign = background > 127 ? -1 : 1;
  const raw = Float64Array.from(image.pixels, (pixel) => Math.max(0, sign * (pixel - background)));
  const most = raw.reduce((a, b) => Math.max(a, b), 0);
  if (most < LEAST_CONTRAST) {
    throw new FileError(
      'corrupt',
      `Image ${source} is blank: all pixels have almost the brightness of the border. Use an image of a digit.`,
      {
        data: { source },
      },
    );
  }
  return raw.map((value) => (value < PAPER * most ? 0 : (255 * value) / most));
}

/** Returns the brightness of the background: the median of the border pixels. */
function backgroundOf({ width, height, pixels }: GreyImage): number {
  const edge = [...pixels].filter((_, i) => {
    const [row, column] = [Math.floor(i / width), i % width];
    return row === 0 || row === height - 1 || column === 0 || column === width - 1;
  });
  return edge.sort((a, b) => a - b)[Math.floor(edge.length / 2)];
}

function inkBox({ width }: GreyImage, ink: Float64Array): { readonly width: number; readonly height: number } {
  let [left, right, top, bottom] = [width, -1, Number.POSITIVE_INFINITY, -1];
  ink.forEach((value, i) => {
    if (value === 0) return;
    const [row, column] = [Math.floor(i / width), i % width];
    [left, right] = [Math.min(left, column), Math.max(right, column)];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
  });
  return { width: right - left + 1, height: bottom - top + 1 };
}

function centreOfMass({ width }: GreyImage, ink: Float64Array): { readonly x: number; readonly y: number } {
  let [mass, x, y] = [0, 0, 0];
  ink.forEach((value, i) => {
    mass += value;
    x += value * ((i % width) + 0.5);
    y += value * (Math.floor(i / width) + 0.5);
  });
  return { x: x / mass, y: y / mass };
}

/** Returns the mean amount of ink in a square of the image; pixels outside the image count as paper. */
function areaMean(
  { width, height }: GreyImage,
  ink: Float64Array,
  { x, y, side }: { readonly x: number; readonly y: number; readonly side: number },
): number {
  let sum = 0;
  for (let row = Math.max(0, Math.floor(y)); row < Math.min(height, y + side); row++) {
    const tall = Math.min(row + 1, y + side) - Math.max(row, y);
    for (let column = Math.max(0, Math.floor(x)); column < Math.min(width, x + side); column++) {
      const wide = Math.min(column + 1, x + side) - Math.max(column, x);
      sum += tall * wide * ink[row * width + column];
    }
  }
  return sum / (side * side);
}
