import { ManabiError, wrongArgument } from '@manabi/errors';

/** One axis, several, or all (`null` or left out); negative ones count from the last. */
export type Axis = number | readonly number[] | null;

/**
 * An axis counted from the front.
 *
 * @param rank number of axes there are
 * @throws ManabiError `axis`; `argument` for anything but a number
 */
export function normalizeAxis(op: string, axis: number, rank: number): number {
  if (typeof axis !== 'number') throw noAxis(op, axis, 'an integer');
  const normal = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(axis) && normal >= 0 && normal < rank) return normal;
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
  if (typeof axis !== 'number' && !Array.isArray(axis)) throw noAxis(op, axis, 'an integer or a list of integers');
  const given = listed(axis);
  const axes: number[] = [];
  // A loop, since a list may have holes, which `map` would leave out.
  for (let i = 0; i < given.length; i++) axes.push(normalizeAxis(op, given[i], rank));
  const twice = axes.find((each, i) => axes.indexOf(each) !== i);
  if (twice !== undefined) {
    throw new ManabiError('axis', `Axis ${twice} is named twice in [${axes.join(', ')}]. Name each axis once.`, {
      op,
      data: { axes, axis: twice, rank },
    });
  }
  return axes.sort((a, b) => a - b);
}

/** Returns one axis or several as a list; what is in it is not checked. */
export function listed(axis: number | readonly number[]): readonly number[] {
  return isList(axis) ? axis : [axis];
}

function isList(axis: number | readonly number[]): axis is readonly number[] {
  return Array.isArray(axis);
}

/** The error for what plain JavaScript passes as an axis. */
function noAxis(op: string, given: unknown, expected: string): ManabiError {
  return wrongArgument({ op, name: 'axis' }, expected, given);
}

/** Which places an axis has, for messages. */
export function placesOn(length: number): string {
  return length === 0 ? 'there are none' : `places are whole numbers from ${-length} to ${length - 1}`;
}
