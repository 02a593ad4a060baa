import { expandDims, squeeze, type Tensor } from '@manabi/core';

/**
 * Two tensors whose ranks differ by one, made alike as Keras does: of `[n]` and `[n, 1]` the first becomes `[n, 1]`; a
 * last axis of length 1 that the other lacks is dropped where there are more axes. Others stay what they are.
 *
 * @param expand whether `[n]` grows beside `[n, 1]`; else `[n, 1]` shrinks
 */
export function toSameRank(x: Tensor, y: Tensor, expand = true): [Tensor, Tensor] {
  if (isColumnBeside(x, y)) return expand && y.rank === 1 ? [x, expandDims(y, -1)] : [squeeze(x, -1), y];
  if (isColumnBeside(y, x)) return expand && x.rank === 1 ? [expandDims(x, -1), y] : [x, squeeze(y, -1)];
  return [x, y];
}

function isColumnBeside(longer: Tensor, shorter: Tensor): boolean {
  return longer.rank === shorter.rank + 1 && longer.shape.at(-1) === 1;
}
