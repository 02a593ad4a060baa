import { type HostArray, hostArray } from 'manabi';

/** Mean and standard deviation of MNIST's training pixels, scaled to 0 to 1. */
const [MEAN, DEVIATION] = [0.1307, 0.3081];

interface PixelScale {
  /** What messages call it. */
  readonly title: string;
  /** From a pixel of 0 to 255; null for as they are. */
  readonly scale: ((pixel: number) => number) | null;
}

/** The ranges that networks are trained with. */
export const pixelScales = {
  raw: { title: 'raw pixels, 0 to 255', scale: null },
  unit: { title: 'pixels scaled to 0 to 1', scale: (pixel) => pixel / 255 },
  symmetric: { title: 'pixels scaled to -1 to 1', scale: (pixel) => pixel / 127.5 - 1 },
  standardized: {
    title: `pixels standardized with mean ${MEAN} and deviation ${DEVIATION}`,
    scale: (pixel) => (pixel / 255 - MEAN) / DEVIATION,
  },
} satisfies Readonly<Record<string, PixelScale>>;

/** The name of a range of pixels. */
export type PixelScaleName = keyof typeof pixelScales;

/** The names, in the order in which they are tried. */
export const pixelScaleNames: readonly PixelScaleName[] = ['raw', 'unit', 'symmetric', 'standardized'];

/** Pixels in a range: float32, or as they are. */
export function scaledPixels(pixels: HostArray, name: PixelScaleName): HostArray {
  const { scale }: PixelScale = pixelScales[name];
  if (scale === null) return pixels;
  return hostArray('float32', pixels.shape, Float32Array.from(pixels.data, scale));
}
