import { type Attributes, type Padding, sizeOf, type Value } from '@manabi/ir';
import { fixedShape } from '../../symbolic/length.ts';
import type { OpenNode } from '../../symbolic/open-graph.ts';
import { int } from '../../write/attribute.ts';
import { concat, reshape, slice, transpose } from '../../write/layout.ts';
import type { Scope } from '../../write/scope.ts';
import type { Term } from '../../write/term.ts';
import type { Writer } from '../../write/writer.ts';
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
 * one for each element of the result along the spatial axes. A Conv with such filters takes twice as long in ONNX Runtime,
 * and many times as long if each channel is a group of its own. Returns null for other convolutions.
 */
export function filterGradient(scope: Scope, node: OpenNode<'conv'>): Term | null {
  const { operands, attributes } = node;
  const [image, kernel] = operands.map((operand) => fixedShape(scope.shape(operand)));
  const result = fixedShape(scope.shape(node.results[0]));
  if (image === null || kernel === null || result === null) return null;
  if (!isSuited(attributes, image, kernel, result) || !isGradient(scope, operands[1], kernel, result)) return null;
  const { writer: w } = scope;
  // Stored filters are those of a layer, and Conv can rearrange them once.
  if (w.arrayOf(scope.term(operands[1])) !== null) return null;
  const { groups } = attributes;
  // Windows end where the slopes end, so elements that negative padding would remove are not read.
  const padding = attributes.padding.map(([low, high]): Padding => [low, Math.max(0, high)]);
  const lengths: Lengths = {
    channels: groups === 1 ? image[0] : groups,
    count: kernel[1],
    filters: kernel[0],
    taps: result.slice(2),
    slopes: kernel.slice(2),
  };
  const wide = image.map((length, axis) => (axis < 2 ? length : length + padding[axis - 2][0] + padding[axis - 2][1]));
  const x = padded(w, scope.term(operands[0]), padding, image.length, w.scalar(0, 'float32'));
  const shape = [lengths.channels, lengths.count, ...wide.slice(2)];
  const images = reshape(w, x, wide, shape);
  const slopes = scope.term(operands[1]);
  if (groups > 1) return byChannel(w, images, shape, slopes, attributes, lengths);
  return isLong(lengths)
    ? fromLongProducts(w, images, shape, slopes, attributes, lengths)
    : fromBatches(w, images, shape, slopes, attributes, lengths);
}

function isSuited(
  { groups, lhsDilation }: Attributes['conv'],
  image: readonly number[],
  kernel: readonly number[],
  result: readonly number[],
): boolean {
  const isGrouped = groups === 1 || (image[0] === 1 && kernel[0] === groups);
  return isGrouped && lhsDilation.every((step) => step === 1) && sizeOf(result.slice(2)) <= MOST_TAPS;
}

/** Whether the filters are larger than the result, or at least no weights of a layer. */
function isGradient(scope: Scope, filters: Value, kernel: readonly number[], result: readonly number[]): boolean {
  const [taps, area] = [sizeOf(result.slice(2)), sizeOf(kernel.slice(2))];
  return area > taps || (area * kernel[1] > taps && !isInput(scope, filters));
}

/** Whether a value is an input of the graph with rearranged elements. */
function isInput(scope: Scope, value: Value): boolean {
  const node = scope.maker(value);
  if (node === undefined) return true;
  return (
    (node.op === 'transpose' || node.op === 'reshape' || node.op === 'reverse') && isInput(scope, node.operands[0])
  );
}

/** Whether products over images and positions together move less memory than one product for each image. */
function isLong({ channels, filters, slopes }: Lengths): boolean {
  return channels > FEW_CHANNELS && sizeOf(slopes) * (channels + filters) < channels * filters;
}

/** Returns the part of images [C, N, n...] or [N, C, n...] that one element of the filter meets, [.., .., o...]. */
function windowAt(
  w: Writer,
  images: Term,
  shape: readonly number[],
  tap: readonly number[],
  { strides, rhsDilation }: Attributes['conv'],
  { slopes }: Lengths,
): Term {
  const start = tap.map((index, axis) => index * strides[axis]);
  const limit = start.map((first, axis) => first + (slopes[axis] - 1) * rhsDilation[axis] + 1);
  const [first, second] = shape;
  return slice(w, images, shape, [0, 0, ...start], [first, second, ...limit], [1, 1, ...rhsDilation]);
}

