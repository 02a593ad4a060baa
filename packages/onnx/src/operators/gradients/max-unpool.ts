import { type Attributes, dtypes, hostArray, rowMajorStrides, sizeOf } from '@manabi/ir';
import { fixedShape } from '../../symbolic/length.ts';
import type { OpenNode } from '../../symbolic/open-graph.ts';
import { ints, text } from '../../write/attribute.ts';
import { reshape, slice } from '../../write/layout.ts';
import type { Scope } from '../../write/scope.ts';
import type { Term } from '../../write/term.ts';
import type { Writer } from '../../write/writer.ts';
import { hasWindowKernel } from '../windows-conv.ts';

/** Largest integer up to which all integers are numbers of float32. */
const MOST_EXACT = 2 ** 24;

/**
 * Writes `maxUnpool` for the indices of a `maxPool` whose windows lie side by side, from comparisons of the pooled array with
 * its maxima. ONNX Runtime computes the indices themselves 15 times more slowly than the maxima. Returns null for other
 * windows.
 */
export function unpooledByComparison(scope: Scope, node: OpenNode<'maxUnpool'>): Term | null {
  const [values, indices] = node.operands;
  const pool = scope.maker(indices);
  const { window } = node.attributes;
  if (pool?.op !== 'maxPool' || scope.type(values).dtype !== 'float32') return null;
  if (!hasWindowKernel(window.length) || !liesSideBySide(node.attributes)) return null;
  const [image, pooled] = [fixedShape(scope.shape(pool.operands[0])), fixedShape(scope.shape(values))];
  if (image === null || pooled === null || image.includes(0) || pooled.includes(0)) return null;
  const { writer: w } = scope;
  const lengths = imagesOf(image, window.length);
  const pools: Pools = {
    window,
    lengths,
    pooled: imagesOf(pooled, window.length),
    images: reshape(w, scope.term(pool.operands[0]), image, lengths),
    maxima: reshape(w, scope.term(pool.results[0]), pooled, imagesOf(pooled, window.length)),
    values: reshape(w, scope.term(values), pooled, imagesOf(pooled, window.length)),
  };
  const isSmall = window.every((size) => size <= 2) && sizeOf(image) <= MOST_EXACT;
  return reshape(w, isSmall ? fromIndices(w, pools) : fromRanks(w, pools), lengths, image);
}

/** Operands of `maxUnpool` and of the pooling before, as images [N, C, n...]. */
interface Pools {
  readonly window: readonly number[];
  /** Shape of the images. */
  readonly lengths: readonly number[];
  /** Shape of the pooled images. */
  readonly pooled: readonly number[];
  readonly images: Term;
  readonly maxima: Term;
  /** Values for the positions of the maxima. */
  readonly values: Term;
}

/** Returns the part of the images that windows cover. */
function covered(w: Writer, { images, lengths, pooled, window }: Pools): Term {
  const none = lengths.map(() => 0);
  const ones = lengths.map(() => 1);
  return slice(w, images, lengths, none, coveredLengths(pooled, window), ones);
}

function coveredLengths(pooled: readonly number[], window: readonly number[]): readonly number[] {
  return pooled.map((length, axis) => (axis < 2 ? length : length * window[axis - 2]));
}

/**
 * For windows of at most two elements per axis: finds the positions of the maxima from maxima of parts of each window, which
 * are arrays of the size of the result of the pooling. Indices are computed in float32, which is faster than int64.
 */
function fromIndices(w: Writer, pools: Pools): Term {
  const { window, lengths, pooled, maxima, values } = pools;
  const x = covered(w, pools);
  // Whether the part of each window that starts at its first element and has the given lengths contains the maximum.
  const contains = (part: readonly number[]): Term => {
    const attributes = { kernel_shape: ints(part), strides: ints(window) };
    return w.compute('Equal', [w.compute('MaxPool', [x], { attributes }), maxima], { results: ['bool'] });
  };
  const spatial = lengths.slice(2);
  const steps = rowMajorStrides(spatial);
  const long = window.flatMap((size, axis) => (size > 1 ? [axis] : []));
  // The index of the last element of each window, minus the step of each axis along which the maximum is the first element.
  const last = sumOf(long.map((axis) => steps[axis]));
  let index = starts(w, pooled.slice(2), window, steps, last);
  for (const [axis, isFirst] of firsts(w, long, window, contains)) {
    const mark = w.cast(isFirst, 'float32');
    const step = steps[axis] === 1 ? mark : w.compute('Mul', [mark, w.scalar(steps[axis], 'float32')]);
    index = w.compute('Sub', [index, step]);
  }
  const [count, channels] = lengths;
  const planes = Float32Array.from({ length: count * channels }, (_, plane) => plane * sizeOf(spatial));
  const offset = w.constant(hostArray('float32', [count, channels, ...spatial.map(() => 1)], planes));
  // With windows of one element, the indices so far are those of one image.
  const places = w.compute('Add', [index, offset]);
  const attributes = { kernel_shape: ints(window), strides: ints(window) };
  return w.emitOne('MaxUnpool', [values, w.cast(places, 'int64'), w.int64(lengths)], 'float32', attributes);
}

