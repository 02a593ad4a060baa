import type { ScatterMode } from '@manabi/ir';
import { type Length, productOf } from '../symbolic/length.ts';
import { int, text } from '../write/attribute.ts';
import { expand, reshape, slice } from '../write/layout.ts';
import type { Term } from '../write/term.ts';
import type { Writer } from '../write/writer.ts';
import { indexTerm } from './index-term.ts';
import { rangeOf } from './layout-dynamic.ts';
import type { Rows } from './row.ts';

/** Value of the attribute `reduction` of ONNX's scatter operators for each mode. */
const REDUCTIONS: { readonly [M in ScatterMode]: string } = {
  set: 'none',
  add: 'add',
  mul: 'mul',
  max: 'max',
  min: 'min',
};

/**
 * Descriptions of how to write scatter operators: as ScatterElements, because indices may repeat. For repeated indices,
 * ONNX Runtime 1.30 computes wrong results for ScatterND: several threads write the same element, so sums lose terms,
 * and a later update may be overwritten by an earlier one. ScatterElements applies the updates in order.
 */
export const scatterRows: Rows<'scatterElements' | 'scatterND'> = {
  scatterElements: {
    write: (scope, { operands: [x, indices, updates], attributes: { axis, mode } }) => {
      const { writer: w } = scope;
      return [scattered(w, scope.term(x), indexTerm(scope, indices), scope.term(updates), axis, mode)];
    },
  },
  scatterND: {
    write: (scope, { operands: [x, indices, updates], attributes: { mode } }) => {
      const { writer: w } = scope;
      const [shape, indexShape] = [scope.shape(x), scope.shape(indices)];
      const depth = shape.length - (scope.shape(updates).length - indexShape.length + 1);
      const [outer, inner] = [shape.slice(0, depth), shape.slice(depth)];
      const count = productOf(indexShape.slice(0, -1));
      // If each update is a slice of several elements, the array is reshaped to a matrix with one slice per row.
      const row = inner.length === 0 ? [] : [productOf(inner)];
      const flat = [productOf(outer), ...row];
      const rows = linearIndices(w, indexTerm(scope, indices), indexShape, outer);
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

/** Converts multi-dimensional indices into an array of the given shape to row-major indices, as a list of int64. */
function linearIndices(w: Writer, indices: Term, shape: readonly Length[], axes: readonly Length[]): Term {
  const count = productOf(shape.slice(0, -1));
  const table = reshape(w, w.cast(indices, 'int64'), shape, [count, axes.length]);
  const column = (axis: number): Term => {
    const part = slice(w, table, [count, axes.length], [0, axis], [count, axis + 1], [1, 1]);
    const list = reshape(w, part, [count, 1], [count]);
    // The sum below may be in range although an index of one axis is not. This gather returns the indices themselves and
    // fails if one is out of range.
    const isChecked = w.file.isExact && axes.length > 1;
    return isChecked ? w.compute('Gather', [rangeOf(w, axes[axis])], { others: [list] }) : list;
  };
  return axes
    .map((_, axis) => column(axis))
    .reduce((joined, next, axis) => w.compute('Add', [w.compute('Mul', [joined, w.length(axes[axis])]), next]));
}

function scattered(w: Writer, x: Term, indices: Term, updates: Term, axis: number, mode: ScatterMode): Term {
  // ONNX Runtime has no kernels for reductions of bools and float16.
  const carrier = x.dtype === 'bool' ? 'uint8' : x.dtype === 'float16' ? 'float32' : x.dtype;
  const operands = [w.cast(x, carrier), indices, w.cast(updates, carrier)];
  const attributes = { axis: int(axis), reduction: text(REDUCTIONS[mode]) };
  return w.cast(w.emitOne('ScatterElements', operands, carrier, attributes), x.dtype);
}
