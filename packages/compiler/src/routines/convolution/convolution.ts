import {
  type Attributes,
  type GraphBuilder,
  graphBuilder,
  type Node,
  sizeOf,
  unravelIndex,
  type Value,
} from '@manabi/ir';
import { patternCall, type Routine } from '../../graph/routine.ts';
import type { ConvolutionAttributes, ConvolutionShapes } from './attributes.ts';

/** Returns the routine of some convolutions. Padding of the image is not stored. */
export function convolution<Name extends string>(
  name: Name,
  accepts: (shapes: ConvolutionShapes, window: Attributes['conv']) => boolean,
): Routine<ConvolutionAttributes> & { readonly name: Name } {
  return {
    name,
    covers: {
      operators: ['conv'],
      composites: [],
      pattern: null,
      accepts: ({ types }, node) => {
        if (node.op !== 'conv') return false;
        const [x, w, y] = [...node.operands, ...node.results].map((value) => types[value]);
        const { groups } = node.attributes;
        const [filters, channels, ...kernel] = w.shape;
        const [count, , ...results] = y.shape;
        const shapes = {
          count,
          groups,
          channels,
          filters: filters / groups,
          lengths: x.shape.slice(2),
          kernel,
          results,
        };
        const isEmpty = sizeOf(x.shape) * sizeOf(y.shape) === 0 || results.length === 0;
        return x.dtype === 'float32' && !isEmpty && accepts(shapes, node.attributes);
      },
    },
    operands: ['strided', 'strided'],
    standardForm: ({ builder, node, operands: [x, w] }) => [inGroups(builder, name, x, w, attributesOf(node))],
    attributes: ({ node, operands, results: [{ shape }], views: [image, weights] }) => {
      const [[count, groups, channels, ...lengths], [, filters, , ...kernel]] = operands.map(
        (operand) => operand.shape,
      );
      const window = attributesOf(node);
      const shapes = { count, groups, channels, filters, lengths, kernel, results: shape.slice(1, -1) };
      return { ...window, ...shapes, hasLargeFilters: hasLargeFilters(shapes), image, weights };
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
}

/** Returns `ConvolutionAttributes.hasLargeFilters`. */
export function hasLargeFilters({ channels, kernel, results }: ConvolutionShapes): boolean {
  return channels * sizeOf(kernel) > sizeOf(results);
}

/** Returns the number of products of a channel and a filter, without those with padding. */
function products({
  lengths,
  kernel,
  results,
  strides,
  padding,
  lhsDilation,
  rhsDilation,
}: ConvolutionAttributes): number {
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
  if (inner === undefined) throw new Error(`No routine of convolutions covers ${node.op}.`);
  return attributesOf(inner);
}

/**
 * Emits a call that computes a convolution of operands with separate axes for groups, channels and filters, because
 * strides describe each of these axes. The result of the call is channels-last.
 */
function inGroups(b: GraphBuilder, name: string, x: Value, w: Value, attributes: Attributes['conv']): Value {
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
    name: patternCall(name),
    config: {},
    body: body.finish([body.transpose(result[0], channelsLast)]),
    vjp: null,
    checkpoint: false,
  });
  return b.transpose(called, [0, order.length - 1, ...order.slice(1, -1)]);
}
