import { constantIndex, linearIndex, unravelIndex } from '../../scalar/index-expression.ts';
import type { Lowering } from '../lowering.ts';

export const reshape: Lowering<'reshape'> = {
  class: 'pointwise',
  kind: 'layout',
  element: (context, index, { operands, attributes }) =>
    context.operand(0, unravelIndex(linearIndex(index, attributes.shape), operands[0].shape)),
};

export const transpose: Lowering<'transpose'> = {
  class: 'pointwise',
  kind: 'layout',
  element: (context, index, { attributes }) =>
    context.operand(
      0,
      index.map((_, axis) => index[attributes.permutation.indexOf(axis)]),
    ),
};

export const expand: Lowering<'expand'> = {
  class: 'pointwise',
  kind: 'layout',
  element: (context, index, { operands, attributes }) =>
    context.operand(
      0,
      attributes.axes.map((axis, i) => (operands[0].shape[i] === 1 ? constantIndex(0) : index[axis])),
    ),
};
