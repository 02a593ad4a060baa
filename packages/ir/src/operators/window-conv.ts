import type { GraphBuilder } from '../builder.ts';
import type { DType } from '../dtype.ts';
import type { Value } from '../graph.ts';
import { formatType, sizeOf, type TensorType } from '../shape.ts';
import type { Attributes } from './attributes.ts';
import { checkCount, checkDType, checkEqualDTypes, checkRank } from './infer-checks.ts';
import { refusal, resultType } from './layout-checks.ts';
import type { Operator } from './operator.ts';
import { checkPadding, checkSteps } from './window-checks.ts';
import { axesFrom, lengthWithPadding, spannedLength, windowCount } from './window-geometry.ts';
import { padLastAxes } from './window-pad.ts';

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
  lowering: { class: 'routine', routine: 'conv', body: (b, [x, w], attributes) => [convBody(b, x, w, attributes)] },
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

/** With fewer places per image than this, the products of all images are made as one. */
const WIDE_ENOUGH = 32;

/**
 * Every window becomes a line of what a filter meets, so that the convolution is a product of matrices: for images with
 * many places one for each image, whose result is in its order already; else one for all images, whose parts are
 * brought into order afterwards. The reshapes fix the order in which the windows lie in memory: along the longer lines.
 */
function convBody(b: GraphBuilder, x: Value, w: Value, attributes: Attributes['conv']): Value {
  const { strides, padding, lhsDilation, rhsDilation, groups } = attributes;
  const rank = strides.length;
  const [filters, perGroup, ...kernel] = b.shape(w);
  const padded = padLastAxes(
    b,
    x,
    padding,
    lhsDilation.map((step) => step - 1),
    0,
  );
  const cells = b.windows(padded, kernel, strides, rhsDilation);
  const count = b.shape(cells)[0];
  const places = b.shape(cells).slice(2, 2 + rank);
  const spatial = axesFrom(2, rank);
  const within = axesFrom(2 + rank, rank);
  // One group needs no axis, and without it transposes around the convolution merge with those of the product.
  const grouped = groups === 1 ? [] : [groups];
  const line = perGroup * sizeOf(kernel);
  const lines = b.reshape(w, [...grouped, filters / groups, line]);
  const result = [count, filters, ...places];

  if (sizeOf(places) >= WIDE_ENOUGH) {
    const columns = b.reshape(b.transpose(cells, [0, 1, ...within, ...spatial]), [count, ...grouped, line, ...places]);
    const repeated = [count, ...b.shape(lines)];
    const batch = axesFrom(0, 1 + grouped.length);
    const products = b.dot(
      b.expand(lines, repeated, axesFrom(1, repeated.length - 1)),
      columns,
      batch.map((axis) => [axis, axis]),
      [[batch.length + 1, batch.length]],
    );
    return b.reshape(products, result);
  }

  const apart = b.reshape(cells, [count, ...grouped, perGroup, ...places, ...kernel]);
  const byGroup = grouped.map(() => 1);
  const channel = 1 + grouped.length;
  const rows = b.reshape(
    b.transpose(apart, [...byGroup, 0, ...axesFrom(channel + 1, rank), channel, ...axesFrom(channel + 1 + rank, rank)]),
    [...grouped, count, ...places, line],
  );
  const products = b.dot(
    lines,
    rows,
    byGroup.map(() => [0, 0]),
    [[grouped.length + 1, b.shape(rows).length - 1]],
  );
  const ordered = b.transpose(products, [
    grouped.length + 1,
    ...axesFrom(0, grouped.length + 1),
    ...axesFrom(grouped.length + 2, rank),
  ]);
  return b.reshape(ordered, result);
}
