import { ManabiError, wrongArgument } from '@manabi/errors';

/** One axis, several axes, or all axes (`null`). Negative axes count from the end: -1 is the last axis. */
export type Axis = number | readonly number[] | null;

/**
 * Checks an axis, and returns it as a non-negative number.
 *
 * @param rank number of axes of the tensor
 * @throws ManabiError `axis` if the axis is out of range; `argument` unless it is a number
 */
export function normalizeAxis(op: string, axis: number, rank: number): number {
  if (typeof axis !== 'number') throw invalidAxis(op, axis, 'an integer');
  const normal = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(axis) && normal >= 0 && normal < rank) return normal;
  throw new ManabiError(
    'axis',
    `Axis ${axis} is out of range: ${
      rank === 0 ? 'a scalar has no axes' : `expected an integer in [${-rank}, ${rank - 1}] for rank ${rank}`
    }.`,
    { op, data: { axis, rank } },
  );
}

/**
 * Checks axes, and returns them as non-negative numbers in ascending order.
 *
 * @throws ManabiError `axis` if an axis is out of range or repeated; `argument` unless axes are numbers
 */
export function normalizeAxes(op: string, axis: Axis | undefined, rank: number): number[] {
  if (axis === null || axis === undefined) return Array.from({ length: rank }, (_, i) => i);
  if (typeof axis !== 'number' && !Array.isArray(axis))
    throw invalidAxis(op, axis, 'an integer or an array of integers');
  const given = listed(axis);
  const axes: number[] = [];
  // This loop visits the missing items of a sparse array, which `map` would skip.
  for (let i = 0; i < given.length; i++) axes.push(normalizeAxis(op, given[i], rank));
  const twice = axes.find((each, i) => axes.indexOf(each) !== i);
  if (twice !== undefined) {
    throw new ManabiError('axis', `Axis ${twice} is repeated in [${axes.join(', ')}]. List each axis once.`, {
      op,
      data: { axes, axis: twice, rank },
    });
  }
  return axes.sort((a, b) => a - b);
}

/** Returns one axis as an array of one item, and an array unchanged. Does not check the items. */
export function listed(axis: number | readonly number[]): readonly number[] {
  return isList(axis) ? axis : [axis];
}

function isList(axis: number | readonly number[]): axis is readonly number[] {
  return Array.isArray(axis);
}

/** Creates the error for an axis that is not a number. */
function invalidAxis(op: string, given: unknown, expected: string): ManabiError {
  return wrongArgument({ op, name: 'axis' }, expected, given);
}

/** Returns a phrase for an error message that states the valid indices on an axis of the given length. */
export function validPositions(length: number): string {
  return length === 0 ? 'the axis is empty' : `expected an integer in [${-length}, ${length - 1}]`;
}
