import type { Vjp, VjpRule } from '../vjp.ts';
import { inversePermutation } from './axes.ts';
import type { LayoutOps } from './layout.ts';

const reshape: VjpRule<'reshape'> = (b, { operands: [x] }, [g]) => [g === null ? null : b.reshape(g, b.shape(x))];

const transpose: VjpRule<'transpose'> = (b, { attributes: { permutation } }, [g]) => [
  g === null ? null : b.transpose(g, inversePermutation(permutation)),
];

/** The cotangent of an element is the sum of the cotangents of its copies. */
const expand: VjpRule<'expand'> = (b, { operands: [x], attributes: { shape, axes } }, [g]) => {
  if (g === null) return [null];
  const kept = axes.filter((axis, i) => b.shape(x)[i] === shape[axis]);
  const repeated = shape.map((_, axis) => axis).filter((axis) => !kept.includes(axis));
  return [b.reshape(b.reduceSum(g, repeated), b.shape(x))];
};

/** Pads the cotangent with zeros for the elements that the slice omitted. */
const slice: VjpRule<'slice'> = (b, { operands: [x], attributes: { start, step } }, [g]) => {
  if (g === null) return [null];
  const high = b.shape(x).map((length, axis) => length - start[axis] - extent(b.shape(g)[axis], step[axis]));
  const interior = step.map((every) => every - 1);
  return [b.pad(g, b.constant(0, b.dtype(g)), start, high, interior)];
};

const reverse: VjpRule<'reverse'> = (b, { attributes: { axes } }, [g]) => [g === null ? null : b.reverse(g, axes)];

/**
 * The cotangent of the operand is a slice of the result's cotangent. The cotangent of the fill value is the sum over
 * all padding, which a mask selects: subtracting the slice from the whole sum would lose precision.
 */
const pad: VjpRule<'pad'> = (b, { operands: [x], attributes: { low, high, interior } }, [g]) => {
  if (g === null) return [null, null];
  const shape = b.shape(x);
  const step = interior.map((between) => between + 1);
  const limit = shape.map((length, axis) => low[axis] + extent(length, step[axis]));
  const around = b.pad(b.constant(0, 'bool', shape), b.constant(1, 'bool'), low, high, interior);
  const outside = b.select(around, g, b.full(g, 0));
  const all = b.shape(g).map((_, axis) => axis);
  return [b.slice(g, low, limit, step), b.reduceSum(outside, all)];
};

const concat: VjpRule<'concat'> = (b, { operands, attributes: { axis } }, [g]) => {
  let before = 0;
  return operands.map((operand) => {
    const shape = b.shape(operand);
    const start = shape.map((_, i) => (i === axis ? before : 0));
    before += shape[axis];
    if (g === null) return null;
    return b.slice(
      g,
      start,
      shape.map((length, i) => start[i] + length),
      shape.map(() => 1),
    );
  });
};

const dynamicSlice: VjpRule<'dynamicSlice'> = (b, { operands: [x, starts] }, [g]) => [
  g === null ? null : b.dynamicUpdateSlice(b.full(x, 0), g, starts),
  null,
];

const dynamicUpdateSlice: VjpRule<'dynamicUpdateSlice'> = (b, { operands: [, update, starts] }, [g]) =>
  g === null
    ? [null, null, null]
    : [b.dynamicUpdateSlice(g, b.full(update, 0), starts), b.dynamicSlice(g, starts, b.shape(update)), null];

/** Returns the length that `count` elements cover if they are `step` apart: (count - 1) · step + 1. */
function extent(count: number, step: number): number {
  return count === 0 ? 0 : (count - 1) * step + 1;
}

/**
 * Gradient rules of the operators that move elements: the cotangents are moved back, and those of several copies are
 * summed.
 */
export const layoutVjp: { readonly [K in LayoutOps]: Vjp<K> } = {
  reshape,
  transpose,
  expand,
  slice,
  reverse,
  pad,
  concat,
  dynamicSlice,
  dynamicUpdateSlice,
};
