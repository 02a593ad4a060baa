import { isNumeric } from '../../types/dtype.ts';
import { checkCount, checkDType } from '../infer-checks.ts';
import { resultType } from '../layout/checks.ts';
import type { Operator } from '../operator.ts';
import { checkWindowedRank, checkWindows } from './checks.ts';

/**
 * The sum of the elements under every window over the last axes, as many as `window` has entries, with zeros for
 * padding: [lead..., n...] becomes [lead..., o...], where o = ⌊(n + low + high - ((window - 1) · dilation + 1)) /
 * stride⌋ + 1, or 0 if no window fits. All dtypes but bool; sums are made in the dtype itself.
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
