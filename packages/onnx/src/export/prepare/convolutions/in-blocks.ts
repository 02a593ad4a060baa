import {
  type Attributes,
  equalShapes,
  type Graph,
  type GraphBuilder,
  graphBuilder,
  type Node,
  type Padding,
  producers,
  type Shape,
  type Value,
} from '@manabi/ir';
import { BLOCKED_CONVOLUTION } from '../../../composites/blocked.ts';
import { rewritten } from '../rewritten.ts';
import { channelsLast, channelsSecond, originOf } from './layout.ts';

/**
 * Computes convolutions in which each channel has a filter of its own, and their gradients, on blocks of channels. ONNX Runtime
 * has fast kernels only for this layout, in which `block` channels of one position follow each other: on images [N, C, H, W], it
 * takes up to 25 times as long, because it multiplies a matrix for each channel of each image.
 *
 * The calls have the images [N, C / block, H, W, block] and the filters [C / block, h, w, block] as operands.
 *
 * @param constants number of the first inputs of the graph that are constants of the file; ONNX Runtime itself chooses the layout
 * of convolutions with constant filters
 * @returns the graph itself if it has no such convolution
 */
export function convolutionsInBlocks(graph: Graph, constants: number, block: number): Graph {
  const makers = producers(graph);
  return rewritten(graph, (b, node, values) => {
    if (node.op !== 'conv' || !isSuited(graph, makers, node, constants)) return null;
    const [x, filters] = node.operands.map((operand) => values[operand]);
    const { groups } = node.attributes;
    if (groups % block !== 0) return null;
    const [, perGroup] = b.shape(filters);
    const result = graph.types[node.results[0]].shape;
    if (b.shape(x)[1] === groups && perGroup === 1) return [byChannel(b, x, filters, node.attributes, block)];
    return b.shape(x)[0] === 1 ? [correlated(b, x, filters, node.attributes, result, block)] : null;
  });
}

function isSuited(
  { types, inputCount }: Graph,
  makers: readonly (Node | undefined)[],
  { operands, results, attributes: { groups, padding } }: Node<'conv'>,
  constants: number,
): boolean {
  const [image, kernel, result] = [...operands, ...results].map((value) => types[value]);
  if (image.dtype !== 'float32' || image.shape.length !== 4 || groups === 1 || kernel.shape[0] !== groups) return false;
  if ([image, kernel, result].some(({ shape }) => shape.includes(0))) return false;
  const { value } = originOf(makers, operands[1]);
  return (value >= inputCount || value >= constants) && padding.every(([low]) => low >= 0);
}

/** Convolves images [N, C, H, W] with filters [C, 1, h, w]. */
function byChannel(b: GraphBuilder, x: Value, filters: Value, attributes: Attributes['conv'], block: number): Value {
  const [channels, , height, width] = b.shape(filters);
  const kernel = b.reshape(b.transpose(filters, [2, 3, 0, 1]), [height * width, channels / block, block]);
  const filterBlocks = b.reshape(b.transpose(kernel, [1, 0, 2]), [channels / block, height, width, block]);
  const { image, padding } = withoutPads(b, channelsLast(b, x), attributes.padding);
  const images = spreadOut(b, blocksOf(b, image, block), attributes.lhsDilation);
  const { strides, rhsDilation } = attributes;
  const made = convolved(b, images, filterBlocks, { strides, rhsDilation, padding });
  const [count, groups, rows, columns] = b.shape(made);
  const joined = b.transpose(b.reshape(made, [count, groups, rows * columns, block]), [0, 2, 1, 3]);
  return channelsSecond(b, b.reshape(joined, [count, rows, columns, channels]));
}

/**
 * Gradient of filters: correlates images [1, C · N, H, W] with filters [C, N, h, w]. Each channel of each image is convolved with
 * its slopes; the results [1, C, kh, kw] are summed over images.
 */
function correlated(
  b: GraphBuilder,
  x: Value,
  filters: Value,
  { strides, rhsDilation, padding: given, lhsDilation }: Attributes['conv'],
  [, channels, height, width]: Shape,
  block: number,
): Value {
  const [, , ...lengths] = b.shape(x);
  const [, count, ...area] = b.shape(filters);
  const groups = channels / block;
  const { image, padding } = withoutPads(b, imagesOf(b, x, [count, channels, ...lengths]), given);
  const images = spreadOut(b, blocksOf(b, image, block), lhsDilation);
  const slopes = blocksOf(b, b.transpose(filters, [1, 2, 3, 0]), block);
  const [, , ...wide] = b.shape(images);
  const made = convolved(
    b,
    b.reshape(images, [1, count * groups, ...wide]),
    b.reshape(slopes, [count * groups, ...area, block]),
    { strides, rhsDilation, padding },
  );
  const sums = b.reduceSum(b.reshape(made, [count, groups, height * width, block]), [0]);
  const joined = b.reshape(b.transpose(sums, [1, 0, 2]), [height, width, channels, 1]);
  return b.transpose(joined, [3, 2, 0, 1]);
}

