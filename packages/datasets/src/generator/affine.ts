/** How pixels outside the image are filled, named as in Keras. */
export type FillMode = 'nearest' | 'constant' | 'reflect' | 'wrap';

/** A geometric transformation in Keras's terms; angles in degrees, shifts in pixels. */
export interface AffineParameters {
  readonly theta: number;
  readonly tx: number;
  readonly ty: number;
  readonly shear: number;
  readonly zx: number;
  readonly zy: number;
}

/** How `applyAffine` samples. */
export interface Sampling {
  readonly fillMode: FillMode;
  readonly cval: number;
  /** 0 for the nearest pixel, 1 for linear interpolation. */
  readonly order: 0 | 1;
}

/** Pixels of an image, channels last. */
export interface FloatImage {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: Float32Array;
}

type Matrix = readonly [number, number, number, number, number, number];

/** Multiplies two affine matrices, whose last row is (0, 0, 1). */
function times([a, b, c, d, e, f]: Matrix, [g, h, i, j, k, l]: Matrix): Matrix {
  return [a * g + b * j, a * h + b * k, a * i + b * l + c, d * g + e * j, d * h + e * k, d * i + e * l + f];
}

/**
 * Returns the matrix from positions of the output to positions of the input, or null for the identity.
 *
 * @param swapsAxes whether to exchange rows and columns in the matrix, as Keras does since version 2.9
 */
function matrixOf(
  { theta, tx, ty, shear, zx, zy }: AffineParameters,
  height: number,
  width: number,
  swapsAxes: boolean,
): Matrix | null {
  const radians = (degrees: number) => degrees * (Math.PI / 180);
  const parts: Matrix[] = [];
  if (theta !== 0) {
    const [cos, sin] = [Math.cos(radians(theta)), Math.sin(radians(theta))];
    parts.push([cos, -sin, 0, sin, cos, 0]);
  }
  if (tx !== 0 || ty !== 0) parts.push([1, 0, tx, 0, 1, ty]);
  if (shear !== 0) parts.push([1, -Math.sin(radians(shear)), 0, 0, Math.cos(radians(shear)), 0]);
  if (zx !== 1 || zy !== 1) parts.push([zx, 0, 0, 0, zy, 0]);
  if (parts.length === 0) return null;
  const [x, y] = [height / 2 - 0.5, width / 2 - 0.5];
  const [a, b, c, d, e, f] = times(times([1, 0, x, 0, 1, y], parts.reduce(times)), [1, 0, -x, 0, 1, -y]);
  return swapsAxes ? [e, d, f, b, a, c] : [a, b, c, d, e, f];
}

/** Transforms an image as Keras's `apply_affine_transform`, which calls SciPy's `affine_transform` on each channel. */
export function applyAffine(
  image: FloatImage,
  parameters: AffineParameters,
  sampling: Sampling,
  swapsAxes: boolean,
): FloatImage {
  const { height, width, channels } = image;
  const matrix = matrixOf(parameters, height, width, swapsAxes);
  if (matrix === null) return image;
  const [a, b, c, d, e, f] = matrix;
  const data = new Float32Array(image.data.length);
  const rowTaps = newTaps();
  const columnTaps = newTaps();
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at += channels) {
      const isInside =
        findTaps(a * row + b * column + c, height, sampling, rowTaps) &&
        findTaps(d * row + e * column + f, width, sampling, columnTaps);
      if (isInside) sample(image, rowTaps, columnTaps, data, at);
      else data.fill(sampling.cval, at, at + channels);
    }
  }
  return { height, width, channels, data };
}

/** The two pixels along an axis that contribute to a sample, and the weight of the second one. */
interface TapPair {
  first: number;
  second: number;
  share: number;
}

const newTaps = (): TapPair => ({ first: 0, second: 0, share: 0 });

/** Finds the pixels at a position along an axis; returns false if the sample is the constant. */
function findTaps(position: number, length: number, { fillMode, order }: Sampling, taps: TapPair): boolean {
  const inside = mapped(position, length, fillMode);
  if (inside <= -1) return false;
  const start = Math.floor(order === 0 ? inside + 0.5 : inside);
  // SciPy extends splines of the modes constant and wrap by reflection at the centre of the last pixel.
  const border = fillMode === 'nearest' || fillMode === 'reflect' ? fillMode : 'mirror';
  taps.first = start >= 0 && start < length ? start : mapped(start, length, border);
  taps.second = start + 1 >= 0 && start + 1 < length ? start + 1 : mapped(start + 1, length, border);
  taps.share = order === 0 ? 0 : inside - start;
  return true;
}

/** Maps a position to the range of an axis, as SciPy does; the mode constant returns -1 outside of it. */
function mapped(position: number, length: number, mode: FillMode | 'mirror'): number {
  const last = length - 1;
  if (position >= 0 && position <= last) return position;
  if (mode === 'constant') return -1;
  if (mode === 'nearest') return position < 0 ? 0 : last;
  if (length <= 1) return 0;
  const { trunc } = Math;
  if (mode === 'wrap') {
    return position < 0 ? position + last * (trunc(-position / last) + 1) : position - last * trunc(position / last);
  }
  if (mode === 'mirror') {
    const period = 2 * last;
    if (position >= 0) {
      const rest = position - period * trunc(position / period);
      return rest >= length ? period - rest : rest;
    }
    const rest = position + period * trunc(-position / period);
    return rest <= -last ? rest + period : -rest;
  }
  const period = 2 * length;
  if (position >= 0) {
    const rest = position - period * trunc(position / period);
    return rest >= length ? period - rest - 1 : rest;
  }
  const rest = position < -period ? position + period * trunc(-position / period) : position;
  if (rest < -length) return rest + period;
  return (rest > -1e-15 ? 1e-15 : -rest) - 1;
}

function sample({ width, channels, data }: FloatImage, rows: TapPair, columns: TapPair, out: Float32Array, at: number) {
  const [above, below] = [rows.first * width, rows.second * width];
  const [left, right] = [columns.first, columns.second];
  const [down, across] = [rows.share, columns.share];
  for (let channel = 0; channel < channels; channel++) {
    const value = (pixel: number) => data[pixel * channels + channel];
    const top = value(above + left) * (1 - across) + value(above + right) * across;
    const bottom = value(below + left) * (1 - across) + value(below + right) * across;
    out[at + channel] = top * (1 - down) + bottom * down;
  }
}
