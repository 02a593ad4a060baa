import {
  type Attributes,
  consumers,
  type Graph,
  type GraphBuilder,
  type Node,
  type OpName,
  type Padding,
  producers,
  sizeOf,
  type Value,
} from '@manabi/ir';
import { isElementwise, isElementwiseGraph } from './elementwise.ts';
import { rewritten } from './rewritten.ts';
import { callOfComposite } from './transposed-composite.ts';

/** Largest part of the elements that a cropped convolution may still compute; otherwise it stays as it is. */
const MOST_LEFT = 0.95;

/**
 * Crops convolutions to what the max pooling after them reads. Windows of 2x2 ignore the last row and column of images with an
 * odd number of them, so their convolution, and those of its gradients, need not compute with them.
 *
 * @returns the graph itself if nothing can be cropped
 */
export function cropToPools(graph: Graph): Graph {
  const crops = cropsOf(graph);
  if (crops.size === 0) return graph;
  const makers = producers(graph);
  return rewritten(graph, (b, node, values) => {
    const { op, operands, attributes } = node;
    if (op === 'maxPool') {
      const limits = crops.get(node);
      return limits === undefined
        ? null
        : b.maxPool(cropped(b, graph, makers, values, operands[0], limits), attributes);
    }
    if (op === 'maxUnpool') {
      const pool = makers[operands[1]];
      const limits = pool === undefined ? undefined : crops.get(pool);
      if (limits === undefined) return null;
      const inputShape = limits.slice(-attributes.window.length);
      const part = b.maxUnpool(values[operands[0]], values[operands[1]], { ...attributes, inputShape });
      const full = graph.types[node.results[0]].shape;
      const none = full.map(() => 0);
      const after = full.map((length, axis) => length - b.shape(part)[axis]);
      return [b.pad(part, b.constant(0, b.dtype(part), []), none, after, none)];
    }
    return op === 'conv'
      ? withoutPads(
          b,
          operands.map((operand) => values[operand]),
          attributes,
        )
      : null;
  });
}

/** Returns the poolings that read part of a convolution only, with the shape of this part. */
function cropsOf(graph: Graph): ReadonlyMap<Node, readonly number[]> {
  const makers = producers(graph);
  const readers = consumers(graph);
  const found = new Map<Node, readonly number[]>();
  for (const node of graph.nodes) {
    if (node.op !== 'maxPool') continue;
    const { shape } = graph.types[node.operands[0]];
    const limits = limitsOf(shape, graph.types[node.results[0]].shape, node.attributes);
    const isPart = sizeOf(limits) <= MOST_LEFT * sizeOf(shape);
    const [, indices] = node.results;
    const isUnpooled = !graph.outputs.includes(indices) && readers[indices].every(({ op }) => op === 'maxUnpool');
    if (isPart && isUnpooled && isOfConvolution(graph, makers, readers, node.operands[0])) found.set(node, limits);
  }
  return found;
}

/** Returns the shape of the part of an array that pooling reads. */
function limitsOf(
  shape: readonly number[],
  pooled: readonly number[],
  { window, strides, padding, dilation }: Attributes['maxPool'],
): readonly number[] {
  const lead = shape.length - window.length;
  return shape.map((length, axis) => {
    if (axis < lead) return length;
    const i = axis - lead;
    const [low, high] = padding[i];
    const end = (pooled[axis] - 1) * strides[i] + (window[i] - 1) * dilation[i] + 1 - low;
    return high > 0 ? length : Math.min(length, end);
  });
}

/** Returns whether a value is computed from a convolution by elementwise operators, and has only one reader. */
function isOfConvolution(
  graph: Graph,
  makers: readonly (Node | undefined)[],
  readers: readonly (readonly Node[])[],
  value: Value,
): boolean {
  const maker = makers[value];
  if (maker === undefined || readers[value].length !== 1 || graph.outputs.includes(value)) return false;
  if (maker.op === 'conv') return true;
  return isMapped(maker) && maker.operands.some((operand) => isOfConvolution(graph, makers, readers, operand));
}

function isMapped(node: Node): boolean {
  return isElementwise(node) || (node.op === 'call' && isElementwiseGraph(node.attributes.body));
}

