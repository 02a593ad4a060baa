import { constantIndex, type IndexExpr, type Shape } from '@manabi/ir';

/**
 * Returns the index of an element in the operand of a reduction, given the index in the result and the values of the
 * loops over the reduced axes.
 */
export function reducedIndex(
  shape: Shape,
  joined: readonly number[],
  result: readonly IndexExpr[],
  inner: readonly IndexExpr[],
): IndexExpr[] {
  const index = new Array<IndexExpr>(shape.length);
  let nextInner = 0;
  for (const axis of joined) index[axis] = shape[axis] === 1 ? constantIndex(0) : inner[nextInner++];
  let next = 0;
  for (const [axis] of shape.entries()) if (!joined.includes(axis)) index[axis] = result[next++];
  return index;
}
