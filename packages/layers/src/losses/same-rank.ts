import { expandDims, squeeze, type Tensor } from '@manabi/core';

/**
 * Aligns two tensors whose ranks differ by one, as Keras does. `[n]` beside `[n, 1]` becomes `[n, 1]`; with more axes, an
 * extra last axis of length 1 is removed. Other tensors are returned unchanged.
 *
 * @param expand whether to expand `[n]` to `[n, 1]` rather than shrink `[n, 1]`
 */
export function toSameRank(x: Tensor, y: Tensor, expand = true): [Tensor, Tensor] {
  if (isColumnBeside(x, y)) return expand && y.rank === 1 ? [x, expandDims(y, -1)] : [squeeze(x, -1), y];
  if (isColumnBeside(y, x)) return expand && x.rank === 1 ? [expandDims(x, -1), y] : [x, squeeze(y, -1)];
  return [x, y];
}

function isColumnBeside(longer: Tensor, shorter: Tensor): boolean {
  return longer.rank === shorter.rank + 1 && longer.shape.at(-1) === 1;
}
