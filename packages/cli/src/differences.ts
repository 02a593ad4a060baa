import { type HostArray, ManabiError } from 'manabi';
import { largest, probabilityRows } from './classify/scores.ts';

/** Difference between two sets of scores. */
export interface Difference {
  /** Largest absolute difference of two scores; infinite if only one of them is NaN. */
  readonly maxAbsDiff: number;
  /** Number of samples whose predicted class differs. */
  readonly otherClass: number;
}

/**
 * Computes the difference between two sets of scores.
 *
 * @throws ManabiError `shape` for scores of different shapes
 */
export function differenceOf(a: HostArray, b: HostArray): Difference {
  if (a.data.length !== b.data.length) {
    throw new ManabiError(
      'shape',
      `Cannot compare scores of shapes [${a.shape.join(', ')}] and [${b.shape.join(', ')}].`,
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
