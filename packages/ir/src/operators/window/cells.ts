import { checkCount } from '../infer-checks.ts';
import { resultType } from '../layout/checks.ts';
import type { Operator } from '../operator.ts';
import { checkSteps, checkWindowedRank } from './checks.ts';
import { windowCount } from './geometry.ts';

/**
 * An array of all windows over the last axes (NumPy sliding_window_view): the shape [lead..., n...] becomes [lead...,
 * o..., size...].
 *
 * y[…, o, k] = x[…, o · stride + k · dilation], with o = ⌊(n - ((size - 1) · dilation + 1)) / stride⌋ + 1 windows along
 * each windowed axis, or 0 if none fits. Every dtype.
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
