import { roundHalfToEven } from '@manabi/ir';
import { filters, type Interpolation } from './interpolation.ts';

/**
 * Input elements that contribute to each output element along one axis: output `i` is the sum of `weights[i * count + k]`
 * times input `indices[i * count + k]`, for `k` below `count`.
 */
export interface Taps {
  readonly count: number;
  readonly indices: Int32Array;
  readonly weights: Float32Array;
}

/** Computes the contributions along an axis that is resized from `from` to `to` elements, with half-pixel centres. */
export function tapsOf(
  interpolation: Exclude<Interpolation, 'nearest'>,
  from: number,
  to: number,
  antialias: boolean,
): Taps {
  if (interpolation === 'area') return areaTaps(from, to);
  if (!antialias && interpolation === 'bicubic') return cubicTaps(from, to);
  if (!antialias && interpolation === 'bilinear') return linearTaps(from, to);
  return filterTaps(interpolation, from, to, antialias);
}

/**
 * Returns the input element that is nearest to each output element. TensorFlow computes the positions in float32, which
 * decides ties.
 */
export function nearestIndices(from: number, to: number): Int32Array {
  const scale = Math.fround(from / to);
  return Int32Array.from({ length: to }, (_, i) =>
    Math.min(from - 1, Math.max(0, Math.floor(Math.fround((i + 0.5) * scale)))),
  );
}

/** TensorFlow computes positions in float32, as here. */
function positionOf(i: number, scale: number): number {
  return Math.fround(Math.fround((i + 0.5) * scale) - 0.5);
}

function emptyTaps(count: number, to: number): Taps {
  return { count, indices: new Int32Array(count * to), weights: new Float32Array(count * to) };
}

function linearTaps(from: number, to: number): Taps {
  const scale = Math.fround(from / to);
  const taps = emptyTaps(2, to);
  for (let i = 0; i < to; i++) {
    const position = positionOf(i, scale);
    const low = Math.floor(position);
    const share = Math.fround(position - low);
    taps.indices.set([Math.max(0, low), Math.min(from - 1, low + 1)], 2 * i);
    taps.weights.set([1 - share, share], 2 * i);
  }
  return taps;
}

/** TensorFlow tabulates the weights of bicubic interpolation at this many positions between two pixels. */
const CUBIC_STEPS = 1024;

function cubicTaps(from: number, to: number): Taps {
  const scale = Math.fround(from / to);
  const { weight } = filters.bicubic;
  const taps = emptyTaps(4, to);
  for (let i = 0; i < to; i++) {
    const position = positionOf(i, scale);
    const low = Math.floor(position);
    const share = roundHalfToEven((position - low) * CUBIC_STEPS) / CUBIC_STEPS;
    fillTaps(taps, i, low - 1, from, (k) => weight(Math.abs(k - 1 - share)));
  }
  return taps;
}

function filterTaps(
  interpolation: Exclude<Interpolation, 'nearest' | 'area'>,
  from: number,
  to: number,
  antialias: boolean,
): Taps {
  const { radius, weight } = filters[interpolation];
  // TensorFlow computes the positions in float32, which decides whether pixels at the edge of the filter contribute.
  const scale = Math.fround(1 / Math.fround(to / from));
  const stretch = antialias ? Math.max(scale, 1) : 1;
  const reach = radius * stretch;
  const taps = emptyTaps(Math.min(2 * Math.ceil(reach) + 1, from), to);
  for (let i = 0; i < to; i++) {
    const centre = Math.fround((i + 0.5) * scale);
    const clamp = (index: number) => Math.min(from - 1, Math.max(0, index));
    const start = clamp(Math.ceil(centre - reach - 0.5));
    const end = clamp(Math.floor(centre + reach - 0.5));
    fillTaps(taps, i, start, from, (k) => (start + k > end ? 0 : weight(Math.abs(start + k + 0.5 - centre) / stretch)));
  }
  return taps;
}

/** Writes the taps of output `i`, which begin at input `start`; weights outside the input count as 0, and the sum is 1. */
function fillTaps(taps: Taps, i: number, start: number, from: number, weight: (k: number) => number): void {
  const weights = Array.from({ length: taps.count }, (_, k) => (start + k < 0 || start + k >= from ? 0 : weight(k)));
  const sum = weights.reduce((a, b) => a + b, 0);
  for (let k = 0; k < taps.count; k++) {
    taps.indices[i * taps.count + k] = Math.min(from - 1, Math.max(0, start + k));
    taps.weights[i * taps.count + k] = sum === 0 ? 0 : weights[k] / sum;
  }
}

/** Each output is the mean of the input that it covers. */
function areaTaps(from: number, to: number): Taps {
  const scale = Math.fround(from / to);
  const taps = emptyTaps(Math.ceil(scale) + 1, to);
  for (let i = 0; i < to; i++) {
    const [begin, end] = [Math.fround(i * scale), Math.fround((i + 1) * scale)];
    const first = Math.floor(begin);
    for (let k = 0; k < taps.count; k++) {
      const index = first + k;
      const isInside = index < begin && index + 1 > end;
      const covered = isInside ? scale : Math.min(index + 1, end) - Math.max(index, begin);
      taps.indices[i * taps.count + k] = Math.min(index, from - 1);
      taps.weights[i * taps.count + k] = Math.max(0, covered) / scale;
    }
  }
  return taps;
}
