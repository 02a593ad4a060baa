import {
  type Attributes,
  type AxisPair,
  type Graph,
  type GraphBuilder,
  type Node,
  producers,
  type Shape,
  sizeOf,
  type Value,
} from '@manabi/ir';
import { rewritten } from '../rewritten.ts';
import { axesOf, channelsLast, channelsSecond, originOf } from './layout.ts';

/**
 * Largest number of positions of all images, relative to the smaller number of channels, for which a convolution is computed as a
 * product. Copying the elements that filters meet otherwise takes longer than the product saves.
 */
const MOST_POSITIONS = 12;

/** Least number of channels of images and results for which a convolution with filters of one element is computed as a product. */
const FEWEST_CHANNELS = 8;

/**
 * Computes convolutions of small images, or with filters of one element, as one product of matrices for all images, channels last:
 * each row contains the elements that a filter meets at one position. The convolutions of ONNX Runtime multiply for one image after another, which is slow where
 * images have few positions, and need filters with channels first, although layers, and therefore all their updates, store them
 * with channels last. Transposing filters takes longer than the products.
 *
 * Gradients of images and filters, which are convolutions too, become products of the same matrices.
 *
 * @param constants number of the first inputs of the graph that are constants of the file; ONNX Runtime rearranges constant
 * filters once, so their convolutions remain
 * @returns the graph itself if it has no such convolution
 */
export function convolutionsAsProducts(graph: Graph, constants: number): Graph {
  const makers = producers(graph);
  return rewritten(graph, (b, node, values) => {
    if (node.op !== 'conv' || graph.types[node.results[0]].dtype !== 'float32') return null;
    const kind = kindOf(graph, makers, node, constants);
    if (kind === null) return null;
    const [x, filters] = node.operands.map((operand) => values[operand]);
    const result = graph.types[node.results[0]].shape;
    return [PRODUCTS[kind](b, channelsLast(b, x), filters, node.attributes, result)];
  });
}

/**
 * How a convolution is computed: `windows` from rows of the elements that a filter meets; `spread`, for gradients of images, from the
 * products of each position with all elements of the filters, which are added where they belong; `correlated`, for gradients of
 * filters, from columns of these elements.
 */
type Kind = 'windows' | 'spread' | 'correlated';

type Product = (b: GraphBuilder, x: Value, filters: Value, attributes: Attributes['conv'], result: Shape) => Value;

const PRODUCTS: Readonly<Record<Kind, Product>> = { windows, spread, correlated };

function kindOf(
  { types, inputCount }: Graph,
  makers: readonly (Node | undefined)[],
  { operands: [x, filters], results: [result], attributes }: Node<'conv'>,
  constants: number,
): Kind | null {
  const [image, kernel, made] = [x, filters, result].map((value) => types[value].shape);
  if (attributes.groups !== 1 || [image, kernel, made].some((shape) => shape.includes(0))) return null;
  const [area, positions] = [sizeOf(kernel.slice(2)), sizeOf(made.slice(2))];
  const origin = originOf(makers, filters);
  const areStored = origin.value < inputCount;
  if (areStored && origin.value < constants) return null;
  const isPadded = attributes.padding.some((pair) => pair.some((count) => count !== 0));
  const isDilated = attributes.lhsDilation.some((step) => step !== 1);
  if (!areStored && (area > positions || (area === positions && area > 1))) {
    if (isDilated || attributes.padding.some(([low]) => low < 0)) return null;
    return isSuited(image[1] * area, positions, image[0], kernel[0]) ? 'correlated' : null;
  }
  const isPointwise = area === 1;
  if (isDilated || origin.isReversed) {
    const isWhole = attributes.strides.every((step) => step === 1) && (isPointwise || origin.isReversed);
    const count = image[0] * sizeOf(image.slice(2));
    return isWhole && isSuited(count, area, image[1], kernel[0]) ? 'spread' : null;
  }
  if (isPointwise && isPadded) return null;
  if (attributes.padding.some(([low]) => low < 0)) return null;
  // Filters with channels first would have to be transposed.
  if (!isPointwise && !origin.isTransposed) return null;
  return isSuited(image[0] * positions, area, image[1], kernel[0]) ? 'windows' : null;
}

function isSuited(count: number, area: number, first: number, second: number): boolean {
  const channels = Math.min(first, second);
  return area === 1 ? channels >= FEWEST_CHANNELS : count <= MOST_POSITIONS * channels;
}

/** Rows [N, o..., k... · C] times filters [k... · C, O]. */
function windows(b: GraphBuilder, x: Value, filters: Value, attributes: Attributes['conv'], result: Shape): Value {
  const [count, channels, ...kernel] = b.shape(filters);
  const { strides, rhsDilation } = attributes;
  const rows = windowsOf(b, x, attributes, {
    taps: kernel,
    tapSteps: rhsDilation,
    area: result.slice(2),
    steps: strides,
  });
  const last = kernel.length + 1;
  if (sizeOf(kernel) === 1 && b.maker(filters)?.op !== 'transpose') {
    return channelsSecond(b, b.dot(rows, b.reshape(filters, [count, channels]), [], [[last, 1]]));
  }
  const [, , ...spatial] = axesOf(b, filters);
  const matrix = b.reshape(b.transpose(filters, [...spatial, 1, 0]), [sizeOf(kernel) * channels, count]);
  return channelsSecond(b, b.dot(rows, matrix, [], [[last, 0]]));
}

