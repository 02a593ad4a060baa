import { type Attributes, dtypes, hostArray, sizeOf } from '@manabi/ir';
import { fixedShape } from '../../symbolic/length.ts';
import type { OpenNode } from '../../symbolic/open-graph.ts';
import { ints, text } from '../../write/attribute.ts';
import { reshape, slice } from '../../write/layout.ts';
import type { Scope } from '../../write/scope.ts';
import type { Term } from '../../write/term.ts';
import type { Writer } from '../../write/writer.ts';

/**
 * Writes `maxUnpool` for the indices of a `maxPool` whose windows lie side by side, as a comparison of the pooled array
 * with its maxima. ONNX Runtime computes the indices themselves 15 times more slowly than the maxima. Returns null for
 * other windows.
 */
export function unpooledByComparison(scope: Scope, node: OpenNode<'maxUnpool'>): Term | null {
  const [values, indices] = node.operands;
  const pool = scope.maker(indices);
  if (pool?.op !== 'maxPool' || scope.type(values).dtype !== 'float32' || !liesSideBySide(node.attributes)) return null;
  const [image, pooled] = [fixedShape(scope.shape(pool.operands[0])), fixedShape(scope.shape(values))];
  if (image === null || pooled === null || image.includes(0) || pooled.includes(0)) return null;
  const { writer: w } = scope;
  const { window } = node.attributes;
  const cut = imagesOf(image, window.length);
  const covered = [
    ...cut.slice(0, 2),
    ...window.map((size, axis) => size * pooled[image.length - window.length + axis]),
  ];
  const spread = (maxima: Term): Term =>
    repeated(w, reshape(w, maxima, pooled, imagesOf(pooled, window.length)), window);
  const whole = reshape(w, scope.term(pool.operands[0]), image, cut);
  const x = slice(
    w,
    whole,
    cut,
    cut.map(() => 0),
    covered,
    cut.map(() => 1),
  );
  // If several elements of a window equal its maximum, the first one has the largest rank.
  const ranks = w.compute('Mul', [
    marks(w, x, spread(scope.term(pool.results[0]))),
    ranksOf(w, covered.slice(2), window),
  ]);
  const best = w.compute('MaxPool', [ranks], { attributes: { kernel_shape: ints(window), strides: ints(window) } });
  const chosen = marks(w, ranks, repeated(w, best, window));
  const found = w.compute('Mul', [chosen, spread(scope.term(values))]);
  return reshape(w, filledUp(w, found, covered, cut), cut, image);
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
