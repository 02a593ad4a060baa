import { isNumeric } from '../../types/dtype.ts';
import { checkCount, checkDType } from '../infer-checks.ts';
import { resultType } from '../layout/checks.ts';
import type { Operator } from '../operator.ts';
import { checkCovered, checkWindowedRank, checkWindows } from './checks.ts';

/**
 * The largest element under every window over the last axes, as many as `window` has entries, and its place: two
 * results of shape [lead..., o...], o as in `windowSum`. Places are int32 and count, in row-major order, within the
 * pooled axes of the operand, without its leading axes and without padding. Padding never wins; of equal elements the
 * first is taken, and the first NaN before all numbers. All dtypes but bool.
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
