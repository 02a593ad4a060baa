import { checkCount } from '../infer-checks.ts';
import { resultType } from '../layout/checks.ts';
import type { Operator } from '../operator.ts';
import { checkSteps, checkWindowedRank } from './checks.ts';
import { windowCount } from './geometry.ts';

/**
 * Every window over the last axes, side by side: [lead..., n...] becomes [lead..., o..., k...], where o counts the
 * windows along each windowed axis, o = ⌊(n - ((k - 1) · dilation + 1)) / stride⌋ + 1, or 0 if none fits, and k the
 * elements of a window. The element at (o, k) is that of the operand at o · stride + k · dilation. Any dtype.
 */
export const windows: Operator<'windows'> = {
  free: true,
  infer: (operands, { size, stride, dilation }) => {
    checkCount('windows', operands, ['x']);
    const [x] = operands;
    const rank = size.length;
    checkWindowedRank('windows', 'x', x, rank);
    for (const [name, list] of Object.entries({ size, stride, dilation })) checkSteps('windows', name, list, rank);
    const lead = x.shape.length - rank;
    const counts = size.map((_, i) => windowCount(x.shape[lead + i], size[i], stride[i], dilation[i]));
    return [resultType('windows', x.dtype, [...x.shape.slice(0, lead), ...counts, ...size])];
  },
};
