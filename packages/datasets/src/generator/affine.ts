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

/**
 * Transforms an image as Keras's `apply_affine_transform`, which calls SciPy's `affine_transform` on each channel.
 *
 * @param out memory for the result, if there is one
 * @returns the result, in `out`; or the image itself if nothing changes
 */
export function applyAffine(
  image: FloatImage,
  parameters: AffineParameters,
  sampling: Sampling,
  swapsAxes: boolean,
  out: Float32Array = new Float32Array(image.data.length),
): FloatImage {
  const { height, width, channels } = image;
  const matrix = matrixOf(parameters, height, width, swapsAxes);
  if (matrix === null) return image;
  if (sampling.order === 1) sampleLinear(image, matrix, sampling, out);
  else sampleAll(image, matrix, sampling, out);
  return { height, width, channels, data: out };
}

function sampleAll(image: FloatImage, [a, b, c, d, e, f]: Matrix, sampling: Sampling, out: Float32Array): void {
  const { height, width, channels } = image;
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at += channels) {
      samplePixel(image, a * row + b * column + c, d * row + e * column + f, sampling, out, at);
    }
  }
}

/**
 * Does the same as `sampleAll` with linear interpolation, in a tenth of the time for pixels inside the image, or for all pixels
 * with the mode `nearest`.
 */
function sampleLinear(image: FloatImage, [a, b, c, d, e, f]: Matrix, sampling: Sampling, out: Float32Array): void {
  const { height, width, channels, data } = image;
  const [lastRow, lastColumn] = [height - 1, width - 1];
  const isNearest = sampling.fillMode === 'nearest';
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at += channels) {
      let y = a * row + b * column + c;
      let x = d * row + e * column + f;
      if (isNearest) {
        y = Math.min(lastRow, Math.max(0, y));
        x = Math.min(lastColumn, Math.max(0, x));
      } else if (!(y >= 0 && y < lastRow && x >= 0 && x < lastColumn)) {
        samplePixel(image, y, x, sampling, out, at);
        continue;
      }
      // Positions are not negative, so that this rounds down.
      const top = y | 0;
      const left = x | 0;
      const down = y - top;
      const across = x - left;
      const up = 1 - down;
      const back = 1 - across;
      const first = (top * width + left) * channels;
      const right = left < lastColumn ? channels : 0;
      const below = top < lastRow ? width * channels : 0;
      if (channels === 3) {
        const second = first + right;
        const third = first + below;
        const fourth = third + right;
        const a0 = data[first] * back + data[second] * across;
        const a1 = data[first + 1] * back + data[second + 1] * across;
        const a2 = data[first + 2] * back + data[second + 2] * across;
        const b0 = data[third] * back + data[fourth] * across;
        const b1 = data[third + 1] * back + data[fourth + 1] * across;
        const b2 = data[third + 2] * back + data[fourth + 2] * across;
        out[at] = a0 * up + b0 * down;
        out[at + 1] = a1 * up + b1 * down;
        out[at + 2] = a2 * up + b2 * down;
        continue;
      }
      for (let channel = 0; channel < channels; channel++) {
        const from = first + channel;
        const upper = data[from] * back + data[from + right] * across;
        const lower = data[from + below] * back + data[from + below + right] * across;
        out[at + channel] = upper * up + lower * down;
      }
    }
  }
}

const rowTaps = newTaps();
const columnTaps = newTaps();

function samplePixel(image: FloatImage, y: number, x: number, sampling: Sampling, out: Float32Array, at: number): void {
  const isInside = findTaps(y, image.height, sampling, rowTaps) && findTaps(x, image.width, sampling, columnTaps);
  if (isInside) sample(image, rowTaps, columnTaps, out, at);
  else out.fill(sampling.cval, at, at + image.channels);
}

/** The two pixels along an axis that contribute to a sample, and the weight of the second one. */
interface TapPair {
  first: number;
  second: number;
  share: number;
}

function newTaps(): TapPair {
  return { first: 0, second: 0, share: 0 };
}

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
  const { first: left, second: right, share: across } = columns;
  const { share: down } = rows;
  const [above, below] = [rows.first * width, rows.second * width];
  for (let channel = 0; channel < channels; channel++) {
    const upper = data[(above + left) * channels + channel] * (1 - across);
    const lower = data[(below + left) * channels + channel] * (1 - across);
    const top = upper + data[(above + right) * channels + channel] * across;
    const bottom = lower + data[(below + right) * channels + channel] * across;
    out[at + channel] = top * (1 - down) + bottom * down;
  }
}
