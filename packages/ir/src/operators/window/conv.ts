import type { Attributes } from '../../graph/graph.ts';
import type { DType } from '../../types/dtype.ts';
import { formatType, type TensorType } from '../../types/shape.ts';
import { checkCount, checkDType, checkEqualDTypes, checkRank } from '../infer-checks.ts';
import { refusal, resultType } from '../layout/checks.ts';
import type { Operator } from '../operator.ts';
import { checkPadding, checkSteps } from './checks.ts';
import { lengthWithPadding, spannedLength, windowCount } from './geometry.ts';

const accepted: readonly DType[] = ['float32', 'float64', 'float16', 'int32', 'uint32'];

/**
 * Cross-correlation over any number of spatial axes, channels first (ONNX Conv; ConvTranspose by `lhsDilation`): images
 * x [N, C, n...] and filters w [M, C / groups, k...] return [N, M, o...].
 *
 * For one spatial axis and one group: y[b, m, o] = Σ x[b, c, o · stride + k · rhsDilation - low] · w[m, c, k] over c
 * and k, after spreading x by `lhsDilation` with zeros between its elements. Padding adds zeros; negative padding
 * removes elements. o = ⌊(d(n, lhsDilation) + low + high - d(k, rhsDilation)) / stride⌋ + 1 with d(n, s) = (n - 1) · s
 * + 1 (0 for n = 0), or 0 if the filter does not fit. Channels and filters form `groups` equal, independent groups.
 * Sums use the dtype itself, float32, float64, int32 or uint32, or float32 for float16; integers wrap.
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
    throw refusal('attribute', 'conv', `\`groups\` must be a positive integer; got ${groups}.`, { groups });
  }
  const channels = x.shape[1];
  const [filters, perGroup, ...kernel] = w.shape;
  const data = { x: x.shape, w: w.shape, groups };
  if (perGroup * groups !== channels || filters % groups !== 0) {
    throw refusal(
      'shape',
      'conv',
      `w, ${formatType(w)}, does not match x, ${formatType(x)}, with ${channels} channels and groups ${groups}. Axis 1 of w must ` +
        `be ${channels / groups} (channels / groups), and axis 0, with ${filters} filters, a multiple of groups.`,
      data,
    );
  }
  if (kernel.some((length) => length === 0)) {
    throw refusal(
      'shape',
      'conv',
      `Every spatial axis of w must have at least one element; got ${formatType(w)}. Use filters of length 1 or more.`,
      data,
    );
  }
}
