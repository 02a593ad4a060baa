import { equalShapes, type Shape, sizeOf } from '../shape.ts';
import { equalLists, isAscending, isCounting, madeBy, numberOf } from './match.ts';
import type { RewriteRules } from './rewrite.ts';

/** Layouts that change nothing, undo one another, or are one. */
export const layout: RewriteRules = {
  reshape: ({ builder: b }, { operands: [x], attributes: { shape } }) => {
    if (equalShapes(b.shape(x), shape)) return x;
    const inner = madeBy(b, x, 'reshape');
    if (inner !== null) return b.reshape(inner.operands[0], shape);
    const constant = madeBy(b, x, 'constant');
    return constant === null ? null : b.emit('constant', [], { ...constant.attributes, shape })[0];
  },
  transpose: ({ builder: b }, { operands: [x], attributes: { permutation }, type }) => {
    if (isCounting(permutation)) return x;
    const inner = madeBy(b, x, 'transpose');
    if (inner !== null) {
      const { permutation: first } = inner.attributes;
      return b.transpose(
        inner.operands[0],
        permutation.map((axis) => first[axis]),
      );
    }
    // Axes of one element may stand anywhere.
    if (isAscending(permutation.filter((axis) => b.shape(x)[axis] !== 1))) return b.reshape(x, type.shape);
    const repeated = madeBy(b, x, 'expand');
    if (repeated === null) return null;
    const axes = repeated.attributes.axes.map((axis) => permutation.indexOf(axis));
    return isAscending(axes) ? b.expand(repeated.operands[0], type.shape, axes) : null;
  },
  expand: ({ builder: b }, { operands: [x], attributes: { shape, axes } }) => {
    if (equalShapes(b.shape(x), shape)) return x;
    if (equalShapes(withoutOnes(b.shape(x)), withoutOnes(shape))) return b.reshape(x, shape);
    const inner = madeBy(b, x, 'expand');
    if (inner !== null) {
      return b.expand(
        inner.operands[0],
        shape,
        inner.attributes.axes.map((axis) => axes[axis]),
      );
    }
    const reshaped = madeBy(b, x, 'reshape');
    if (reshaped === null) return null;
    // A reshape that only put in axes of one element: the others know their places already.
    const [origin] = reshaped.operands;
    if (b.shape(origin).includes(1) || !equalShapes(b.shape(origin), withoutOnes(b.shape(x)))) return null;
    return b.expand(
      origin,
      shape,
      axes.filter((_, axis) => b.shape(x)[axis] !== 1),
    );
  },
  slice: ({ builder: b }, { operands: [x], attributes: { start, limit, step }, type }) => {
    if (equalShapes(b.shape(x), type.shape)) return x;
    const inner = madeBy(b, x, 'slice');
    // A slice of nothing may start behind the end, where no other slice may.
    if (inner !== null && sizeOf(type.shape) > 0) {
      const { start: first, step: stride } = inner.attributes;
      return b.slice(
        inner.operands[0],
        start.map((at, axis) => first[axis] + at * stride[axis]),
        // The limit only has to lie behind the last element; that of the inner slice still holds.
        limit.map((at, axis) => Math.min(inner.attributes.limit[axis], first[axis] + at * stride[axis])),
        step.map((every, axis) => every * stride[axis]),
      );
    }
    const padded = madeBy(b, x, 'pad');
    if (padded === null) return null;
    const { low, interior } = padded.attributes;
    const [origin] = padded.operands;
    const takesBack = equalLists(start, low) && step.every((every, axis) => every === interior[axis] + 1);
    return takesBack && equalShapes(b.shape(origin), type.shape) ? origin : null;
  },
  reverse: ({ builder: b }, { operands: [x], attributes: { axes } }) => {
    const moving = axes.filter((axis) => b.shape(x)[axis] > 1);
    if (moving.length === 0) return x;
    const inner = madeBy(b, x, 'reverse');
    if (inner === null) return moving.length < axes.length ? b.reverse(x, moving) : null;
    const { axes: first } = inner.attributes;
    const once = [...first.filter((axis) => !axes.includes(axis)), ...axes.filter((axis) => !first.includes(axis))];
    return b.reverse(
      inner.operands[0],
      once.sort((a, c) => a - c),
    );
  },
  pad: ({ builder: b }, { operands: [x, value], type }) => {
    if (equalShapes(b.shape(x), type.shape)) return x;
    const [inside, around] = [numberOf(b, x), numberOf(b, value)];
    return inside !== null && Object.is(inside, around) ? b.constant(inside, type.dtype, type.shape) : null;
  },
  concat: ({ builder: b }, { operands, attributes: { axis }, type }) => {
    if (operands.length === 1) return operands[0];
    const filled = operands.filter((operand) => b.shape(operand)[axis] > 0);
    if (filled.length > 0 && filled.length < operands.length) return b.concat(filled, axis);
    const first = numberOf(b, operands[0]);
    if (first === null || operands.some((operand) => !Object.is(numberOf(b, operand), first))) return null;
    return b.constant(first, type.dtype, type.shape);
  },
  dynamicSlice: ({ builder: b }, { operands: [x], type }) => (equalShapes(b.shape(x), type.shape) ? x : null),
  dynamicUpdateSlice: ({ builder: b }, { operands: [x, update] }) =>
    equalShapes(b.shape(x), b.shape(update)) ? update : null,
};

function withoutOnes(shape: Shape): Shape {
  return shape.filter((length) => length !== 1);
}
