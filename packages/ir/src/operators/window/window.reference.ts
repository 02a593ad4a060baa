import type { Attributes, WindowAttributes } from '../../graph/graph.ts';
import { isFloat } from '../../types/dtype.ts';
import { type Shape, sizeOf } from '../../types/shape.ts';
import { indexAt, positionOf, readFrom } from '../layout/element-index.ts';
import type { Reference, ReferenceArray } from '../reference.ts';
import { fillReference } from '../reference-array.ts';
import type { WindowOps } from './window.ts';

/** Reference implementations of the operators that move a window over the last axes. */
export const windowReference: { readonly [K in WindowOps]: Reference<K> } = {
  windows: ([x], { size, stride, dilation }, [result]) => {
    const rank = size.length;
    const lead = x.shape.length - rank;
    return [
      readFrom(x, result, (at) => [
        ...at.slice(0, lead),
        ...size.map((_, i) => at[lead + i] * stride[i] + at[lead + rank + i] * dilation[i]),
      ]),
    ];
  },
  conv: ([x, w], attributes, [result]) => {
    const multiply = isFloat(x.dtype) ? (a: number, b: number) => a * b : Math.imul;
    const [filters, perGroup, ...kernel] = w.shape;
    const filtersPerGroup = filters / attributes.groups;
    const cells = Array.from({ length: sizeOf(kernel) }, (_, k) => indexAt(k, kernel));
    return [
      fillReference(result, (i) => {
        const [image, filter, ...spatial] = indexAt(i, result.shape);
        const firstChannel = Math.floor(filter / filtersPerGroup) * perGroup;
        let sum = 0;
        for (const cell of cells) {
          const at = indexInImage(spatial, cell, x.shape.slice(2), attributes);
          for (let c = 0; c < perGroup; c++) {
            // Padding is multiplied like zeros, so its product with an infinite weight is NaN.
            const element = at === null ? 0 : x.data[positionOf([image, firstChannel + c, ...at], x.shape)];
            sum += multiply(element, w.data[positionOf([filter, c, ...cell], w.shape)]);
          }
        }
        return sum;
      }),
    ];
  },
  windowSum: ([x], attributes, [result]) => [
    fillReference(result, (i) =>
      underWindow(x, indexAt(i, result.shape), attributes).reduce((sum, { element }) => sum + element, 0),
    ),
  ],
  maxPool: ([x], attributes, [values, indices]) => {
    const largest = (i: number): Cell =>
      underWindow(x, indexAt(i, values.shape), attributes).reduce((best, cell) => (beats(cell, best) ? cell : best));
    return [fillReference(values, (i) => largest(i).element), fillReference(indices, (i) => largest(i).index)];
  },
  maxUnpool: ([values, indices], { inputShape }, [result]) => {
    const sums = fillReference(result, () => 0);
    const rank = inputShape.length;
    values.data.forEach((value, i) => {
      const lead = indexAt(i, values.shape).slice(0, values.shape.length - rank);
      sums.data[positionOf([...lead, ...indexAt(indices.data[i], inputShape)], result.shape)] += value;
    });
    return [sums];
  },
};

/**
 * Returns the index of the image element that an element of the filter is multiplied by; null for padding and for zeros
 * that `lhsDilation` inserts.
 */
function indexInImage(
  spatial: readonly number[],
  cell: readonly number[],
  lengths: Shape,
  { strides, padding, lhsDilation, rhsDilation }: Attributes['conv'],
): readonly number[] | null {
  const at = spatial.map((o, i) => (o * strides[i] + cell[i] * rhsDilation[i] - padding[i][0]) / lhsDilation[i]);
  return at.every((value, i) => Number.isInteger(value) && value >= 0 && value < lengths[i]) ? at : null;
}

/** An element that a window covers, and its row-major position within the windowed axes. */
interface Cell {
  readonly element: number;
  readonly index: number;
}

/** Returns the elements, without padding, that the window of the result's element at an index covers. */
function underWindow(
  x: ReferenceArray,
  at: readonly number[],
  { window, strides, padding, dilation }: WindowAttributes,
): readonly Cell[] {
  const lead = at.slice(0, at.length - window.length);
  const lengths = x.shape.slice(lead.length);
  const cells: Cell[] = [];
  for (let k = 0; k < sizeOf(window); k++) {
    const cell = indexAt(k, window);
    const inside = cell.map((c, i) => at[lead.length + i] * strides[i] + c * dilation[i] - padding[i][0]);
    if (!inside.every((value, i) => value >= 0 && value < lengths[i])) continue;
    cells.push({ element: x.data[positionOf([...lead, ...inside], x.shape)], index: positionOf(inside, lengths) });
  }
  return cells;
}

/** Returns true if a later element should replace the maximum so far, because it is larger or the first NaN. */
function beats({ element }: Cell, best: Cell): boolean {
  return element > best.element || (Number.isNaN(element) && !Number.isNaN(best.element));
}
