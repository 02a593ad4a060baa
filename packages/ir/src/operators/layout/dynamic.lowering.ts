import { addIndex, constantIndex, type IndexExpr } from '../../scalar/index-expression.ts';
import type { Shape } from '../../types/shape.ts';
import type { ElementContext, Lowering } from '../lowering.ts';

export const dynamicSlice: Lowering<'dynamicSlice'> = {
  class: 'pointwise',
  kind: 'layout',
  element: (context, index, { operands: [x], attributes: { sizes } }) =>
    context.operand(0, shifted(context, 1, index, x.shape, sizes)),
};

export const dynamicUpdateSlice: Lowering<'dynamicUpdateSlice'> = {
  class: 'assemble',
  background: 0,
  pieces: ({ operands: [x, update] }) => [
    {
      operand: 1,
      target: (context, index) => shifted(context, 2, index, x.shape, update.shape),
      combine: 'set',
      overlapping: false,
    },
  ],
};

/**
 * Returns the index in an array of the given shape of an element of a window. The start of the window is read from
 * operand number `position`.
 */
function shifted<S>(
  context: ElementContext<S>,
  position: number,
  index: readonly IndexExpr[],
  shape: Shape,
  window: Shape,
): IndexExpr[] {
  return index.map((at, axis) => {
    const last = shape[axis] - window[axis];
    if (last === 0) return at;
    const start = context.operand(position, [constantIndex(axis)]);
    const atLeast = context.instruction('max', [start, context.constant(0, 'int32')]);
    const clamped = context.instruction('min', [atLeast, context.constant(last, 'int32')]);
    return addIndex(at, context.toIndex(clamped, last + 1));
  });
}