/** Emits the first elements of a value along each axis, and computes only them where it is the result of a convolution. */
function cropped(
  b: GraphBuilder,
  graph: Graph,
  makers: readonly (Node | undefined)[],
  values: readonly Value[],
  value: Value,
  limits: readonly number[],
): Value {
  const maker = makers[value];
  const inner = (operand: Value): Value => cropped(b, graph, makers, values, operand, limits);
  if (maker?.op === 'conv') return croppedConvolution(b, maker, values, graph.types[value].shape, limits);
  if (maker?.op === 'constant' && typeof maker.attributes.value === 'number') {
    return b.constant(maker.attributes.value, maker.attributes.dtype, limits);
  }
  if (maker?.op === 'expand') {
    const [source] = maker.operands;
    const isWhole = maker.attributes.axes.every((axis, i) => graph.types[source].shape[i] === limits[axis]);
    if (isWhole) return b.expand(values[source], limits, maker.attributes.axes);
  }
  if (maker?.op === 'call' && isMapped(maker)) {
    const call = callOfComposite(b, maker, maker.operands.map(inner));
    if (call !== null) return call;
  } else if (maker !== undefined && isMapped(maker)) return emitAgain(b, maker, maker.operands.map(inner));
  return firstOf(b, values[value], limits);
}

function emitAgain<K extends OpName>(b: GraphBuilder, node: Node<K>, operands: readonly Value[]): Value {
  const { op, attributes }: { op: K; attributes: Attributes[K] } = node;
  return b.emit(op, operands, attributes)[0];
}

function firstOf(b: GraphBuilder, value: Value, limits: readonly number[]): Value {
  const none = limits.map(() => 0);
  const ones = limits.map(() => 1);
  return b.slice(value, none, limits, ones);
}

function croppedConvolution(
  b: GraphBuilder,
  { operands, attributes }: Node<'conv'>,
  values: readonly Value[],
  full: readonly number[],
  limits: readonly number[],
): Value {
  const [x, filters] = operands.map((operand) => values[operand]);
  const { padding, strides } = attributes;
  const rest = padding.map(([, high], axis) => high - (full[axis + 2] - limits[axis + 2]) * strides[axis]);
  // Negative padding becomes a slice of the images, unless these are dilated.
  const isDilated = attributes.lhsDilation.some((step) => step > 1);
  const cut = rest.map((high) => (isDilated ? 0 : Math.max(0, -high)));
  const part = cut.every((count) => count === 0)
    ? x
    : firstOf(
        b,
        x,
        b.shape(x).map((length, axis) => (axis < 2 ? length : length - cut[axis - 2])),
      );
  const next = padding.map(([low], axis): Padding => [low, rest[axis] + cut[axis]]);
  return b.conv(part, filters, { ...attributes, padding: next });
}

/**
 * Emits a convolution whose images or filters are padded with zeros after the end of spatial axes without this padding, which
 * becomes padding of the convolution. Returns null for other convolutions.
 */
function withoutPads(
  b: GraphBuilder,
  operands: readonly Value[],
  attributes: Attributes['conv'],
): readonly Value[] | null {
  const [images, filters] = operands.map((operand) => unpadded(b, operand));
  if (images === null && filters === null) return null;
  const { padding, lhsDilation, rhsDilation } = attributes;
  const next = padding.map(([low, high], axis): Padding => {
    const more = images === null ? 0 : images.after[axis] * lhsDilation[axis];
    const less = filters === null ? 0 : filters.after[axis] * rhsDilation[axis];
    return [low, high + more - less];
  });
  const [x, kernel] = operands;
  return [b.conv(images?.value ?? x, filters?.value ?? kernel, { ...attributes, padding: next })];
}

/** Returns a value [N, C, n...] without zeros after the end of its spatial axes, and their number; null if it has none. */
function unpadded(b: GraphBuilder, value: Value): { readonly value: Value; readonly after: readonly number[] } | null {
  const last = b.maker(value);
  const isTransposed = last?.op === 'transpose';
  const pad = isTransposed ? b.maker(last.operands[0]) : last;
  if (pad?.op !== 'pad') return null;
  const [x, fill] = pad.operands;
  const zero = b.maker(fill);
  const { low, high, interior } = pad.attributes;
  if (zero?.op !== 'constant' || zero.attributes.value !== 0 || [...low, ...interior].some((count) => count !== 0)) {
    return null;
  }
  const permutation = isTransposed ? last.attributes.permutation : high.map((_, axis) => axis);
  const after = permutation.map((axis) => high[axis]);
  if (after[0] !== 0 || after[1] !== 0) return null;
  return { value: isTransposed ? b.transpose(x, permutation) : x, after: after.slice(2) };
}
