import { drawnPixels } from './canvas.ts';
import { type DecodeRequest, decodeError } from './decode-request.ts';
import type { Pixels } from './pixels.ts';
import { withoutExif } from './without-exif.ts';

/** Decodes an image in a page or worker, with the decoder of the browser. */
export async function decodeInPage(request: DecodeRequest): Promise<Pixels> {
  const { bytes, facts, exifOrientation } = request;
  const mime = `image/${facts.format === 'svg' ? 'svg+xml' : facts.format}`;
  const file = exifOrientation ? bytes : withoutExif(facts.format, bytes);
  const bitmap = await createImageBitmap(new Blob([file], { type: mime }), {
    imageOrientation: 'from-image',
    premultiplyAlpha: 'none',
    colorSpaceConversion: 'none',
  }).catch((cause: unknown) => {
    throw decodeError(request, cause);
  });
  try {
    return drawnPixels(bitmap, bitmap.width, bitmap.height);
  } finally {
    bitmap.close();
  }
}
