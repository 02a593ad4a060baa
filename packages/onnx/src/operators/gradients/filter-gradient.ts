import type { Attributes, Padding } from '@manabi/ir';
import { fixedShape } from '../../symbolic/length.ts';
import type { OpenNode } from '../../symbolic/open-graph.ts';
import { int } from '../../write/attribute.ts';
import { concat, reshape, slice, transpose } from '../../write/layout.ts';
import type { Scope } from '../../write/scope.ts';
import type { Term } from '../../write/term.ts';
import { padded } from '../pad.ts';

/** Largest number of elements of a filter that is computed element by element. */
const MOST_TAPS = 64;
/** Largest number of image channels for which all windows are copied into one matrix. */
const FEW_CHANNELS = 4;

/** Lengths of the gradient of a filter: `images` [C, N, n...] and `slopes` [O, N, o...] give [C, O, k...]. */
interface Lengths {
  readonly channels: number;
  readonly count: number;
  readonly filters: number;
  /** Lengths of the spatial axes of the filter. */
  readonly taps: readonly number[];
  /** Lengths of the spatial axes of the slopes. */
  readonly slopes: readonly number[];
}

/**
 * Writes a convolution whose filters are larger than its result, such as the gradient of filters, as products of matrices:
 * one for each element of the result along the spatial axes. A Conv with such filters takes twice as long in ONNX Runtime.
 * Returns null for other convolutions.
 */
export function filterGradient(scope: Scope, node: OpenNode<'conv'>): Term | null {
  const { operands, attributes } = node;
  const shapes = operands.map((operand) => fixedShape(scope.shape(operand)));
  const result = fixedShape(scope.shape(node.results[0]));
  const [image, kernel] = shapes;
  if (image === null || kernel === null || result === null || !isSuited(attributes, kernel, result)) return null;
  const lengths: Lengths = {
    channels: image[0],
    count: image[1],
    filters: kernel[0],
    taps: result.slice(2),
    slopes: kernel.slice(2),
  };
  const { writer: w } = scope;
  // Stored filters are those of a layer, and Conv can rearrange them once.
  if (w.arrayOf(scope.term(operands[1])) !== null) return null;
  const swap = [1, 0, ...image.slice(2).map((_, i) => i + 2)];
  const padding = attributes.padding.map(([low, high]): Padding => [low, high]);
  const x = padded(w, scope.term(operands[0]), padding, image.length, w.scalar(0, 'float32'));
  const wide = image.map((length, axis) => (axis < 2 ? length : length + padding[axis - 2][0] + padding[axis - 2][1]));
  const images = transpose(w, x, swap);
  const area = product(lengths.slopes);
  const slopes = reshape(w, transpose(w, scope.term(operands[1]), swap), swapped(kernel), [
    lengths.count,
    lengths.filters,
    area,
  ]);
  const windows = tapsOf(lengths).map((tap) => windowAt(scope, images, swapped(wide), tap, attributes, lengths));
  return lengths.channels <= FEW_CHANNELS
    ? fromOneProduct(scope, windows, slopes, lengths)
    : fromProducts(scope, windows, slopes, lengths);
}

function isSuited(
  { groups, lhsDilation }: Attributes['conv'],
  kernel: readonly number[],
  result: readonly number[],
): boolean {
  const [taps, area] = [product(result.slice(2)), product(kernel.slice(2))];
  return groups === 1 && lhsDilation.every((step) => step === 1) && taps <= MOST_TAPS && area > taps;
}

/** Returns the part of the images [N, C, n...] that one element of the filter meets, as [N, C, P]. */
function windowAt(
  { writer: w }: Scope,
  images: Term,
  shape: readonly number[],
  tap: readonly number[],
  { strides, rhsDilation }: Attributes['conv'],
  { count, channels, slopes }: Lengths,
): Term {
  const start = tap.map((index, axis) => index * strides[axis]);
  const limit = start.map((first, axis) => first + (slopes[axis] - 1) * rhsDilation[axis] + 1);
  const part = slice(w, images, shape, [0, 0, ...start], [count, channels, ...limit], [1, 1, ...rhsDilation]);
  return reshape(w, part, [count, channels, ...slopes], [count, channels, product(slopes)]);
}

/** One product for each element: [N, O, P] · [N, P, C], summed over N. Best for many channels. */
function fromProducts({ writer: w }: Scope, windows: readonly Term[], slopes: Term, lengths: Lengths): Term {
  const { filters, channels, taps } = lengths;
  const parts = windows.map((window) => {
    const products = w.compute('MatMul', [slopes, transpose(w, window, [0, 2, 1])]);
    const sum = w.compute('ReduceSum', [products], { others: [w.int64([0])], attributes: { keepdims: int(0) } });
    return reshape(w, sum, [filters, channels], [1, filters, channels]);
  });
  const joined = concat(w, parts, 0);
  const all = transpose(w, joined, [2, 1, 0]);
  return reshape(w, all, [channels, filters, product(taps)], [channels, filters, ...taps]);
}

/** One product for all elements: [N, C · K, P] · [N, P, O], summed over N. Best for few channels. */
function fromOneProduct({ writer: w }: Scope, windows: readonly Term[], slopes: Term, lengths: Lengths): Term {
  const { filters, channels, taps } = lengths;
  const columns = concat(w, windows, 1);
  const products = w.compute('MatMul', [columns, transpose(w, slopes, [0, 2, 1])]);
  const sum = w.compute('ReduceSum', [products], { others: [w.int64([0])], attributes: { keepdims: int(0) } });
  const apart = reshape(w, sum, [product(taps) * channels, filters], [product(taps), channels, filters]);
  const all = transpose(w, apart, [1, 2, 0]);
  return reshape(w, all, [channels, filters, product(taps)], [channels, filters, ...taps]);
}

/** Returns the indices of all elements of a filter along the spatial axes, in row-major order. */
function tapsOf({ taps }: Lengths): readonly (readonly number[])[] {
  return taps.reduce<readonly (readonly number[])[]>(
    (made, length) => made.flatMap((tap) => Array.from({ length }, (_, index) => [...tap, index])),
    [[]],
  );
}

function swapped([first, second, ...others]: readonly number[]): readonly number[] {
  return [second, first, ...others];
}

function product(lengths: readonly number[]): number {
  return lengths.reduce((all, length) => all * length, 1);
}
