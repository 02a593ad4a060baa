import { ManabiError } from '@manabi/ir';
import { isFixed } from '../symbolic/length.ts';
import type { OpenNode } from '../symbolic/open-graph.ts';
import { int } from '../write/attribute.ts';
import { transpose } from '../write/layout.ts';
import type { Scope } from '../write/scope.ts';
import type { Term } from '../write/term.ts';

/**
 * Writes `windows` with Gather: gathers the elements of all windows along each axis, and moves the axes within windows
 * to the end of the shape.
 */
export function gathered(scope: Scope, { operands: [x], attributes, results: [result] }: OpenNode<'windows'>): Term {
  const { writer: w } = scope;
  const { size, stride, dilation } = attributes;
  const rank = size.length;
  const shape = scope.shape(x);
  const lead = shape.length - rank;
  const counts = scope.shape(result).slice(lead, lead + rank);
  let term = scope.term(x);
  // The loop goes from the last axis to the first, because each new axis changes the indices of the axes after it.
  for (let i = rank - 1; i >= 0; i--) {
    const count = counts[i];
    if (!isFixed(count)) throw openWindows(scope, x);
    const indices = Array.from({ length: count * size[i] }, (_, at) => {
      const window = Math.floor(at / size[i]);
      return window * stride[i] + (at % size[i]) * dilation[i];
    });
    term = w.compute('Gather', [term], {
      others: [w.int64(indices, [count, size[i]])],
      attributes: { axis: int(lead + i) },
    });
  }
  const leading = Array.from({ length: lead }, (_, axis) => axis);
  const windows = size.map((_, i) => lead + 2 * i);
  return transpose(w, term, [...leading, ...windows, ...windows.map((axis) => axis + 1)]);
}

function openWindows(scope: Scope, x: number): ManabiError {
  return new ManabiError(
    'graph',
    'Cannot export sliding windows along an axis whose length depends on the batch size. Export for one batch size with ' +
      '{ batch: 32 }.',
    { op: 'windows', data: { operator: 'windows', shape: scope.shape(x) } },
  );
}
