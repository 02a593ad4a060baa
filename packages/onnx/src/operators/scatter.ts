import type { ScatterMode } from '@manabi/ir';
import { type Length, productOf } from '../symbolic/length.ts';
import { int, text } from '../write/attribute.ts';
import type { NodeAttributes } from '../write/draft.ts';
import { reshape, slice as sliceOf } from '../write/layout.ts';
import type { Term } from '../write/term.ts';
import type { Writer } from '../write/writer.ts';
import { countedSum } from './gradients/counted-sums.ts';
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
 * and a later update may be overwritten by an earlier one. ScatterElements applies the updates in order. A file that only one
 * thread runs has ScatterND where slices of several elements are updated, because it is ten times as fast.
 */
export const scatterRows: Rows<'scatterElements' | 'scatterND'> = {
  scatterElements: {
    write: (scope, { operands: [x, indices, updates], attributes: { axis, mode } }) => {
      const { writer: w } = scope;
      return [scattered(w, scope.term(x), indexTerm(scope, indices), scope.term(updates), axis, mode)];
    },
  },
  scatterND: {
    write: (scope, node) => {
      const { writer: w } = scope;
      const [x, indices, updates] = node.operands;
      const { mode } = node.attributes;
      const [shape, indexShape] = [scope.shape(x), scope.shape(indices)];
      const depth = shape.length - (scope.shape(updates).length - indexShape.length + 1);
      const [outer, inner] = [shape.slice(0, depth), shape.slice(depth)];
      if (w.file.isSequential && inner.length > 0) {
        return [scatteredSlices(w, scope.term(x), indexTerm(scope, indices), scope.term(updates), mode)];
      }
      const counted = countedSum(scope, node);
      if (counted !== null) return [counted];
      const count = productOf(indexShape.slice(0, -1));
      // If each update is a slice of several elements, each of its elements gets an index of its own, because ONNX Runtime is
      // faster with lists than with matrices.
      const slice = productOf(inner);
      const rows = linearIndices(w, indexTerm(scope, indices), indexShape, outer);
      const [flat, list] = [productOf(shape), productOf([count, slice])];
      const index = inner.length === 0 ? rows : elementIndices(w, rows, count, slice);
      const result = scattered(
        w,
        reshape(w, scope.term(x), shape, [flat]),
        index,
        reshape(w, scope.term(updates), scope.shape(updates), [list]),
        0,
        mode,
      );
      return [reshape(w, result, [flat], shape)];
    },
  },
};

/** Returns the indices of all elements of slices, given the indices of the slices. */
function elementIndices(w: Writer, slices: Term, count: Length, length: Length): Term {
  const starts = w.compute('Mul', [slices, w.length(length)]);
  const table = w.compute('Add', [reshape(w, starts, [count], [count, 1]), rangeOf(w, length)]);
  return reshape(w, table, [count, length], [productOf([count, length])]);
}

/** Converts multi-dimensional indices into an array of the given shape to row-major indices, as a list of int64. */
function linearIndices(w: Writer, indices: Term, shape: readonly Length[], axes: readonly Length[]): Term {
  const count = productOf(shape.slice(0, -1));
  const table = reshape(w, w.cast(indices, 'int64'), shape, [count, axes.length]);
  const column = (axis: number): Term => {
    const part = sliceOf(w, table, [count, axes.length], [0, axis], [count, axis + 1], [1, 1]);
    const list = reshape(w, part, [count, 1], [count]);
    // The sum below may be in range although an index of one axis is not. This gather returns the indices themselves and
    // fails if one is out of range.
    const isChecked = w.file.isForBackend && axes.length > 1;
    return isChecked ? w.compute('Gather', [rangeOf(w, axes[axis])], { others: [list] }) : list;
  };
  return axes
    .map((_, axis) => column(axis))
    .reduce((joined, next, axis) => w.compute('Add', [w.compute('Mul', [joined, w.length(axes[axis])]), next]));
}

export function scattered(w: Writer, x: Term, indices: Term, updates: Term, axis: number, mode: ScatterMode): Term {
  const operands = [x, indices, updates] as const;
  return carried(w, 'ScatterElements', operands, { axis: int(axis), reduction: text(REDUCTIONS[mode]) });
}

function scatteredSlices(w: Writer, x: Term, indices: Term, updates: Term, mode: ScatterMode): Term {
  const operands = [x, w.cast(indices, 'int64'), updates] as const;
  return carried(w, 'ScatterND', operands, { reduction: text(REDUCTIONS[mode]) });
}

/** Adds a node that scatters updates into x, in a dtype for which ONNX Runtime has kernels with reductions. */
function carried(
  w: Writer,
  opType: 'ScatterElements' | 'ScatterND',
  [x, indices, updates]: readonly [x: Term, indices: Term, updates: Term],
  attributes: NodeAttributes,
): Term {
  const carrier = x.dtype === 'bool' ? 'uint8' : x.dtype === 'float16' ? 'float32' : x.dtype;
  const operands = [w.cast(x, carrier), indices, w.cast(updates, carrier)];
  return w.cast(w.emitOne(opType, operands, carrier, attributes), x.dtype);
}