/** One product for each channel and all elements: [C, K, N · P] · [C, N · P, 1]. For groups of one channel. */
function byChannel(
  w: Writer,
  images: Term,
  shape: readonly number[],
  slopes: Term,
  attributes: Attributes['conv'],
  lengths: Lengths,
): Term {
  const { channels, count, taps, slopes: area } = lengths;
  const length = count * sizeOf(area);
  const rows = tapsOf(lengths).map((tap) =>
    reshape(w, windowAt(w, images, shape, tap, attributes, lengths), [channels, count, ...area], [channels, 1, length]),
  );
  const column = reshape(w, slopes, [channels, count, ...area], [channels, length, 1]);
  const products = w.compute('MatMul', [concat(w, rows, 1), column]);
  return reshape(w, products, [channels, sizeOf(taps), 1], [1, channels, ...taps]);
}

/** One product for each element: [O, N · P] · [N · P, C]. Best for many channels and few positions. */
function fromLongProducts(
  w: Writer,
  images: Term,
  shape: readonly number[],
  slopes: Term,
  attributes: Attributes['conv'],
  lengths: Lengths,
): Term {
  const { channels, count, filters, slopes: area } = lengths;
  const length = count * sizeOf(area);
  const left = reshape(w, slopes, [filters, count, ...area], [filters, length]);
  const parts = tapsOf(lengths).map((tap) => {
    const window = windowAt(w, images, shape, tap, attributes, lengths);
    const right = transpose(w, reshape(w, window, [channels, count, ...area], [channels, length]), [1, 0]);
    return reshape(w, w.compute('MatMul', [left, right]), [filters, channels], [1, filters, channels]);
  });
  return assembled(w, parts, lengths);
}

/** Products for each image, which are summed: best for many positions. */
function fromBatches(
  w: Writer,
  images: Term,
  shape: readonly number[],
  slopes: Term,
  attributes: Attributes['conv'],
  lengths: Lengths,
): Term {
  const { channels, count, filters, taps, slopes: area } = lengths;
  const swap = [1, 0, ...area.map((_, i) => i + 2)];
  const swapped = [count, channels, ...shape.slice(2)];
  const x = transpose(w, images, swap);
  const dy = reshape(w, transpose(w, slopes, swap), [count, filters, ...area], [count, filters, sizeOf(area)]);
  const windows = tapsOf(lengths).map((tap) =>
    reshape(
      w,
      windowAt(w, x, swapped, tap, attributes, lengths),
      [count, channels, ...area],
      [count, channels, sizeOf(area)],
    ),
  );
  if (channels > FEW_CHANNELS) {
    const parts = windows.map((window) => {
      const sum = summed(w, w.compute('MatMul', [dy, transpose(w, window, [0, 2, 1])]));
      return reshape(w, sum, [filters, channels], [1, filters, channels]);
    });
    return assembled(w, parts, lengths);
  }
  // For few channels, one product for all elements: [N, K · C, P] · [N, P, O].
  const sum = summed(w, w.compute('MatMul', [concat(w, windows, 1), transpose(w, dy, [0, 2, 1])]));
  const apart = reshape(w, sum, [sizeOf(taps) * channels, filters], [sizeOf(taps), channels, filters]);
  return reshape(w, transpose(w, apart, [1, 2, 0]), [channels, filters, sizeOf(taps)], [channels, filters, ...taps]);
}

/** Returns the sum over the first axis. */
function summed(w: Writer, x: Term): Term {
  return w.compute('ReduceSum', [x], { others: [w.int64([0])], attributes: { keepdims: int(0) } });
}

/** Joins the matrices [1, O, C] of all elements of the filter to [C, O, k...]. */
function assembled(w: Writer, parts: readonly Term[], { channels, filters, taps }: Lengths): Term {
  const all = transpose(w, concat(w, parts, 0), [2, 1, 0]);
  return reshape(w, all, [channels, filters, sizeOf(taps)], [channels, filters, ...taps]);
}

/** Returns the indices of all elements of a filter along the spatial axes, in row-major order. */
function tapsOf({ taps }: Lengths): readonly (readonly number[])[] {
  return taps.reduce<readonly (readonly number[])[]>(
    (made, length) => made.flatMap((tap) => Array.from({ length }, (_, index) => [...tap, index])),
    [[]],
  );
}
