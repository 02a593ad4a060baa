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
 * Multiplies overlapping windows by the filters. Products read windows without copying them where strides allow it;
 * only padding makes a copy.
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
  // A single group needs no axis; without it, transposes around the convolution merge with those of the product.
  const grouped = groups === 1 ? [] : [groups];
  const split = grouped.length;
  const channel = 1 + split;
  const products = b.dot(
    b.reshape(cells, [count, ...grouped, perGroup, ...lengths, ...kernel]),
    b.reshape(w, [...grouped, filters / groups, perGroup, ...kernel]),
    grouped.map(() => [1, 0]),
    [[channel, channel], ...axesFrom(channel + 1, rank).map((axis): AxisPair => [axis + rank, axis])],
  );
  // The product is [groups, images, spatial..., filters per group], so that the results have their channels last in
  // memory.
  const ordered = b.transpose(products, [
    split,
    ...grouped.map(() => 0),
    1 + split + rank,
    ...axesFrom(1 + split, rank),
  ]);
  return b.reshape(ordered, [count, filters, ...lengths]);
}
