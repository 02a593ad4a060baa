import type { Distribution } from '../records/record.ts';

/** Number of intervals of a histogram. */
const BINS = 30;

/** Of larger tensors, equally spaced elements are counted, at least this many. */
const MOST_COUNTED = 2 ** 18;

/** Counts the elements of a tensor in intervals of equal width between its smallest and its largest element. */
export function distributionOf(name: string, data: ArrayLike<number | bigint>): Distribution {
  const stride = Math.max(1, Math.floor(data.length / MOST_COUNTED));
  let [min, max, sum, finite, counted] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0];
  for (let i = 0; i < data.length; i += stride) {
    counted++;
    const value = Number(data[i]);
    if (!Number.isFinite(value)) continue;
    finite++;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const common = { name, size: data.length, counted, notFinite: counted - finite };
  if (finite === 0)
    return { ...common, min: Number.NaN, max: Number.NaN, mean: Number.NaN, deviation: Number.NaN, counts: [] };
  const mean = sum / finite;
  // All elements of a constant tensor are in the first interval.
  const perUnit = max > min ? BINS / (max - min) : 0;
  const counts = new Array<number>(BINS).fill(0);
  let squares = 0;
  for (let i = 0; i < data.length; i += stride) {
    const value = Number(data[i]);
    if (!Number.isFinite(value)) continue;
    squares += (value - mean) ** 2;
    counts[Math.min(BINS - 1, Math.floor((value - min) * perUnit))]++;
  }
  return { ...common, min, max, mean, deviation: Math.sqrt(squares / finite), counts };
}
