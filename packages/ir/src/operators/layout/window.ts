import { formatShape, formatType, type Shape } from '../../types/shape.ts';
import { checkAxes, checkAxis, checkCount, checkEqualDTypes } from '../infer-checks.ts';
import type { Operator } from '../operator.ts';
import { checkPerAxis, refusal, resultType } from './checks.ts';

/**
 * y = x[start:limit:step] on every axis (ONNX Slice), with 0 <= start <= limit <= length and step >= 1. Every dtype.
 */
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
        `Range ${start[axis]}:${limit[axis]} on axis ${axis} is outside x, ${formatShape(x.shape)}. Choose ` +
          `0 <= start <= limit <= ${length}.`,
        { axis, start: start[axis], limit: limit[axis], shape: x.shape },
      );
    });
    return [{ dtype: x.dtype, shape: x.shape.map((_, axis) => Math.ceil((limit[axis] - start[axis]) / step[axis])) }];
  },
};

/** y = x with the elements along `axes` in reverse order (NumPy flip). Every dtype. */
export const reverse: Operator<'reverse'> = {
  free: true,
  infer: (operands, { axes }) => {
    checkCount('reverse', operands, ['x']);
    const [x] = operands;
    checkAxes('reverse', 'x', x, axes);
    return [x];
  },
};

/** Returns the length of an axis after padding. */
function paddedLength(length: number, low: number, high: number, interior: number): number {
  return low + length + Math.max(0, length - 1) * interior + high;
}

/**
 * y = x with `value` added before (`low`), after (`high`) and between (`interior`) the elements of every axis (XLA
 * Pad). Every dtype.
 */
export const pad: Operator<'pad'> = {
  infer: (operands, { low, high, interior }) => {
    checkCount('pad', operands, ['x', 'value']);
    const [x, value] = operands;
    checkEqualDTypes('pad', operands, ['x', 'value']);
    if (value.shape.length > 0) {
      throw refusal('shape', 'pad', `\`value\` must be a scalar; got ${formatType(value)}.`, {
        shape: value.shape,
      });
    }
    for (const [name, list] of Object.entries({ low, high, interior })) checkPerAxis('pad', name, list, 'x', x, 0);
    const shape = x.shape.map((length, axis) => paddedLength(length, low[axis], high[axis], interior[axis]));
    return [resultType('pad', x.dtype, shape)];
  },
};

/** y = the operands joined along `axis` (ONNX Concat). All other lengths and the dtypes must be equal. Every dtype. */
export const concat: Operator<'concat'> = {
  infer: (operands, { axis }) => {
    if (operands.length === 0) {
      throw refusal('argument', 'concat', 'concat takes at least one operand; got none.', { given: 0 });
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
        `Operand ${position} must match operand 0, ${formatShape(first.shape)}, on all axes except ${axis}; got ` +
          `${formatShape(operand.shape)}.`,
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
