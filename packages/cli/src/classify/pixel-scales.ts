/** Mean and standard deviation of MNIST's training pixels in [0, 1]. */
const [MEAN, DEVIATION] = [0.1307, 0.3081];

/** A pixel range. */
export interface PixelScale {
  /** Name of the pixel range in messages, such as `pixels in [0, 1]`. */
  readonly title: string;
  /** Maps a pixel value in [0, 255] to the range; null to leave pixels unchanged. */
  readonly scale: ((pixel: number) => number) | null;
}

/** Pixel ranges that networks are commonly trained with. */
export const pixelScales = {
  raw: { title: 'raw pixels, 0 to 255', scale: null },
  unit: { title: 'pixels scaled to 0 to 1', scale: (pixel) => pixel / 255 },
  symmetric: { title: 'pixels scaled to -1 to 1', scale: (pixel) => pixel / 127.5 - 1 },
  standardized: {
    title: `pixels standardized with mean ${MEAN} and standard deviation ${DEVIATION}`,
    scale: (pixel) => (pixel / 255 - MEAN) / DEVIATION,
  },
} satisfies Readonly<Record<string, PixelScale>>;

/** Name of a pixel range. */
export type PixelScaleName = keyof typeof pixelScales;

/** Names of the pixel ranges, in the order in which they are tried. */
export const pixelScaleNames: readonly PixelScaleName[] = ['raw', 'unit', 'symmetric', 'standardized'];
