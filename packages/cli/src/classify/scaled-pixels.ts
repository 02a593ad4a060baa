import { type HostArray, hostArray } from 'manabi';
import { type PixelScale, type PixelScaleName, pixelScales } from './pixel-scales.ts';

/** Maps pixels in [0, 255] to a range: float32, or unchanged for `raw`. */
export function scaledPixels(pixels: HostArray, name: PixelScaleName): HostArray {
  const { scale }: PixelScale = pixelScales[name];
  if (scale === null) return pixels;
  return hostArray('float32', pixels.shape, Float32Array.from(pixels.data, scale));
}
