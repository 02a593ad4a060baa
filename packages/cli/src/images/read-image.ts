import { readBytes } from '@manabi/files';
import { decodeImage, hostArray, resizeImage } from 'manabi';
import type { Picture } from './picture.ts';

/** Largest height or width; larger images are downscaled, since networks use fewer pixels. */
const MOST_SIDE = 1024;

/** Largest image file that is read, in bytes. */
const MOST_BYTES = 2 ** 28;

/**
 * Reads an image, rotated upright according to its EXIF data.
 *
 * @param source path or URL of a PNG, JPEG, WebP, GIF, BMP, AVIF, TIFF or SVG
 * @throws FileError from `readBytes`; FileError `corrupt` if the file is not an image; ManabiError `argument` without `sharp`
 */
export async function readImage(source: string): Promise<Picture> {
  return decodePicture(await readBytes(source, { maxBytes: MOST_BYTES }), source);
}

/**
 * Decodes an image, rotated upright according to its EXIF data.
 *
 * @param source name of the image, used in messages
 * @throws FileError `corrupt` if the bytes are not an image; ManabiError `argument` without `sharp`
 */
export async function decodePicture(bytes: Uint8Array<ArrayBuffer>, source: string): Promise<Picture> {
  const image = await decodeImage(bytes, { channels: 4, name: source });
  const [height, width] = image.shape;
  const scale = Math.min(1, MOST_SIDE / Math.max(height, width));
  const rgba = Uint8Array.from(image.data);
  if (scale === 1) return { height, width, rgba };
  const size = { height: Math.max(1, Math.round(scale * height)), width: Math.max(1, Math.round(scale * width)) };
  return { ...size, rgba: resized({ height, width, rgba }, size) };
}

/**
 * Resizes an image to RGB of the given size, ignoring its aspect ratio. Transparent pixels become white.
 *
 * @returns pixels row by row, three bytes each
 */
export function resizeColour(picture: Picture, size: ImageSize): Uint8Array {
  const rgba = resized(picture, size);
  return Uint8Array.from({ length: (rgba.length / 4) * 3 }, (_, i) => {
    const [pixel, channel] = [4 * Math.floor(i / 3), i % 3];
    const opacity = rgba[pixel + 3] / 255;
    return Math.round(opacity * rgba[pixel + channel] + (1 - opacity) * 255);
  });
}

/** Resizes with antialiasing. Colours are weighted by opacity, so that those of transparent pixels have no effect. */
function resized({ height, width, rgba }: Picture, size: ImageSize): Uint8Array {
  const weighted = Float32Array.from(rgba, (value, i) => (i % 4 === 3 ? value : (value * rgba[i - (i % 4) + 3]) / 255));
  const { data } = resizeImage(hostArray('float32', [height, width, 4], weighted), [size.height, size.width], {
    antialias: true,
  });
  return Uint8Array.from(data, (value, i) => {
    const opacity = data[i - (i % 4) + 3] / 255;
    return Math.round(i % 4 === 3 || opacity === 0 ? value : value / opacity);
  });
}

/** Height and width of an image, in pixels. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}
