import { addIndex, constantIndex, type IndexExpr, scaleIndex } from '../../scalar/index-expression.ts';
import type { Lowering } from '../lowering.ts';

export const slice: Lowering<'slice'> = {
  class: 'pointwise',
  kind: 'layout',
  element: (context, index, { attributes: { start, step } }) => context.operand(0, strided(index, start, step)),
};

export const reverse: Lowering<'reverse'> = {
  class: 'pointwise',
  kind: 'layout',
  element: (context, index, { operands: [x], attributes: { axes } }) =>
    context.operand(
      0,
      index.map((at, axis) =>
        axes.includes(axis) ? addIndex(constantIndex(x.shape[axis] - 1), scaleIndex(at, -1)) : at,
      ),
    ),
};

export const pad: Lowering<'pad'> = {
  class: 'assemble',
  background: 1,
  pieces: ({ attributes: { low, interior } }) => [
    {
      operand: 0,
      target: (_, index) =>
        strided(
          index,
          low,
          interior.map((between) => between + 1),
        ),
      combine: 'set',
      overlapping: false,
    },
  ],
};

export const concat: Lowering<'concat'> = {
  class: 'assemble',
  background: null,
  pieces: ({ operands, attributes: { axis } }) => {
    let before = 0;
    return operands.map(({ shape }, operand) => {
      const offset = constantIndex(before);
      before += shape[axis];
      return {
        operand,
        target: (_, index) => index.with(axis, addIndex(index[axis], offset)),
        combine: 'set',
        overlapping: false,
      };
    });
  },
};

function strided(index: readonly IndexExpr[], start: readonly number[], step: readonly number[]): IndexExpr[] {
  return index.map((at, axis) => addIndex(constantIndex(start[axis]), scaleIndex(at, step[axis])));
}
