import { isNumeric } from '../../types/dtype.ts';
import { equalShapes, formatShape, formatType } from '../../types/shape.ts';
import { checkCount, checkDType, checkShape } from '../infer-checks.ts';
import { checkIndexDType, refusal, resultType } from '../layout/checks.ts';
import type { Operator } from '../operator.ts';
import { checkCovered, checkWindowedRank, checkWindows } from './checks.ts';

/**
 * Inverse of `maxPool` (ONNX MaxUnpool): y = zeros of shape [lead..., inputShape...] plus each of `values` at its
 * index.
 *
 * `indices` is int32 of the shape of `values`; each index must be an element under its own window, as `maxPool` returns
 * it. Values of several windows at one index are added. Every dtype except bool.
 */
export const maxUnpool: Operator<'maxUnpool'> = {
  infer: (operands, attributes) => {
    checkCount('maxUnpool', operands, ['values', 'indices']);
    const [values, indices] = operands;
    checkDType('maxUnpool', 'values', values, isNumeric);
    checkIndexDType('maxUnpool', 'indices', indices);
    const { inputShape } = attributes;
    checkShape('maxUnpool', inputShape);
    checkWindowedRank('maxUnpool', 'values', values, inputShape.length);
    const counts = checkWindows('maxUnpool', inputShape, attributes);
    checkCovered('maxUnpool', inputShape, attributes);
    const lead = values.shape.length - inputShape.length;
    if (!equalShapes(values.shape.slice(lead), counts) || !equalShapes(values.shape, indices.shape)) {
      throw refusal(
        'shape',
        'maxUnpool',
        `Both operands must end in ${formatShape(counts)}, the result of pooling ${formatShape(inputShape)}, and have equal ` +
          `shapes; got values ${formatType(values)} and indices ${formatType(indices)}.`,
        { values: values.shape, indices: indices.shape, expected: counts, inputShape },
      );
    }
    return [resultType('maxUnpool', values.dtype, [...values.shape.slice(0, lead), ...inputShape])];
  },
};
