import type { ScatterMode } from '@manabi/ir';
import { type Length, productOf } from '../symbolic/length.ts';
import { int, text } from '../write/attribute.ts';
import { expand, reshape, slice } from '../write/layout.ts';
import type { Term } from '../write/term.ts';
import type { Writer } from '../write/writer.ts';
import type { Rows } from './row.ts';

/** ONNX's names for how a scatter joins an update with what is there. */
const REDUCTIONS: { readonly [M in ScatterMode]: string } = {
  set: 'none',
  add: 'add',
  mul: 'mul',
  max: 'max',
  min: 'min',
};

/**
 * Writes at places that are data. ScatterND is not used where places may come twice: several threads of ONNX Runtime 1.30
 * then write one place at a time, so that sums lose terms and the last update need not win. Its ScatterElements goes
 * through the updates in order.
 */
export const scatterRows: Rows<'scatterElements' | 'scatterND'> = {
  scatterElements: {
    write: (scope, { operands: [x, indices, updates], attributes: { axis, mode } }) => {
      const { writer: w } = scope;
      return [scattered(w, scope.term(x), scope.term(indices), scope.term(updates), axis, mode)];
    },
  },
  scatterND: {
    write: (scope, { operands: [x, indices, updates], attributes: { mode } }) => {
      const { writer: w } = scope;
      const [shape, places] = [scope.shape(x), scope.shape(indices)];
      const depth = shape.length - (scope.shape(updates).length - places.length + 1);
      const [outer, inner] = [shape.slice(0, depth), shape.slice(depth)];
      const count = productOf(places.slice(0, -1));
      // Slices lie as rows, if they have more than one element.
      const row = inner.length === 0 ? [] : [productOf(inner)];
      const flat = [productOf(outer), ...row];
      const rows = linearPlaces(w, scope.term(indices), places, outer);
      const index = row.length === 0 ? rows : expand(w, reshape(w, rows, [count], [count, 1]), [count, ...row]);
      const result = scattered(
        w,
        reshape(w, scope.term(x), shape, flat),
        index,
        reshape(w, scope.term(updates), scope.shape(updates), [count, ...row]),
        0,
        mode,
      );
      return [reshape(w, result, flat, shape)];
    },
  },
};

/** The place of each index among the elements of axes that are made one, as a list of int64. */
function linearPlaces(w: Writer, indices: Term, shape: readonly Length[], axes: readonly Length[]): Term {
  const count = productOf(shape.slice(0, -1));
  const table = reshape(w, w.cast(indices, 'int64'), shape, [count, axes.length]);
  const column = (axis: number): Term => {
    const part = slice(w, table, [count, axes.length], [0, axis], [count, axis + 1], [1, 1]);
    return reshape(w, part, [count, 1], [count]);
  };
  return axes
    .map((_, axis) => column(axis))
    .reduce((joined, next, axis) => w.compute('Add', [w.compute('Mul', [joined, w.length(axes[axis])]), next]));
}

function scattered(w: Writer, x: Term, indices: Term, updates: Term, axis: number, mode: ScatterMode): Term {
  // Kernels that join bools are missing.
  const carrier = x.dtype === 'bool' ? 'uint8' : x.dtype;
  const operands = [w.cast(x, carrier), indices, w.cast(updates, carrier)];
  const attributes = { axis: int(axis), reduction: text(REDUCTIONS[mode]) };
  return w.cast(w.emitOne('ScatterElements', operands, carrier, attributes), x.dtype);
}
