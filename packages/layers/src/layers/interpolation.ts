import { add, matmul, moveaxis, mul, reshape, type Tensor, take, tensor } from '@manabi/core';

/** How values between pixels are found. */
export type Interpolation = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos3' | 'lanczos5';

/** All of them, for options. */
export const interpolations: readonly Interpolation[] = ['nearest', 'bilinear', 'bicubic', 'lanczos3', 'lanczos5'];

/** How much a pixel counts at a distance, within a radius. */
interface Kernel {
  readonly radius: number;
  readonly weight: (distance: number) => number;
}

const kernels: { readonly [K in Exclude<Interpolation, 'nearest'>]: Kernel } = {
  bilinear: { radius: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { radius: 2, weight: cubic },
  lanczos3: { radius: 3, weight: (x) => lanczos(x, 3) },
  lanczos5: { radius: 5, weight: (x) => lanczos(x, 5) },
};

/** Keys, "Cubic convolution interpolation for digital image processing", 1981, with a = -1/2. */
function cubic(distance: number): number {
  const x = Math.abs(distance);
  if (x >= 2) return 0;
  return x >= 1 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : (1.5 * x - 2.5) * x * x + 1;
}

function lanczos(x: number, radius: number): number {
  if (Math.abs(x) >= radius) return 0;
  if (x === 0) return 1;
  const angle = Math.PI * x;
  return (radius * Math.sin(angle) * Math.sin(angle / radius)) / (angle * angle);
}

/** Of which pixels, and how much of each, a new one is made. */
interface Taps {
  readonly from: number;
  readonly weights: readonly number[];
}

/** Above so many pixels for a new one, a product with a matrix is cheaper than gathers. */
const MOST_GATHERED = 4;

/**
 * An axis brought to another length. Pixels are areas, so their centres lie at halves: the new pixel i is at
 * `(i + 0.5) * length / newLength` (TensorFlow 2's and Pillow's rule). What lies beyond the edge does not count.
 *
 * @param antialias whether, when an axis gets shorter, all old pixels count that a new one covers, as in Pillow
 */
export function resizeAxis(
  x: Tensor,
  axis: number,
  newLength: number,
  interpolation: Interpolation,
  antialias = false,
): Tensor {
  const along = axis < 0 ? axis + x.rank : axis;
  const length = x.shape[along];
  if (length === newLength) return x;
  const ratio = length / newLength;
  if (interpolation === 'nearest') {
    return take(
      x,
      Int32Array.from({ length: newLength }, (_, i) => Math.min(length - 1, Math.floor((i + 0.5) * ratio))),
      along,
    );
  }
  const width = antialias ? Math.max(1, ratio) : 1;
  const rows = Array.from({ length: newLength }, (_, i) =>
    tapsAt((i + 0.5) * ratio, length, kernels[interpolation], width),
  );
  const most = rows.reduce((count, { weights }) => Math.max(count, weights.length), 0);
  return most > MOST_GATHERED ? byMatrix(x, along, length, rows) : byGathers(x, along, length, rows, most);
}

function tapsAt(centre: number, length: number, { radius, weight }: Kernel, width: number): Taps {
  const reach = radius * width;
  const from = Math.max(0, Math.ceil(centre - reach - 0.5));
  const to = Math.min(length - 1, Math.floor(centre + reach - 0.5));
  const raw = Array.from({ length: to - from + 1 }, (_, i) => weight((from + i + 0.5 - centre) / width));
  const total = raw.reduce((sum, w) => sum + w, 0);
  return { from, weights: raw.map((w) => w / total) };
}

function byGathers(x: Tensor, along: number, length: number, rows: readonly Taps[], most: number): Tensor {
  const parts = Array.from({ length: most }, (_, tap) => {
    const places = Int32Array.from(rows, ({ from }) => Math.min(length - 1, from + tap));
    const weights = Float32Array.from(rows, (row) => row.weights[tap] ?? 0);
    const shape = x.shape.map((_, axis) => (axis === along ? rows.length : 1));
    return mul(take(x, places, along), reshape(tensor(weights), shape));
  });
  return parts.reduce((sum, part) => add(sum, part));
}

function byMatrix(x: Tensor, along: number, length: number, rows: readonly Taps[]): Tensor {
  const matrix = new Float32Array(length * rows.length);
  rows.forEach(({ from, weights }, row) => {
    weights.forEach((weight, tap) => {
      matrix[(from + tap) * rows.length + row] = weight;
    });
  });
  const product = matmul(moveaxis(x, along, -1), tensor(matrix, { shape: [length, rows.length] }));
  return moveaxis(product, -1, along);
}
