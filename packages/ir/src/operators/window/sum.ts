import { isNumeric } from '../../types/dtype.ts';
import { checkCount, checkDType } from '../infer-checks.ts';
import { resultType } from '../layout/checks.ts';
import type { Operator } from '../operator.ts';
import { checkWindowedRank, checkWindows } from './checks.ts';

/**
 * y[…, o] = Σ x[…, o · stride + k · dilation - low] over the `window` elements k, for each of the last axes, with zero
 * padding (XLA ReduceWindow).
 *
 * [lead..., n...] becomes [lead..., o...] with o = ⌊(n + low + high - ((window - 1) · dilation + 1)) / stride⌋ + 1, or
 * 0 if no window fits. Sums have the dtype of x. Every dtype except bool.
 */
export const windowSum: Operator<'windowSum'> = {
  infer: (operands, attributes) => {
    checkCount('windowSum', operands, ['x']);
    const [x] = operands;
    checkDType('windowSum', 'x', x, isNumeric);
    const rank = attributes.window.length;
    checkWindowedRank('windowSum', 'x', x, rank);
    const lead = x.shape.length - rank;
    const counts = checkWindows('windowSum', x.shape.slice(lead), attributes);
    return [resultType('windowSum', x.dtype, [...x.shape.slice(0, lead), ...counts])];
  },
};
