import {
  type Attributes,
  type Graph,
  type GraphBuilder,
  graphBuilder,
  type Node,
  sizeOf,
  unravelIndex,
  type Value,
} from '@manabi/ir';
import { patternCall, type Routine } from '../../graph/routine.ts';
import { type DepthwiseAttributes, hasLargeFilters } from './attributes.ts';

/** Largest number of channels and filters of a group. Matrix products are faster for larger groups. */
const MOST_PER_GROUP = 4;

/** Largest extent along the last axis for which code without loops is written, including the gaps of dilated filters. */
const MOST_TAPS = 16;

/**
 * Routine for convolutions of each channel by itself and their gradients. Vectors hold adjacent groups, which are
 * contiguous in channels-last images. Padding is not stored, and zeros that `lhsDilation` inserts are skipped.
 */
export const depthwise: Routine<DepthwiseAttributes> & { readonly name: 'depthwise' } = {
  name: 'depthwise',
  covers: { operators: ['conv'], composites: [], pattern: null, accepts: isDepthwise },
  operands: ['strided', 'strided'],
  standardForm: ({ builder, node, operands: [x, w] }) => [inGroups(builder, x, w, attributesOf(node))],
  attributes: ({ node, operands, results: [{ shape }], views: [image, weights] }) => {
    const [[count, groups, channels, ...lengths], [, filters, , ...kernel]] = operands.map((operand) => operand.shape);
    const window = attributesOf(node);
    return {
      ...window,
      count,
      groups,
      channels,
      filters,
      lengths,
      kernel,
      results: shape.slice(1, -1),
      image,
      weights,
    };
  },
  epilogue: {
    axes: ({ count, results, groups, filters }) => [count * sizeOf(results), groups * filters],
    index: ([position, channel], { count, results }) => [...unravelIndex(position, [count, ...results]), channel],
  },
  cost: (attributes) => {
    const { count, groups, channels, filters, lengths, kernel } = attributes;
    return {
      name: `${groups} of ${count}x${lengths.join('x')} by ${kernel.join('x')}`,
      operations: 2 * count * groups * channels * filters * products(attributes),
      reads: [count * groups * channels * sizeOf(lengths), groups * channels * filters * sizeOf(kernel)],
    };
  },
  print: ({ count, groups, channels, filters, lengths, kernel, results }, [image, weights]) =>
    `${groups} groups: ${count} of ${channels}x${lengths.join('x')} of ${image} by ` +
    `${filters} of ${kernel.join('x')} of ${weights} to ${results.join('x')}`,
};

/** Returns the number of products of a channel and a filter, without those with padding. */
function products({
  lengths,
  kernel,
  results,
  strides,
  padding,
  lhsDilation,
  rhsDilation,
}: DepthwiseAttributes): number {
  return sizeOf(
    lengths.map((length, axis) => {
      let pairs = 0;
      for (let o = 0; o < results[axis]; o++) {
        for (let k = 0; k < kernel[axis]; k++) {
          const at = (o * strides[axis] + k * rhsDilation[axis] - padding[axis][0]) / lhsDilation[axis];
          if (Number.isInteger(at) && at >= 0 && at < length) pairs++;
        }
      }
      return pairs;
    }),
  );
}

/** Returns the attributes of a convolution, or of the one in a call that `inGroups` emitted. */
function attributesOf(node: Node): Attributes['conv'] {
  if (node.op === 'conv') return node.attributes;
  const inner = node.op === 'call' ? node.attributes.body.nodes.find(({ op }) => op === 'conv') : undefined;
  if (inner === undefined) throw new Error(`The routine depthwise does not cover ${node.op}.`);
  return attributesOf(inner);
}

function isDepthwise({ types }: Graph, node: Node): boolean {
  if (node.op !== 'conv') return false;
  const { strides, lhsDilation, rhsDilation, padding, groups } = node.attributes;
  const [x, w] = node.operands.map((operand) => types[operand]);
  const { shape } = types[node.results[0]];
  const [filters, channels, ...kernel] = w.shape;
  const results = shape.slice(2);
  const most = Math.max(filters / groups, channels);
  const last = results.length - 1;
  if (x.dtype !== 'float32' || groups === 1 || last < 0 || sizeOf(shape) === 0 || sizeOf(x.shape) === 0) return false;
  if (hasLargeFilters({ count: shape[0], channels, kernel, results })) {
    const span = results[last] * strides[last];
    const isSmall = filters / groups <= MOST_PER_GROUP && span <= MOST_TAPS && sizeOf(results) <= 64;
    return isSmall && lhsDilation.every((step) => step === 1) && padding[last].every((count) => count <= MOST_TAPS);
  }
  const isThin = most <= MOST_PER_GROUP && (channels === 1 || filters === groups);
  return isThin && kernel[last] * rhsDilation[last] <= MOST_TAPS && lhsDilation.every((step) => step <= 3);
}

/**
 * Emits a call that computes a convolution of operands with separate axes for groups, channels and filters, because
 * strides describe each of these axes. The result of the call is channels-last.
 */
function inGroups(b: GraphBuilder, x: Value, w: Value, attributes: Attributes['conv']): Value {
  const { groups } = attributes;
  const split = (value: Value, axis: number): Value => {
    const shape = b.shape(value);
    return b.reshape(value, [...shape.slice(0, axis), groups, shape[axis] / groups, ...shape.slice(axis + 1)]);
  };
  const operands = [split(x, 1), split(w, 0)];
  const body = graphBuilder();
  const [image, filters] = operands.map((operand) => body.input({ dtype: b.dtype(operand), shape: b.shape(operand) }));
  const result = body.emit('conv', [body.reshape(image, b.shape(x)), body.reshape(filters, b.shape(w))], attributes);
  const order = body.shape(result[0]).map((_, axis) => axis);
  const channelsLast = [0, ...order.slice(2), 1];
  const [called] = b.emit('call', operands, {
    name: patternCall('depthwise'),
    config: {},
    body: body.finish([body.transpose(result[0], channelsLast)]),
    vjp: null,
    checkpoint: false,
  });
  return b.transpose(called, [0, order.length - 1, ...order.slice(1, -1)]);
}
