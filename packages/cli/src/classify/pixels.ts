import { type HostArray, hostArray } from 'manabi';

/**
 * Smallest number of values per sample that is treated as an image; float samples with fewer values are treated as
 * measurements.
 */
const LEAST_PIXELS = 64;

/**
 * Converts images to pixels in [0, 255]: accepts bytes, and floats in [0, 255] or [0, 1]. Returns null for other data,
 * which has no pixel range.
 */
export function pixelsOf(x: HostArray): HostArray | null {
  if (x.dtype === 'uint8') return x;
  const [samples, ...row] = x.shape;
  if (samples === 0 || row.reduce((product, length) => product * length, 1) < LEAST_PIXELS) return null;
  let least = 0;
  let most = 0;
  for (const value of x.data) {
    least = Math.min(least, Number(value));
    most = Math.max(most, Number(value));
  }
  if (least < 0 || most > 255) return null;
  const factor = most <= 1 ? 255 : 1;
  return hostArray(
    'float32',
    x.shape,
    Float32Array.from(x.data, (value) => Number(value) * factor),
  );
}
