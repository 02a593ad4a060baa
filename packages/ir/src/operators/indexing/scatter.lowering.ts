import { constantIndex, type IndexExpr } from '../../scalar/index-expression.ts';
import type { Shape } from '../../types/shape.ts';
import type { ElementContext, Lowering } from '../lowering.ts';

export const scatterElements: Lowering<'scatterElements'> = {
  class: 'assemble',
  background: 0,
  pieces: ({ operands: [x], attributes: { axis, mode } }) => [
    {
      operand: 2,
      target: (context, index) => index.with(axis, context.toIndex(context.operand(1, index), x.shape[axis])),
      combine: mode,
      overlapping: true,
    },
  ],
};

export const scatterND: Lowering<'scatterND'> = {
  class: 'assemble',
  background: 0,
  pieces: ({ operands: [x, indices], attributes: { mode } }) => [
    {
      operand: 2,
      target: (context, index) => scattered(context, index, x.shape, indices.shape),
      combine: mode,
      overlapping: true,
    },
  ],
};

function scattered<S>(
  context: ElementContext<S>,
  index: readonly IndexExpr[],
  shape: Shape,
  indices: Shape,
): IndexExpr[] {
  const outer = indices.length - 1;
  const at = Array.from({ length: indices[outer] }, (_, axis) =>
    context.toIndex(context.operand(1, [...index.slice(0, outer), constantIndex(axis)]), shape[axis]),
  );
  return [...at, ...index.slice(outer)];
}
