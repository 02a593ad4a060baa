import { constantIndex } from '../../scalar/index-expression.ts';
import type { Lowering } from '../lowering.ts';

export const gather: Lowering<'gather'> = {
  class: 'pointwise',
  kind: 'layout',
  element: (context, index, { operands: [x, indices], attributes: { axis } }) => {
    const rank = indices.shape.length;
    const found = context.operand(1, index.slice(axis, axis + rank));
    return context.operand(0, index.toSpliced(axis, rank, context.toIndex(found, x.shape[axis])));
  },
};

export const gatherElements: Lowering<'gatherElements'> = {
  class: 'pointwise',
  kind: 'layout',
  element: (context, index, { operands: [x], attributes: { axis } }) =>
    context.operand(0, index.with(axis, context.toIndex(context.operand(1, index), x.shape[axis]))),
};

export const gatherND: Lowering<'gatherND'> = {
  class: 'pointwise',
  kind: 'layout',
  element: (context, index, { operands: [x, indices], attributes: { batchDims } }) => {
    const outer = indices.shape.length - 1;
    const row = index.slice(0, outer);
    const at = Array.from({ length: indices.shape[outer] }, (_, i) =>
      context.toIndex(context.operand(1, [...row, constantIndex(i)]), x.shape[batchDims + i]),
    );
    return context.operand(0, [...row.slice(0, batchDims), ...at, ...index.slice(outer)]);
  },
};
