import { FileError, readBytes } from '@manabi/files';
import { MissingPackage } from '../missing-package.ts';
import type { Picture } from './picture.ts';

/** Largest height or width; larger images are downscaled, since networks use fewer pixels. */
const MOST_SIDE = 1024;

/** Largest image file that is read, in bytes. */
const MOST_BYTES = 2 ** 28;

/**
 * Reads an image, rotated upright according to its EXIF data.
 *
 * @param source path or URL of a PNG, JPEG, WebP, GIF, AVIF, TIFF or SVG
 * @throws FileError from `readBytes`; FileError `corrupt` if the file is not an image; MissingPackage without `sharp`
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
      throw new FileError(
        'corrupt',
        `Cannot read ${source} as an image: ${messageOf(error)}. Use a PNG or JPEG file.`,
        {
          data: { source },
          cause: error,
        },
      );
    });
  return { width: info.width, height: info.height, rgba: data };
}

/**
 * Resizes an image to RGB of the given size, ignoring its aspect ratio. Transparent pixels become white.
 *
 * @returns pixels row by row, three bytes each
 */
export async function resizeColour({ width, height, rgba }: Picture, size: ImageSize): Promise<Uint8Array> {
  const sharp = await loadSharp();
  return sharp(rgba, { raw: { width, height, channels: 4 } })
    .flatten({ background: '#fff' })
    .resize({ width: size.width, height: size.height, fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer();
}

/** Height and width of an image, in pixels. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

async function loadSharp() {
  const { default: sharp } = await import('sharp').catch((error: unknown) => {
    throw new MissingPackage('sharp', 'read images', error);
  });
  return sharp;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