/** Gradient of filters: columns [k... · C] of all positions times images [N, o..., O]. The filters are [O, N, o...]. */
function correlated(b: GraphBuilder, x: Value, filters: Value, attributes: Attributes['conv'], result: Shape): Value {
  const [channels, count, ...taps] = result;
  const { strides, rhsDilation } = attributes;
  const area = b.shape(filters).slice(2);
  const spatial = area.map((_, axis) => axis);
  // `x` is [C, n..., N].
  const images = b.transpose(x, [area.length + 1, ...spatial.map((axis) => axis + 1), 0]);
  const rows = windowsOf(b, images, attributes, { taps, tapSteps: strides, area, steps: rhsDilation });
  const slopes = b.transpose(filters, [1, ...spatial.map((axis) => axis + 2), 0]);
  const pairs = [0, ...spatial.map((axis) => axis + 1)].map((axis): AxisPair => [axis, axis]);
  const product = b.reshape(b.dot(rows, slopes, [], pairs), [...taps, channels, count]);
  return b.transpose(product, [taps.length, taps.length + 1, ...spatial]);
}

/** Which elements of images filters meet. */
interface Windows {
  /** Lengths of filters, and distances of the elements that they meet. */
  readonly taps: readonly number[];
  readonly tapSteps: readonly number[];
  /** Numbers of positions, and their distances. */
  readonly area: readonly number[];
  readonly steps: readonly number[];
}

/** Returns the elements of images [N, n..., C] that filters meet: [N, o..., k... · C]. */
function windowsOf(
  b: GraphBuilder,
  x: Value,
  { padding }: Attributes['conv'],
  { taps, tapSteps, area, steps }: Windows,
): Value {
  const wide = padded(
    b,
    x,
    padding.map(([low]) => low),
    padding.map(([, high]) => Math.max(0, high)),
  );
  const [count, ...rest] = b.shape(wide);
  const channels = rest[area.length];
  const parts = positionsOf(taps).map((tap) => {
    const start = tap.map((index, axis) => index * tapSteps[axis]);
    const limit = start.map((first, axis) => first + (area[axis] - 1) * steps[axis] + 1);
    return b.slice(wide, [0, ...start, 0], [count, ...limit, channels], [1, ...steps, 1]);
  });
  return b.concat(parts, area.length + 1);
}

/** Products [N, n..., k..., O] of each element with all elements of filters, moved to their positions and added. */
function spread(b: GraphBuilder, x: Value, filters: Value, attributes: Attributes['conv'], result: Shape): Value {
  const kernel = b.shape(filters).slice(2);
  const { padding, lhsDilation, rhsDilation } = attributes;
  const spatial = kernel.map((_, axis) => axis);
  const forward = b.reverse(
    filters,
    spatial.map((axis) => axis + 2),
  );
  const stored = b.transpose(forward, [...spatial.map((axis) => axis + 2), 0, 1]);
  const rank = kernel.length;
  const products = b.dot(x, stored, [], [[rank + 1, rank + 1]]);
  const [count, ...lengths] = b.shape(products);
  const made = lengths[2 * rank];
  const area = lengths.slice(0, rank);
  const parts = positionsOf(kernel).flatMap((tap) => {
    const offsets = tap.map((index, axis) => padding[axis][0] - (kernel[axis] - 1 - index) * rhsDilation[axis]);
    const place = placeOf(area, offsets, lhsDilation, result.slice(2));
    if (place === null) return [];
    const { first, end, low, high } = place;
    const part = b.slice(
      products,
      [0, ...first, ...tap, 0],
      [count, ...end, ...tap.map((index) => index + 1), made],
      [1, ...spatial.map(() => 1), ...tap.map(() => 1), 1],
    );
    const inside = b.reshape(part, [count, ...end.map((limit, axis) => limit - first[axis]), made]);
    return [
      padded(
        b,
        inside,
        low,
        high,
        lhsDilation.map((step) => step - 1),
      ),
    ];
  });
  const [first = b.constant(0, b.dtype(x), [count, ...result.slice(2), made]), ...others] = parts;
  return channelsSecond(
    b,
    others.reduce((sum, part) => b.add(sum, part), first),
  );
}

/** Which elements of images are inside of larger images of zeros, and how many zeros precede and follow them there. */
interface Place {
  readonly first: readonly number[];
  readonly end: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** Returns where element i along each axis has the index `offset + i · step`; null if all elements are outside. */
function placeOf(
  area: readonly number[],
  offsets: readonly number[],
  steps: readonly number[],
  lengths: readonly number[],
): Place | null {
  const first = offsets.map((offset, axis) => Math.max(0, Math.ceil(-offset / steps[axis])));
  const end = offsets.map((offset, axis) => Math.min(area[axis], Math.ceil((lengths[axis] - offset) / steps[axis])));
  if (end.some((limit, axis) => limit <= first[axis])) return null;
  const low = offsets.map((offset, axis) => offset + first[axis] * steps[axis]);
  const high = offsets.map((offset, axis) => lengths[axis] - 1 - offset - (end[axis] - 1) * steps[axis]);
  return { first, end, low, high };
}

/** Pads images [N, n..., C] with zeros. */
function padded(
  b: GraphBuilder,
  x: Value,
  low: readonly number[],
  high: readonly number[],
  between: readonly number[] = low.map(() => 0),
): Value {
  const zero = b.constant(0, b.dtype(x), []);
  return b.pad(x, zero, [0, ...low, 0], [0, ...high, 0], [0, ...between, 0]);
}

/** Returns the indices of all elements of an array in row-major order. */
function positionsOf(lengths: readonly number[]): readonly (readonly number[])[] {
  return lengths.reduce<readonly (readonly number[])[]>(
    (made, length) => made.flatMap((position) => Array.from({ length }, (_, index) => [...position, index])),
    [[]],
  );
}
