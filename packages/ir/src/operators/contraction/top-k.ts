import { isNumeric } from '../../types/dtype.ts';
import { formatType } from '../../types/shape.ts';
import { checkAxis, checkCount, checkDType } from '../infer-checks.ts';
import { refusal } from '../layout/checks.ts';
import type { Operator } from '../operator.ts';

/**
 * The `k` largest or smallest elements along an axis, in order, and their int32 indices (ONNX TopK).
 *
 * Of equal elements (0 and -0 are equal) the lower index comes first. NaN counts as the largest. Every dtype except
 * bool.
 */
export const topK: Operator<'topK'> = {
  infer: (operands, { k, axis }) => {
    checkCount('topK', operands, ['x']);
    const [x] = operands;
    checkDType('topK', 'x', x, isNumeric);
    checkAxis('topK', 'x', x, axis);
    if (!Number.isInteger(k) || k < 0 || k > x.shape[axis]) {
      throw refusal(
        'attribute',
        'topK',
        `\`k\` must be an integer from 0 to ${x.shape[axis]}, the length of axis ${axis} of x, ${formatType(x)}; got ${k}.`,
        { k, axis, shape: x.shape },
      );
    }
    const shape = x.shape.with(axis, k);
    return [
      { dtype: x.dtype, shape },
      { dtype: 'int32', shape },
    ];
  },
};
