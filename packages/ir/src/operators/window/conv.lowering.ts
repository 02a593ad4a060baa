import type { GraphBuilder } from '../../graph/builder.ts';
import type { Attributes, AxisPair, Value } from '../../graph/graph.ts';
import type { Lowering } from '../lowering.ts';
import { axesFrom } from './geometry.ts';
import { padLastAxes } from './pad.ts';

export const conv: Lowering<'conv'> = {
  class: 'routine',
  body: (b, [x, w], attributes) => [convBody(b, x, w, attributes)],
};

/**
 * Computes a convolution as a matrix product of all windows of the image and the filters. The product reads overlapping
 * windows by strides, without copying them; only a padded image is copied.
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
  const [count] = b.shape(cells);
  const lengths = b.shape(cells).slice(2, 2 + rank);
  // There is no axis for a single group, because such an axis would prevent transposes before and after the convolution
  // from being merged with those of the product.
  const grouped = groups === 1 ? [] : [groups];
  const split = grouped.length;
  const channel = 1 + split;
  const products = b.dot(
    b.reshape(cells, [count, ...grouped, perGroup, ...lengths, ...kernel]),
    b.reshape(w, [...grouped, filters / groups, perGroup, ...kernel]),
    grouped.map(() => [1, 0]),
    [[channel, channel], ...axesFrom(channel + 1, rank).map((axis): AxisPair => [axis + rank, axis])],
  );
  // The product has the axes [groups, images, spatial..., filters per group], so channels are last in memory.
  const ordered = b.transpose(products, [
    split,
    ...grouped.map(() => 0),
    1 + split + rank,
    ...axesFrom(1 + split, rank),
  ]);
  return b.reshape(ordered, [count, filters, ...lengths]);
}
