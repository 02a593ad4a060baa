import type { OpName } from '../../graph/graph.ts';
import { formatShape, formatType, type Shape, type TensorType } from '../../types/shape.ts';
import { checkCount, checkEqualDTypes } from '../infer-checks.ts';
import type { Operator } from '../operator.ts';
import { checkIndexDType, checkPerAxis, refusal } from './checks.ts';

/**
 * y = x[starts : starts + sizes] on every axis (XLA DynamicSlice). `starts` is an operand, so it is known only at run
 * time.
 *
 * `starts` is int32[rank of x], clamped so that the window lies within `x`. Every dtype.
 */
export const dynamicSlice: Operator<'dynamicSlice'> = {
  free: true,
  infer: (operands, { sizes }) => {
    checkCount('dynamicSlice', operands, ['x', 'starts']);
    const [x, starts] = operands;
    checkStarts('dynamicSlice', starts, x.shape);
    checkPerAxis('dynamicSlice', 'sizes', sizes, 'x', x, 0);
    checkWindow('dynamicSlice', '`sizes`', sizes, x.shape);
    return [{ dtype: x.dtype, shape: sizes }];
  },
};

/**
 * y = x with y[starts : starts + update.shape] replaced by `update` (XLA DynamicUpdateSlice). `starts` is an operand,
 * so it is known only at run time.
 *
 * `starts` is int32[rank of x], clamped so that the window lies within `x`. Every dtype.
 */
export const dynamicUpdateSlice: Operator<'dynamicUpdateSlice'> = {
  infer: (operands) => {
    checkCount('dynamicUpdateSlice', operands, ['x', 'update', 'starts']);
    const [x, update, starts] = operands;
    checkStarts('dynamicUpdateSlice', starts, x.shape);
    checkEqualDTypes('dynamicUpdateSlice', [x, update], ['x', 'update']);
    if (update.shape.length !== x.shape.length) {
      throw refusal(
        'shape',
        'dynamicUpdateSlice',
        `\`update\` must have the rank of x, ${formatShape(x.shape)}; got ${formatShape(update.shape)}. Reshape \`update\` to ` +
          `${x.shape.length} axes.`,
        { update: update.shape, shape: x.shape },
      );
    }
    checkWindow('dynamicUpdateSlice', '`update`', update.shape, x.shape);
    return [x];
  },
};

function checkStarts(op: OpName, starts: TensorType, shape: Shape): void {
  checkIndexDType(op, 'starts', starts);
  if (starts.shape.length === 1 && starts.shape[0] === shape.length) return;
  throw refusal(
    'shape',
    op,
    `\`starts\` must be int32[${shape.length}], one entry per axis of x, ${formatShape(shape)}; got ${formatType(starts)}.`,
    { starts: starts.shape, shape },
  );
}

function checkWindow(op: OpName, name: string, window: Shape, shape: Shape): void {
  const axis = window.findIndex((length, i) => length > shape[i]);
  if (axis < 0) return;
  throw refusal(
    'shape',
    op,
    `${name} must fit into x, ${formatShape(shape)}; got the window ${formatShape(window)}. Reduce axis ${axis} to at ` +
      `most ${shape[axis]}.`,
    { window, shape, axis },
  );
}
