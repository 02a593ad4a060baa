/** Interpolation method: how values between the elements of an axis are computed. */
export type Interpolation = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos3' | 'lanczos5';

/**
 * An interpolation kernel: the weight of an element as a function of its distance, and the distance beyond which
 * weights are 0.
 */
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

/**
 * Weight of cubic interpolation: Keys, "Cubic Convolution Interpolation for Digital Image Processing" (1981), with a =
 * -1/2.
 */
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

/**
 * The old elements from which one element of a resized axis is computed: the index of the first, and the weight of
 * each.
 */
export interface Taps {
  readonly from: number;
  readonly weights: readonly number[];
}

/**
 * Returns the old elements and their weights for each element of a resized axis. Pixel centers are at half-integers:
 * the new element i is at `(i + 0.5) · length / newLength` of the old axis, as in TensorFlow 2 and Pillow. Positions
 * beyond the edge have no weight.
 *
 * @param antialias whether each new element is an average of all old elements that it covers when the axis gets
 * shorter, as in Pillow
 */
export function tapsOf(
  length: number,
  newLength: number,
  interpolation: Exclude<Interpolation, 'nearest'>,
  antialias: boolean,
): readonly Taps[] {
  const ratio = length / newLength;
  const width = antialias ? Math.max(1, ratio) : 1;
  return Array.from({ length: newLength }, (_, i) => tapsAt((i + 0.5) * ratio, length, kernels[interpolation], width));
}

function tapsAt(centre: number, length: number, { radius, weight }: Kernel, width: number): Taps {
  const reach = radius * width;
  const from = Math.max(0, Math.ceil(centre - reach - 0.5));
  const to = Math.min(length - 1, Math.floor(centre + reach - 0.5));
  const raw = Array.from({ length: to - from + 1 }, (_, i) => weight((from + i + 0.5 - centre) / width));
  const total = raw.reduce((sum, w) => sum + w, 0);
  return { from, weights: raw.map((w) => w / total) };
}

/** Returns, for each element of a resized axis, the index of the nearest old element. */
export function nearestIndices(length: number, newLength: number): readonly number[] {
  const ratio = length / newLength;
  return Array.from({ length: newLength }, (_, i) => Math.min(length - 1, Math.floor((i + 0.5) * ratio)));
}