/**
 * Returns, for each axis along which windows have two elements, whether the maximum is the first of them. Of equal elements,
 * the first one in row-major order counts.
 */
function firsts(
  w: Writer,
  axes: readonly number[],
  window: readonly number[],
  contains: (part: readonly number[]) => Term,
): readonly (readonly [axis: number, isFirst: Term])[] {
  const one = window.map(() => 1);
  if (axes.length === 0) return [];
  if (axes.length === 1) return [[axes[0], contains(one)]];
  const [row, column] = axes;
  const inFirst = contains(one);
  const inFirstRow = contains(window.with(row, 1));
  const inFirstColumn = contains(window.with(column, 1));
  // If the maximum is in the first row, an equal element in the second one does not count.
  const isBelow = w.compute('And', [inFirstColumn, w.compute('Not', [inFirstRow])]);
  return [
    [row, inFirstRow],
    [column, w.compute('Or', [inFirst, isBelow])],
  ];
}

/** Returns the row-major indices of the first elements of all windows in an image, plus a number. */
function starts(
  w: Writer,
  pooled: readonly number[],
  window: readonly number[],
  steps: readonly number[],
  added: number,
): Term {
  const data = new Float32Array(sizeOf(pooled));
  for (let i = 0; i < data.length; i++) {
    let [rest, index] = [i, added];
    for (let axis = pooled.length - 1; axis >= 0; axis--) {
      index += (rest % pooled[axis]) * window[axis] * steps[axis];
      rest = Math.floor(rest / pooled[axis]);
    }
    data[i] = index;
  }
  return w.constant(hostArray('float32', pooled, data));
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** For larger windows: ranks the elements that equal the maximum of their window. */
function fromRanks(w: Writer, pools: Pools): Term {
  const { window, lengths, pooled, maxima, values } = pools;
  const x = covered(w, pools);
  const area = coveredLengths(pooled, window);
  // If several elements of a window equal its maximum, the first one has the largest rank.
  const ranks = w.compute('Mul', [marks(w, x, repeated(w, maxima, window)), ranksOf(w, area.slice(2), window)]);
  const best = w.compute('MaxPool', [ranks], { attributes: { kernel_shape: ints(window), strides: ints(window) } });
  const chosen = marks(w, ranks, repeated(w, best, window));
  const found = w.compute('Mul', [chosen, repeated(w, values, window)]);
  return filledUp(w, found, area, lengths);
}

/** Returns whether windows neither overlap nor leave gaps, and have two axes at most. */
function liesSideBySide({ window, strides, padding, dilation }: Attributes['maxUnpool']): boolean {
  return (
    window.length <= 2 &&
    window.every((size, axis) => size === strides[axis] && (size === 1 || dilation[axis] === 1)) &&
    padding.every(([low, high]) => low === 0 && high === 0)
  );
}

/** Returns a shape as [N, C, n...]. */
function imagesOf(shape: readonly number[], rank: number): readonly number[] {
  const lead = shape.slice(0, shape.length - rank);
  const [channels = 1] = lead.slice(-1);
  return [sizeOf(lead.slice(0, -1)), channels, ...shape.slice(lead.length)];
}

/** Repeats each element of [N, C, n...] as often as the window has elements, side by side. */
function repeated(w: Writer, x: Term, window: readonly number[]): Term {
  const scales = w.constant(hostArray('float32', [window.length + 2], Float32Array.of(1, 1, ...window)));
  return w.emitOne('Resize', [x, null, scales], 'float32', {
    mode: text('nearest'),
    coordinate_transformation_mode: text('asymmetric'),
    nearest_mode: text('floor'),
  });
}

/** Returns 1 where two arrays are equal, 0 elsewhere. */
function marks(w: Writer, x: Term, y: Term): Term {
  return w.cast(w.compute('Equal', [x, y], { results: ['bool'] }), 'float32');
}

/** Returns ranks that decrease within each window in row-major order: 4 3 / 2 1 for a window of 2x2. */
function ranksOf(w: Writer, lengths: readonly number[], window: readonly number[]): Term {
  const size = sizeOf(window);
  const data = dtypes.float32.create(sizeOf(lengths));
  for (let i = 0; i < data.length; i++) {
    let [rest, place, factor] = [i, 0, 1];
    for (let axis = lengths.length - 1; axis >= 0; axis--) {
      place += ((rest % lengths[axis]) % window[axis]) * factor;
      rest = Math.floor(rest / lengths[axis]);
      factor *= window[axis];
    }
    data[i] = size - place;
  }
  return w.constant(hostArray('float32', lengths, data));
}

/** Adds zeros after the end of each axis that the windows did not cover. */
function filledUp(w: Writer, x: Term, from: readonly number[], to: readonly number[]): Term {
  const after = to.map((length, axis) => length - from[axis]);
  if (after.every((count) => count === 0)) return x;
  return w.compute('Pad', [x], { others: [w.int64([...to.map(() => 0), ...after]), w.scalar(0, 'float32')] });
}
