import type { ConvolutionAttributes } from '@manabi/compiler';

/**
 * The results along an axis that are `count` apart, starting with `first`. All of them use the same elements of the
 * filter: with zeros between the elements of the image, the others are multiplied by such zeros.
 */
export interface AxisPhase {
  readonly first: number;
  /** Number of phases of the axis. */
  readonly count: number;
  /** Number of results. */
  readonly results: number;
  /** Distance in the image between adjacent results of the phase. */
  readonly imageStep: number;
  /** Elements of the filter that are used, and the image's element that each is multiplied by for the first result. */
  readonly taps: readonly { readonly k: number; readonly column: number }[];
}

/** Returns the phases of an axis. */
export function phasesOf(
  { strides, padding, lhsDilation, rhsDilation, kernel, results }: ConvolutionAttributes,
  axis: number,
): readonly AxisPhase[] {
  const [stride, spread] = [strides[axis], lhsDilation[axis]];
  const count = tapStep(stride, spread);
  return Array.from({ length: Math.min(count, results[axis]) }, (_, first) => ({
    first,
    count,
    results: Math.ceil((results[axis] - first) / count),
    imageStep: (count * stride) / spread,
    taps: Array.from({ length: kernel[axis] }, (__, k) => ({
      k,
      column: (first * stride + k * rhsDilation[axis] - padding[axis][0]) / spread,
    })).filter(({ column }) => Number.isInteger(column)),
  }));
}

/** Returns the smallest positive number whose product with `stride` is a multiple of `spread`. */
export function tapStep(stride: number, spread: number): number {
  let count = 1;
  while ((count * stride) % spread !== 0) count++;
  return count;
}

/** Adjacent results of a phase that are computed together. */
export interface Block {
  readonly first: number;
  readonly size: number;
  /** Number of such blocks, one after the other. */
  readonly times: number;
  /**
   * For each result and each element of the filter: the position in the image, relative to that of the phase's first
   * result plus the `imageStep` of the block's first result; infinity for padding.
   */
  readonly columns: readonly (readonly number[])[];
}

/** Largest number of vectors that are in registers at once. One more is needed for intermediate results. */
const REGISTERS = 14;

/** Returns how many results fit into registers with three elements of the filter and the elements of the image. */
export function mostTogether({ taps, imageStep }: AxisPhase): number {
  for (let size = 6; size > 1; size--) {
    const used = taps.slice(0, 3);
    const columns = new Set(
      used.flatMap(({ column }) => Array.from({ length: size }, (_, r) => r * imageStep + column)),
    );
    if (size + used.length + columns.size <= REGISTERS) return size;
  }
  return 1;
}

/** Divides the results of a phase into blocks of at most `most` results. */
export function blocksOf({ results, imageStep, taps }: AxisPhase, length: number, most: number): readonly Block[] {
  const blocks: Block[] = [];
  for (let first = 0; first < results; ) {
    const rest = results - first;
    // A single result at the end is slow, so the last two blocks have similar sizes.
    const size = rest === most + 1 && most > 2 ? most - 1 : Math.min(most, rest);
    const columns = Array.from({ length: size }, (_, r) =>
      taps.map(({ column }) => {
        const at = (first + r) * imageStep + column;
        return at >= 0 && at < length ? r * imageStep + column : Number.POSITIVE_INFINITY;
      }),
    );
    const before = blocks.at(-1);
    if (before !== undefined && String(before.columns) === String(columns)) {
      blocks[blocks.length - 1] = { ...before, times: before.times + 1 };
    } else {
      blocks.push({ first, size, times: 1, columns });
    }
    first += size;
  }
  return blocks;
}
