import type { Attributes } from '../../graph/graph.ts';
import type { DType } from '../../types/dtype.ts';
import { formatType, type TensorType } from '../../types/shape.ts';
import { checkCount, checkDType, checkEqualDTypes, checkRank } from '../infer-checks.ts';
import { refusal, resultType } from '../layout/checks.ts';
import type { Operator } from '../operator.ts';
import { checkPadding, checkSteps } from './checks.ts';
import { lengthWithPadding, spannedLength, windowCount } from './geometry.ts';

const accepted: readonly DType[] = ['float32', 'float64', 'int32', 'uint32'];

/**
 * Convolution (in truth correlation: filters are not reversed) over any number of spatial axes, channels first: images
 * x [N, C, n...] and filters w [M, C / groups, k...] give [N, M, o...]. Along a spatial axis, with d(n, s) =
 * (n - 1) · s + 1 (0 for n = 0), o = ⌊(d(n, lhsDilation) + low + high - d(k, rhsDilation)) / stride⌋ + 1, or 0 if the
 * filter does not fit. The image is first spread with zeros between its elements, then padded with zeros or, for
 * negative padding, cut. Channels and filters form `groups` equal groups that know nothing of one another. Sums are
 * made in the dtype itself. float32, float64, int32, uint32 (integers wrap).
 */
export const conv: Operator<'conv'> = {
  infer: (operands, attributes) => {
    checkCount('conv', operands, ['x', 'w']);
    const [x, w] = operands;
    checkDType('conv', 'x', x, (dtype) => accepted.includes(dtype));
    checkEqualDTypes('conv', operands, ['x', 'w']);
    const { strides, padding, lhsDilation, rhsDilation } = attributes;
    const rank = strides.length;
    checkRank('conv', 'x', x, rank + 2);
    checkRank('conv', 'w', w, rank + 2);
    for (const [name, list] of Object.entries({ strides, lhsDilation, rhsDilation })) {
      checkSteps('conv', name, list, rank);
    }
    checkPadding('conv', padding, rank);
    checkFilters(x, w, attributes);
    const counts = strides.map((stride, axis) =>
      windowCount(
        lengthWithPadding(spannedLength(x.shape[axis + 2], lhsDilation[axis]), padding[axis]),
        w.shape[axis + 2],
        stride,
        rhsDilation[axis],
      ),
    );
    return [resultType('conv', x.dtype, [x.shape[0], w.shape[0], ...counts])];
  },
};

function checkFilters(x: TensorType, w: TensorType, { groups }: Attributes['conv']): void {
  if (!Number.isInteger(groups) || groups < 1) {
    throw refusal('attribute', 'conv', `groups is ${groups}, but must be a whole number of at least 1.`, { groups });
  }
  const channels = x.shape[1];
  const [filters, perGroup, ...kernel] = w.shape;
  const data = { x: x.shape, w: w.shape, groups };
  if (perGroup * groups !== channels || filters % groups !== 0) {
    throw refusal(
      'shape',
      'conv',
      `x is ${formatType(x)} with ${channels} channels on axis 1, w is ${formatType(w)}, and groups is ${groups}: ` +
        'axis 1 of w must be the number of channels divided by groups, and axis 0, the number of filters, a multiple ' +
        'of groups.',
      data,
    );
  }
  if (kernel.some((length) => length === 0)) {
    throw refusal(
      'shape',
      'conv',
      `w is ${formatType(w)}: filters need at least one element on each spatial axis.`,
      data,
    );
  }
}
