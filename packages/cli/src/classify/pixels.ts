import { type HostArray, hostArray } from 'manabi';

/** Rows of fewer floats are taken for measurements of something else. */
const LEAST_PIXELS = 64;

/**
 * Data as pixels from 0 to 255: bytes are, and images of floats in that range or from 0 to 1. Null for anything else,
 * which has no range to choose.
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
