import { ManabiError } from '@manabi/errors';

/** Largest number of levels of nested arrays, the largest rank of a tensor. */
const DEEPEST = 32;

/** Whether a value is an array or a typed array. */
export function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);
}

/**
 * Returns the shape of nested arrays according to the first item of each level.
 *
 * @throws ManabiError `argument` for more than 32 levels, as of an array that contains itself
 */
export function shapeOfLists(op: string, value: unknown): number[] {
  const shape: number[] = [];
  for (let part = value; isList(part); part = part[0]) {
    if (shape.length === DEEPEST) {
      throw new ManabiError('argument', `Arrays must be nested at most ${DEEPEST} levels deep.`, { op });
    }
    shape.push(part.length);
  }
  return shape;
}
