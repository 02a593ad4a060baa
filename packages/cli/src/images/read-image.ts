import { FileError, readBytes } from '@manabi/files';
import { MissingPackage } from '../missing-package.ts';
import type { GreyImage } from './grey-image.ts';

/** Larger images are made smaller: a digit has no more to tell. */
const MOST_SIDE = 1024;

/** Photos of more bytes are refused. */
const MOST_BYTES = 2 ** 28;

/** How bright red, green and blue are (ITU-R BT.601). */
const WEIGHTS = [0.299, 0.587, 0.114];

/**
 * Reads an image, upright and in grey. What is transparent takes the colour that the rest stands out from.
 *
 * @param source path or URL of a PNG, JPEG, WebP, GIF, AVIF, TIFF or SVG
 * @throws FileError as `readBytes`; `corrupt` for what is no image; MissingPackage without `sharp`
 */
export async function readImage(source: string): Promise<GreyImage> {
  const bytes = await readBytes(source, { maxBytes: MOST_BYTES });
  const { default: sharp } = await import('sharp').catch((error: unknown) => {
    throw new MissingPackage('sharp', 'images are read', error);
  });
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
  return { width: info.width, height: info.height, pixels: greyOf(data) };
}

function greyOf(rgba: Uint8Array): Uint8Array {
  const count = rgba.length / 4;
  const greys = Float64Array.from({ length: count }, (_, i) =>
    WEIGHTS.reduce((sum, weight, channel) => sum + weight * rgba[4 * i + channel], 0),
  );
  const alphas = Float64Array.from({ length: count }, (_, i) => rgba[4 * i + 3] / 255);
  const visible = alphas.reduce((sum, alpha) => sum + alpha, 0);
  const ink = greys.reduce((sum, grey, i) => sum + grey * alphas[i], 0) / Math.max(1, visible);
  const behind = ink < 128 ? 255 : 0;
  return Uint8Array.from(greys, (grey, i) => Math.round(alphas[i] * grey + (1 - alphas[i]) * behind));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