/** Rearranges images [1, C · N, H, W] to [N, H, W, C]; for images that were rearranged from [N, C, H, W], begins with these. */
function imagesOf(b: GraphBuilder, x: Value, shape: Shape): Value {
  const joined = b.maker(x);
  const swapped = joined?.op === 'reshape' ? b.maker(joined.operands[0]) : undefined;
  const apart = swapped?.op === 'transpose' ? b.maker(swapped.operands[0]) : undefined;
  if (swapped?.op === 'transpose' && apart?.op === 'reshape') {
    const [images] = apart.operands;
    const isSwapped = equalShapes(swapped.attributes.permutation, [2, 1, 0, 3, 4]);
    const [count, channels, ...lengths] = shape;
    const isApart = equalShapes(b.shape(swapped.operands[0]), [count, channels, 1, ...lengths]);
    if (isSwapped && isApart && equalShapes(b.shape(images), shape)) return channelsLast(b, images);
  }
  const [count, channels, ...lengths] = shape;
  return b.transpose(b.reshape(x, [channels, count, ...lengths]), [1, 2, 3, 0]);
}

/** Rearranges images [N, H, W, C] to [N, C / block, H, W, block]. */
function blocksOf(b: GraphBuilder, x: Value, block: number): Value {
  const [count, height, width, channels] = b.shape(x);
  const apart = b.reshape(x, [count, height * width, channels / block, block]);
  return b.reshape(b.transpose(apart, [0, 2, 1, 3]), [count, channels / block, height, width, block]);
}

/** Returns images [N, H, W, C] without zeros around them, which become padding of the convolution. */
function withoutPads(
  b: GraphBuilder,
  x: Value,
  padding: readonly Padding[],
): { readonly image: Value; readonly padding: readonly Padding[] } {
  const pad = b.maker(x);
  if (pad?.op !== 'pad') return { image: x, padding };
  const [image, fill] = pad.operands;
  const { low, high, interior } = pad.attributes;
  const zero = b.maker(fill);
  const isOutside = [low, high].every((counts) => counts[0] === 0 && counts[3] === 0);
  if (zero?.op !== 'constant' || zero.attributes.value !== 0 || !isOutside || interior.some((count) => count > 0)) {
    return { image: x, padding };
  }
  return { image, padding: padding.map(([before, after], i): Padding => [before + low[i + 1], after + high[i + 1]]) };
}

/** Inserts zeros between the positions of images [N, G, H, W, block]. */
function spreadOut(b: GraphBuilder, x: Value, steps: readonly number[]): Value {
  const none = b.shape(x).map(() => 0);
  return b.pad(x, b.constant(0, b.dtype(x), []), none, none, [0, 0, ...steps.map((step) => step - 1), 0]);
}

/** Convolves images [N, G, H, W, block] with filters [G, h, w, block]. Negative padding at the end removes rows and columns. */
function convolved(
  b: GraphBuilder,
  x: Value,
  filters: Value,
  { strides, rhsDilation, padding }: Pick<Attributes['conv'], 'strides' | 'rhsDilation' | 'padding'>,
): Value {
  const whole = b.shape(x);
  const limits = whole.map((length, axis) => length + Math.min(0, padding[axis - 2]?.[1] ?? 0));
  const image = b.slice(
    x,
    whole.map(() => 0),
    limits,
    whole.map(() => 1),
  );
  const attributes: Attributes['conv'] = {
    strides,
    rhsDilation,
    padding: padding.map(([low, high]): Padding => [low, Math.max(0, high)]),
    lhsDilation: strides.map(() => 1),
    groups: whole[1] * whole[4],
  };
  const body = bodyOf(limits, b.shape(filters), attributes);
  const call = { name: BLOCKED_CONVOLUTION, config: {}, body, vjp: null, checkpoint: false };
  return b.emit('call', [image, filters], call)[0];
}

/** Defines the result of a call by a convolution in the usual layout. */
function bodyOf(images: Shape, filters: Shape, attributes: Attributes['conv']): Graph {
  const b = graphBuilder();
  const [x, kernel] = [images, filters].map((shape) => b.input({ dtype: 'float32', shape }));
  const [count, groups, height, width, block] = images;
  const [, ...lengths] = filters;
  const channels = groups * block;
  const made = b.conv(
    b.reshape(b.transpose(x, [0, 1, 4, 2, 3]), [count, channels, height, width]),
    b.reshape(b.transpose(kernel, [0, 3, 1, 2]), [channels, 1, ...lengths.slice(0, 2)]),
    attributes,
  );
  const [, , ...area] = b.shape(made);
  return b.finish([b.transpose(b.reshape(made, [count, groups, block, ...area]), [0, 1, 3, 4, 2])]);
}
