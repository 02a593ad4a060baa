import { type HostArray, ManabiError } from 'manabi';
import { largest, probabilityRows } from './classify/scores.ts';

/** How much two networks' scores for the same samples differ. */
export interface Difference {
  /** Largest absolute difference between corresponding scores; infinite if exactly one of them is NaN. */
  readonly maxAbsDiff: number;
  /** Number of samples for which the two sets of scores predict different classes. */
  readonly otherClass: number;
}

/**
 * Computes how much two sets of scores for the same samples differ.
 *
 * @throws ManabiError `shape` for scores of different shapes
 */
export function differenceOf(a: HostArray, b: HostArray): Difference {
  if (a.data.length !== b.data.length) {
    throw new ManabiError(
      'shape',
      `Only scores of equal shapes can be compared; got [${a.shape.join(', ')}] and [${b.shape.join(', ')}].`,
      {
        data: { shapes: [a.shape, b.shape] },
      },
    );
  }
  let maxAbsDiff = 0;
  a.data.forEach((value, i) => {
    if (Object.is(value, b.data[i])) return;
    const difference = Math.abs(Number(value) - Number(b.data[i]));
    maxAbsDiff = Math.max(maxAbsDiff, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
  });
  const rows = probabilityRows(b);
  const otherClass = probabilityRows(a).filter((row, i) => largest(row) !== largest(rows[i])).length;
  return { maxAbsDiff, otherClass };
}
