import { type PicturePixels, SIDE } from '../messages.ts';

/**
 * Converts a picture to the size that the network sees: the largest square in its middle, scaled to SIDE by SIDE pixels.
 * Transparent parts become white.
 */
export function pixelsOf(source: CanvasImageSource, width: number, height: number): PicturePixels {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: SIDE, height: SIDE });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('This browser draws no pictures.');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, SIDE, SIDE);
  context.imageSmoothingQuality = 'high';
  const side = Math.min(width, height);
  context.drawImage(source, (width - side) / 2, (height - side) / 2, side, side, 0, 0, SIDE, SIDE);
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  return Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => data[4 * Math.floor(i / 3) + (i % 3)]);
}

/**
 * Reads a file as a picture.
 *
 * @throws Error for a file that the browser cannot show as a picture
 */
export async function readPicture(file: File): Promise<PicturePixels> {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (bitmap === null) {
    throw new Error(
      `"${file.name}" is not a picture that this browser can read. Choose a JPEG, PNG, WebP or GIF file.`,
    );
  }
  try {
    return pixelsOf(bitmap, bitmap.width, bitmap.height);
  } finally {
    bitmap.close();
  }
}

/** Draws a picture on a canvas of SIDE by SIDE pixels. */
export function drawPicture(canvas: HTMLCanvasElement, pixels: PicturePixels): void {
  const image = new ImageData(SIDE, SIDE);
  for (let i = 0; i < SIDE * SIDE; i++) {
    image.data.set(pixels.subarray(3 * i, 3 * i + 3), 4 * i);
    image.data[4 * i + 3] = 255;
  }
  canvas.getContext('2d')?.putImageData(image, 0, 0);
}
