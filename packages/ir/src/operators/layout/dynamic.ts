import type { OpName } from '../../graph/graph.ts';
import { formatShape, formatType, type Shape, type TensorType } from '../../types/shape.ts';
import { checkCount, checkEqualDTypes } from '../infer-checks.ts';
import type { Operator } from '../operator.ts';
import { checkIndexDType, checkPerAxis, refusal } from './checks.ts';

/**
 * A window of given sizes at a place that is known when the graph runs: `starts` is int32 with an entry per axis,
 * clamped so that the window lies within the operand. Any dtype.
 */
export const dynamicSlice: Operator<'dynamicSlice'> = {
  free: true,
  infer: (operands, { sizes }) => {
    checkCount('dynamicSlice', operands, ['x', 'starts']);
    const [x, starts] = operands;
    checkStarts('dynamicSlice', starts, x.shape);
    checkPerAxis('dynamicSlice', 'sizes', sizes, 'x', x, 0);
    checkWindow('dynamicSlice', 'sizes', sizes, x.shape);
    return [{ dtype: x.dtype, shape: sizes }];
  },
};

/**
 * The operand with a window of it replaced by `update`, at a place that is known when the graph runs: `starts` is
 * int32 with an entry per axis, clamped so that the window lies within the operand. Any dtype.
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
        `update has shape ${formatShape(update.shape)}, but x has shape ${formatShape(x.shape)}: both need the same ` +
          'number of axes; reshape update.',
        { update: update.shape, shape: x.shape },
      );
    }
    checkWindow('dynamicUpdateSlice', 'the shape of update', update.shape, x.shape);
    return [x];
  },
};

function checkStarts(op: OpName, starts: TensorType, shape: Shape): void {
  checkIndexDType(op, 'starts', starts);
  if (starts.shape.length === 1 && starts.shape[0] === shape.length) return;
  throw refusal(
    'shape',
    op,
    `starts is ${formatType(starts)}, but x has shape ${formatShape(shape)}: give int32[${shape.length}], an entry ` +
      'for each axis of x.',
    { starts: starts.shape, shape },
  );
}

function checkWindow(op: OpName, name: string, window: Shape, shape: Shape): void {
  const axis = window.findIndex((length, i) => length > shape[i]);
  if (axis < 0) return;
  throw refusal(
    'shape',
    op,
    `The window, ${name} ${formatShape(window)}, is longer on axis ${axis} than x with shape ${formatShape(shape)}: ` +
      `it may have at most ${shape[axis]} there.`,
    { window, shape, axis },
  );
}
