/** Interpolation of `flowFromDirectory`, named as in Keras. */
export type PilInterpolation = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos' | 'box' | 'hamming';

/** A filter of PIL: its weight at a distance, which is zero beyond `radius`. */
interface Filter {
  readonly radius: number;
  readonly weight: (distance: number) => number;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

const filters: Readonly<Record<Exclude<PilInterpolation, 'nearest'>, Filter>> = {
  box: { radius: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { radius: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: {
    radius: 1,
    weight: (x) => (Math.abs(x) >= 1 ? 0 : sinc(x) * (0.54 + 0.46 * Math.cos(Math.PI * x))),
  },
  bicubic: {
    radius: 2,
    weight: (signed) => {
      const x = Math.abs(signed);
      if (x >= 2) return 0;
      return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2;
    },
  },
  lanczos: { radius: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** An image of bytes, channels last. */
export interface ByteImage {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/** A rectangle of an image: the first row and column, and the size. */
export interface Box {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Resizes an image as PIL, whose pixels Keras's `flow_from_directory` uses. In contrast to `resizeImage`, all interpolations
 * except `nearest` antialias when an image gets smaller, and pixels are rounded to bytes after each axis. Pillow 13 resizes
 * some images along their columns first, which changes pixels by one level; here and in earlier versions, rows come first.
 *
 * @param box the part of the image to resize
 */
export function resizeAsPil(
  image: ByteImage,
  [height, width]: readonly number[],
  interpolation: PilInterpolation,
  box: Box = { top: 0, left: 0, height: image.height, width: image.width },
): ByteImage {
  if (interpolation === 'nearest') return nearest(image, height, width, box);
  const hasAlpha = image.channels === 4;
  const isWhole = box.width === image.width && box.height === image.height;
  if (isWhole && height === image.height && width === image.width) return image;
  const filter = filters[interpolation];
  const source = hasAlpha ? premultiplied(image) : image;
  const wide =
    width === image.width && box.width === image.width
      ? source
      : resizeColumns(source, kernelsOf(filter, image.width, box.left, box.width, width));
  const resized =
    height === image.height && box.height === image.height
      ? wide
      : resizeRows(wide, kernelsOf(filter, image.height, box.top, box.height, height));
  return hasAlpha ? unpremultiplied(resized) : resized;
}

function nearest({ channels, data, width: fromWidth }: ByteImage, height: number, width: number, box: Box): ByteImage {
  const out = new Uint8Array(height * width * channels);
  const rows = nearestIndices(box.top, box.height, height);
  const columns = nearestIndices(box.left, box.width, width);
  let to = 0;
  for (const row of rows) {
    for (const column of columns) {
      const from = (row * fromWidth + column) * channels;
      for (let channel = 0; channel < channels; channel++) out[to++] = data[from + channel];
    }
  }
  return { height, width, channels, data: out };
}

/** PIL adds up the positions, whose rounding errors decide ties. */
function nearestIndices(begin: number, length: number, to: number): Int32Array {
  const scale = length / to;
  let position = begin + scale * 0.5;
  return Int32Array.from({ length: to }, () => {
    const index = Math.min(begin + length - 1, Math.floor(position));
    position += scale;
    return index;
  });
}

/** The pixels along an axis that contribute to each output, with weights as integers: `count` for each, of which some may be 0. */
interface Kernels {
  readonly outputs: number;
  readonly count: number;
  readonly starts: Int32Array;
  readonly weights: Int32Array;
}

/** PIL computes with weights of this many fractional bits, in integers of 32 bits. */
const FRACTION = 22;
const HALF = 1 << (FRACTION - 1);

function kernelsOf({ radius, weight }: Filter, length: number, begin: number, span: number, to: number): Kernels {
  const scale = span / to;
  const stretch = Math.max(1, scale);
  const reach = radius * stretch;
  const kernels = Array.from({ length: to }, (_, i) => {
    const centre = begin + (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - reach + 0.5));
    const end = Math.min(length, Math.trunc(centre + reach + 0.5));
    const weights = Array.from({ length: end - start }, (_, k) => weight((k + start - centre + 0.5) * (1 / stretch)));
    const sum = weights.reduce((a, b) => a + b, 0);
    return { start, weights: weights.map((each) => rounded((sum === 0 ? each : each / sum) * 2 ** FRACTION)) };
  });
  const count = Math.max(...kernels.map(({ weights }) => weights.length));
  const starts = new Int32Array(to);
  const weights = new Int32Array(to * count);
  kernels.forEach((kernel, i) => {
    // Kernels at the end begin earlier, so that no weight is beyond the last pixel.
    starts[i] = Math.min(kernel.start, length - count);
    weights.set(kernel.weights, i * count + kernel.start - starts[i]);
  });
  return { outputs: to, count, starts, weights };
}

/** Rounds halves away from zero. */
function rounded(x: number): number {
  return Math.trunc(x < 0 ? x - 0.5 : x + 0.5);
}

function resizeColumns(image: ByteImage, kernels: Kernels): ByteImage {
  const { height, width: fromWidth, channels, data } = image;
  const { outputs: width, count, starts, weights } = kernels;
  const out = new Uint8ClampedArray(height * width * channels);
  if (channels === 3) {
    resizeColours(image, kernels, out);
    return { height, width, channels, data: new Uint8Array(out.buffer) };
  }
  for (let row = 0, to = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const at = (row * fromWidth + starts[column]) * channels;
      const first = column * count;
      for (let channel = 0; channel < channels; channel++) {
        let sum = HALF;
        for (let k = 0, from = at + channel; k < count; k++, from += channels) {
          sum = (sum + Math.imul(weights[first + k], data[from])) | 0;
        }
        out[to++] = sum >> FRACTION;
      }
    }
  }
  return { height, width, channels, data: new Uint8Array(out.buffer) };
}

/** Does the same as the loops of `resizeColumns` for three channels, in half of the time. */
function resizeColours({ height, width: fromWidth, data }: ByteImage, kernels: Kernels, out: Uint8ClampedArray): void {
  const { outputs: width, count, starts, weights } = kernels;
  for (let row = 0, to = 0; row < height; row++) {
    const begin = row * fromWidth;
    for (let column = 0, weight = 0; column < width; column++, to += 3) {
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      for (let k = 0, from = 3 * (begin + starts[column]); k < count; k++, weight++, from += 3) {
        const factor = weights[weight];
        red = (red + Math.imul(factor, data[from])) | 0;
        green = (green + Math.imul(factor, data[from + 1])) | 0;
        blue = (blue + Math.imul(factor, data[from + 2])) | 0;
      }
      out[to] = red >> FRACTION;
      out[to + 1] = green >> FRACTION;
      out[to + 2] = blue >> FRACTION;
    }
  }
}

function resizeRows({ width, channels, data }: ByteImage, kernels: Kernels): ByteImage {
  const { outputs: height, count, starts, weights } = kernels;
  const stride = width * channels;
  const out = new Uint8ClampedArray(height * stride);
  const sums = new Int32Array(stride);
  for (let row = 0; row < height; row++) {
    // Two rows at a time; of an odd number, the last one counts with a weight of 0.
    const last = (row + 1) * count - 1;
    const to = row * stride;
    sums.fill(HALF);
    for (let k = row * count; k <= last; k += 2) {
      const upper = (starts[row] + k - row * count) * stride;
      const lower = k < last ? upper + stride : upper;
      const weight = weights[k];
      const weightBelow = k < last ? weights[k + 1] : 0;
      if (weight === 0 && weightBelow === 0) continue;
      for (let i = 0; i < stride; i++) {
        sums[i] = (sums[i] + Math.imul(weight, data[upper + i]) + Math.imul(weightBelow, data[lower + i])) | 0;
      }
    }
    for (let i = 0; i < stride; i++) out[to + i] = sums[i] >> FRACTION;
  }
  return { height, width, channels, data: new Uint8Array(out.buffer) };
}

function premultiplied({ data, ...size }: ByteImage): ByteImage {
  const scaled = data.map((value, i) => {
    if (i % 4 === 3) return value;
    const product = value * data[i + 3 - (i % 4)] + 128;
    return ((product >> 8) + product) >> 8;
  });
  return { ...size, data: scaled };
}

function unpremultiplied({ data, ...size }: ByteImage): ByteImage {
  const scaled = data.map((value, i) => {
    const alpha = data[i + 3 - (i % 4)];
    return i % 4 === 3 || alpha === 0 ? value : Math.min(255, Math.trunc((255 * value) / alpha));
  });
  return { ...size, data: scaled };
}
