import type { Picture } from './picture.ts';

/** Brightness of pixels, row by row, 0 (black) to 255 (white). */
export interface GreyImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Weights of the channels red, green and blue in the brightness (ITU-R BT.601). */
const WEIGHTS = [0.299, 0.587, 0.114];

/**
 * Returns the brightness of each pixel of a picture. Transparent pixels become white if the visible pixels are dark,
 * and black if they are light.
 */
export function greyOf({ width, height, rgba }: Picture): GreyImage {
  const count = rgba.length / 4;
  const greys = Float64Array.from({ length: count }, (_, i) =>
    WEIGHTS.reduce((sum, weight, channel) => sum + weight * rgba[4 * i + channel], 0),
  );
  const alphas = Float64Array.from({ length: count }, (_, i) => rgba[4 * i + 3] / 255);
  const visible = alphas.reduce((sum, alpha) => sum + alpha, 0);
  const ink = greys.reduce((sum, grey, i) => sum + grey * alphas[i], 0) / Math.max(1, visible);
  const behind = ink < 128 ? 255 : 0;
  const pixels = Uint8Array.from(greys, (grey, i) => Math.round(alphas[i] * grey + (1 - alphas[i]) * behind));
  return { width, height, pixels };
}
