import { FileError, readBytes } from '@manabi/files';
import { MissingPackage } from '../missing-package.ts';
import type { Picture } from './picture.ts';

/** Larger images are made smaller: networks look at fewer pixels. */
const MOST_SIDE = 1024;

/** Photos of more bytes are refused. */
const MOST_BYTES = 2 ** 28;

/**
 * Reads an image, turned upright.
 *
 * @param source path or URL of a PNG, JPEG, WebP, GIF, AVIF, TIFF or SVG
 * @throws FileError as `readBytes`; `corrupt` for what is no image; MissingPackage without `sharp`
 */
export async function readImage(source: string): Promise<Picture> {
  const bytes = await readBytes(source, { maxBytes: MOST_BYTES });
  const sharp = await loadSharp();
  const { data, info } = await sharp(bytes)
    .rotate()
    .resize({ width: MOST_SIDE, height: MOST_SIDE, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      throw new FileError('corrupt', `${source} is no image that can be read: ${messageOf(error)}.`, {
        data: { source },
        cause: error,
      });
    });
  return { width: info.width, height: info.height, rgba: data };
}

/**
 * Resizes an image to red, green and blue of a size, whatever its proportions; what is transparent becomes white.
 *
 * @returns pixels row by row, three numbers each
 */
export async function resizeColour({ width, height, rgba }: Picture, size: ImageSize): Promise<Uint8Array> {
  const sharp = await loadSharp();
  return sharp(rgba, { raw: { width, height, channels: 4 } })
    .flatten({ background: '#fff' })
    .resize({ width: size.width, height: size.height, fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer();
}

/** A number of rows and columns. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

async function loadSharp() {
  const { default: sharp } = await import('sharp').catch((error: unknown) => {
    throw new MissingPackage('sharp', 'images are read', error);
  });
  return sharp;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
