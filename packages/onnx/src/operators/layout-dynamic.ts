import { isFixed, type Length } from '../symbolic/length.ts';
import type { OpenNode } from '../symbolic/open-graph.ts';
import { int } from '../write/attribute.ts';
import { reshape } from '../write/layout.ts';
import type { Scope } from '../write/scope.ts';
import type { Term } from '../write/term.ts';
import type { Writer } from '../write/writer.ts';
import type { Rows } from './row.ts';

/** Descriptions of how to write slices whose start indices are computed at run time. */
export const dynamicRows: Rows<'dynamicSlice' | 'dynamicUpdateSlice'> = {
  dynamicSlice: {
    open: ['sizes'],
    write: (scope, { operands: [x, starts], results: [result] }) => {
      const { writer: w } = scope;
      const sizes = scope.shape(result);
      if (sizes.length === 0) return [scope.term(x)];
      const from = clampedStarts(scope, starts, scope.shape(x), sizes);
      const to = w.compute('Add', [from, w.shape(sizes)]);
      return [w.compute('Slice', [scope.term(x)], { others: [from, to, w.int64(sizes.map((_, axis) => axis))] })];
    },
  },
  dynamicUpdateSlice: {
    write: (scope, node) => [updated(scope, node)],
  },
};

/** Casts the start indices of a slice to int64, and clamps them such that the slice lies within the array. */
function clampedStarts(scope: Scope, starts: number, shape: readonly Length[], window: readonly Length[]): Term {
  const { writer: w } = scope;
  const last = w.compute('Sub', [w.shape(shape), w.shape(window)]);
  const least = w.compute('Max', [w.cast(scope.term(starts), 'int64'), w.int64(shape.map(() => 0))]);
  return w.compute('Min', [least, last]);
}

/** Writes `dynamicUpdateSlice` as ScatterND, whose indices contain the position of every element to replace. */
function updated(scope: Scope, { operands: [x, update, starts] }: OpenNode<'dynamicUpdateSlice'>): Term {
  const { writer: w } = scope;
  const window = scope.shape(update);
  if (window.length === 0) return scope.term(update);
  if (window.includes(0)) return scope.term(x);
  const from = clampedStarts(scope, starts, scope.shape(x), window);
  const grid = gridOf(w, window);
  return w.compute('ScatterND', [scope.term(x)], {
    others: [w.compute('Add', [grid, from]), scope.term(update)],
  });
}

/** Returns the indices of all elements of an array of shape `window`, as a value of shape `[window..., rank]`. */
function gridOf(w: Writer, window: readonly Length[]): Term {
  const rank = window.length;
  const axes = window.map((length, axis) => {
    const run = rangeOf(w, length);
    const alone = reshape(w, run, [length], [...window.map((_, i): Length => (i === axis ? length : 1)), 1]);
    return w.compute('Expand', [alone], { others: [w.shape([...window, 1])] });
  });
  return axes.length === 1 ? axes[0] : w.emitOne('Concat', axes, 'int64', { axis: int(rank) });
}

/** Returns the int64 list 0, 1, …, length - 1. */
export function rangeOf(w: Writer, length: Length): Term {
  if (isFixed(length)) return w.int64(Array.from({ length }, (_, i) => i));
  const count = reshape(w, w.length(length), [1], []);
  return w.compute('Range', [w.int64([0], []), count, w.int64([1], [])]);
}
