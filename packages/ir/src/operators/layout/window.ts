import { formatShape, formatType, type Shape } from '../../types/shape.ts';
import { checkAxes, checkAxis, checkCount, checkEqualDTypes } from '../infer-checks.ts';
import type { Operator } from '../operator.ts';
import { checkPerAxis, refusal, resultType } from './checks.ts';

/** Every `step`-th place from `start` up to, without, `limit` on each axis. Any dtype. */
export const slice: Operator<'slice'> = {
  free: true,
  infer: (operands, { start, limit, step }) => {
    checkCount('slice', operands, ['x']);
    const [x] = operands;
    checkPerAxis('slice', 'start', start, 'x', x, 0);
    checkPerAxis('slice', 'limit', limit, 'x', x, 0);
    checkPerAxis('slice', 'step', step, 'x', x, 1);
    x.shape.forEach((length, axis) => {
      if (start[axis] <= limit[axis] && limit[axis] <= length) return;
      throw refusal(
        'attribute',
        'slice',
        `On axis ${axis} the range ${start[axis]} … ${limit[axis]} does not lie within the ${length} elements of ` +
          `${formatShape(x.shape)}: it must hold that 0 <= start <= limit <= ${length}.`,
        { axis, start: start[axis], limit: limit[axis], shape: x.shape },
      );
    });
    return [{ dtype: x.dtype, shape: x.shape.map((_, axis) => Math.ceil((limit[axis] - start[axis]) / step[axis])) }];
  },
};

/** The elements along the axes in the opposite order. Any dtype. */
export const reverse: Operator<'reverse'> = {
  free: true,
  infer: (operands, { axes }) => {
    checkCount('reverse', operands, ['x']);
    const [x] = operands;
    checkAxes('reverse', 'x', x, axes);
    return [x];
  },
};

/** Length of an axis after padding it. */
function paddedLength(length: number, low: number, high: number, interior: number): number {
  return low + length + Math.max(0, length - 1) * interior + high;
}

/** Elements of a value around the operand and between its elements. Any dtype. */
export const pad: Operator<'pad'> = {
  infer: (operands, { low, high, interior }) => {
    checkCount('pad', operands, ['x', 'value']);
    const [x, value] = operands;
    checkEqualDTypes('pad', operands, ['x', 'value']);
    if (value.shape.length > 0) {
      throw refusal('shape', 'pad', `value is ${formatType(value)}, but what to fill with is one scalar.`, {
        shape: value.shape,
      });
    }
    for (const [name, list] of Object.entries({ low, high, interior })) checkPerAxis('pad', name, list, 'x', x, 0);
    const shape = x.shape.map((length, axis) => paddedLength(length, low[axis], high[axis], interior[axis]));
    return [resultType('pad', x.dtype, shape)];
  },
};

/** Operands one after the other along an axis. Any dtype. */
export const concat: Operator<'concat'> = {
  infer: (operands, { axis }) => {
    if (operands.length === 0) {
      throw refusal('argument', 'concat', 'There is nothing to join: give at least one operand.', { given: 0 });
    }
    const [first] = operands;
    checkEqualDTypes(
      'concat',
      operands,
      operands.map((_, position) => `operand ${position}`),
    );
    checkAxis('concat', 'operand 0', first, axis);
    operands.forEach((operand, position) => {
      if (fits(first.shape, operand.shape, axis)) return;
      throw refusal(
        'shape',
        'concat',
        `Operand ${position} has shape ${formatShape(operand.shape)}, which cannot follow ` +
          `${formatShape(first.shape)} along axis ${axis}: the lengths of all other axes must be equal.`,
        { position, expected: first.shape, given: operand.shape, axis },
      );
    });
    const length = operands.reduce((sum, operand) => sum + operand.shape[axis], 0);
    return [resultType('concat', first.dtype, first.shape.with(axis, length))];
  },
};

function fits(first: Shape, other: Shape, axis: number): boolean {
  return first.length === other.length && first.every((length, i) => i === axis || length === other[i]);
}
