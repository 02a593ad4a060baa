import type { Shape } from '../../types/shape.ts';
import type { Reference, ReferenceArray } from '../reference.ts';
import { fillReference } from '../reference-array.ts';
import { readFrom, writeTo } from './element-index.ts';
import type { LayoutOps } from './layout.ts';

/** Reference implementations of the operators that move elements without computing, such as transpose. */
export const layoutReference: { readonly [K in LayoutOps]: Reference<K> } = {
  reshape: ([x], _attributes, [result]) => [{ ...result, data: x.data }],
  transpose: ([x], { permutation }, [result]) => [
    readFrom(x, result, (index) => permutation.map((_, axis) => index[permutation.indexOf(axis)])),
  ],
  expand: ([x], { axes }, [result]) => [
    readFrom(x, result, (index) => axes.map((axis, i) => (x.shape[i] === 1 ? 0 : index[axis]))),
  ],
  slice: ([x], { start, step }, [result]) => [
    readFrom(x, result, (index) => index.map((at, axis) => start[axis] + at * step[axis])),
  ],
  reverse: ([x], { axes }, [result]) => [
    readFrom(x, result, (index) => index.map((at, axis) => (axes.includes(axis) ? x.shape[axis] - 1 - at : at))),
  ],
  pad: ([x, value], { low, interior }, [result]) => {
    const padded = fillReference(result, () => value.data[0]);
    writeTo(padded, x, (index) => index.map((at, axis) => low[axis] + at * (interior[axis] + 1)));
    return [padded];
  },
  concat: (operands, { axis }, [result]) => {
    const joined = fillReference(result, () => 0);
    let before = 0;
    for (const operand of operands) {
      const offset = before;
      writeTo(joined, operand, (index) => index.map((at, i) => (i === axis ? at + offset : at)));
      before += operand.shape[axis];
    }
    return [joined];
  },
  dynamicSlice: ([x, starts], { sizes }, [result]) => {
    const first = clamped(starts, x.shape, sizes);
    return [readFrom(x, result, (index) => index.map((at, axis) => at + first[axis]))];
  },
  dynamicUpdateSlice: ([x, update, starts], _attributes, [result]) => {
    const first = clamped(starts, x.shape, update.shape);
    const updated = fillReference(result, (i) => x.data[i]);
    writeTo(updated, update, (index) => index.map((at, axis) => at + first[axis]));
    return [updated];
  },
};

/** Returns the start of a window, clamped such that the window lies within a shape. */
function clamped(starts: ReferenceArray, shape: Shape, window: Shape): number[] {
  return shape.map((length, axis) => Math.min(Math.max(starts.data[axis], 0), length - window[axis]));
}
