import { describeGiven, ManabiError } from '@manabi/ir';

/** One axis, several, or all (`null` or left out); negative ones count from the last. */
export type Axis = number | readonly number[] | null;

/**
 * An axis counted from the front.
 *
 * @param rank number of axes there are
 * @throws ManabiError `axis`; `argument` for anything but a number
 */
export function normalizeAxis(op: string, axis: number, rank: number): number {
  const normal = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(axis) && normal >= 0 && normal < rank) return normal;
  if (typeof axis !== 'number') throw noAxis(op, axis, 'one number');
  throw new ManabiError(
    'axis',
    `There is no axis ${axis}: ${
      rank === 0 ? 'a scalar has no axes' : `with ${rank} axes, they are ${-rank} to ${rank - 1}`
    }.`,
    { op, data: { axis, rank } },
  );
}

/**
 * Axes counted from the front, in ascending order.
 *
 * @throws ManabiError `axis` if there is no such axis, or one is named twice
 */
export function normalizeAxes(op: string, axis: Axis | undefined, rank: number): number[] {
  if (axis === null || axis === undefined) return Array.from({ length: rank }, (_, i) => i);
  if (typeof axis !== 'number' && !Array.isArray(axis)) throw noAxis(op, axis, 'a number or a list of them');
  const axes = (typeof axis === 'number' ? [axis] : axis).map((each) => normalizeAxis(op, each, rank));
  const twice = axes.find((each, i) => axes.indexOf(each) !== i);
  if (twice !== undefined) {
    throw new ManabiError('axis', `Axis ${twice} is named twice in [${axes.join(', ')}]. Name each axis once.`, {
      op,
      data: { axes, axis: twice, rank },
    });
  }
  return axes.sort((a, b) => a - b);
}

/** The error for what plain JavaScript passes as an axis. */
function noAxis(op: string, given: unknown, expected: string): ManabiError {
  const kind = describeGiven(given);
  return new ManabiError('argument', `An axis is ${expected}, but ${kind} was given.`, { op, data: { given: kind } });
}

/** Which places an axis has, for messages. */
export function placesOn(length: number): string {
  return length === 0 ? 'there are none' : `places are whole numbers from ${-length} to ${length - 1}`;
}
