import { isNumeric } from '../../types/dtype.ts';
import { checkCount, checkDType } from '../infer-checks.ts';
import { resultType } from '../layout/checks.ts';
import type { Operator } from '../operator.ts';
import { checkCovered, checkWindowedRank, checkWindows } from './checks.ts';

/**
 * The maximum of each window and its index (ONNX MaxPool). Windows cover as many of the last axes as `window` has
 * entries.
 *
 * Both results have shape [lead..., o...], with o as in `windowSum`. Indices are int32 row-major positions within the
 * pooled axes of `x`, without leading axes and padding. Padding is never selected; of equal elements the first is
 * selected, and the first NaN before all numbers. Every dtype except bool.
 */
export const maxPool: Operator<'maxPool'> = {
  infer: (operands, attributes) => {
    checkCount('maxPool', operands, ['x']);
    const [x] = operands;
    checkDType('maxPool', 'x', x, isNumeric);
    const rank = attributes.window.length;
    checkWindowedRank('maxPool', 'x', x, rank);
    const lead = x.shape.length - rank;
    const lengths = x.shape.slice(lead);
    const counts = checkWindows('maxPool', lengths, attributes);
    checkCovered('maxPool', lengths, attributes);
    const values = resultType('maxPool', x.dtype, [...x.shape.slice(0, lead), ...counts]);
    return [values, { dtype: 'int32', shape: values.shape }];
  },
};
