import { equalShapes, type Shape, sizeOf } from '../types/shape.ts';
import { equalLists, isAscending, isCounting, madeBy, numberOf } from './match.ts';
import type { RewriteRules } from './rewrite.ts';

/**
 * Simplification rules for layout operators: remove those without effect and pairs that undo each other, and merge two
 * into one.
 */
export const layout: RewriteRules = {
  reshape: [
    {
      name: 'removes a reshape to the same shape',
      apply: ({ builder: b }, { operands: [x], attributes: { shape } }) => (equalShapes(b.shape(x), shape) ? x : null),
    },
    {
      name: 'merges two reshapes',
      apply: ({ builder: b }, { operands: [x], attributes: { shape } }) => {
        const inner = madeBy(b, x, 'reshape');
        return inner === null ? null : b.reshape(inner.operands[0], shape);
      },
    },
    {
      name: 'reshapes a constant',
      apply: ({ builder: b }, { operands: [x], attributes: { shape } }) => {
        const constant = madeBy(b, x, 'constant');
        return constant === null ? null : b.emit('constant', [], { ...constant.attributes, shape })[0];
      },
    },
  ],
  transpose: [
    {
      name: 'removes an identity permutation',
      apply: (_context, { operands: [x], attributes: { permutation } }) => (isCounting(permutation) ? x : null),
    },
    {
      name: 'merges two transposes',
      apply: ({ builder: b }, { operands: [x], attributes: { permutation } }) => {
        const inner = madeBy(b, x, 'transpose');
        if (inner === null) return null;
        return b.transpose(
          inner.operands[0],
          permutation.map((axis) => inner.attributes.permutation[axis]),
        );
      },
    },
    {
      // Moving an axis of length 1 does not change the order of the elements.
      name: 'reshapes if only axes of length 1 move',
      apply: ({ builder: b }, { operands: [x], attributes: { permutation }, type }) =>
        isAscending(permutation.filter((axis) => b.shape(x)[axis] !== 1)) ? b.reshape(x, type.shape) : null,
    },
    {
      name: 'merges a transpose into an expand',
      apply: ({ builder: b }, { operands: [x], attributes: { permutation }, type }) => {
        const repeated = madeBy(b, x, 'expand');
        if (repeated === null) return null;
        const axes = repeated.attributes.axes.map((axis) => permutation.indexOf(axis));
        return isAscending(axes) ? b.expand(repeated.operands[0], type.shape, axes) : null;
      },
    },
  ],
  expand: [
    {
      name: 'removes an expand to the same shape',
      apply: ({ builder: b }, { operands: [x], attributes: { shape } }) => (equalShapes(b.shape(x), shape) ? x : null),
    },
    {
      name: 'reshapes if only axes of length 1 are added',
      apply: ({ builder: b }, { operands: [x], attributes: { shape } }) =>
        equalShapes(withoutOnes(b.shape(x)), withoutOnes(shape)) ? b.reshape(x, shape) : null,
    },
    {
      name: 'merges two expands',
      apply: ({ builder: b }, { operands: [x], attributes: { shape, axes } }) => {
        const inner = madeBy(b, x, 'expand');
        if (inner === null) return null;
        return b.expand(
          inner.operands[0],
          shape,
          inner.attributes.axes.map((axis) => axes[axis]),
        );
      },
    },
    {
      // The reshape must only insert axes of length 1, so that all other axes keep their order.
      name: 'merges a reshape that inserts axes of length 1',
      apply: ({ builder: b }, { operands: [x], attributes: { shape, axes } }) => {
        const reshaped = madeBy(b, x, 'reshape');
        if (reshaped === null) return null;
        const [origin] = reshaped.operands;
        if (b.shape(origin).includes(1) || !equalShapes(b.shape(origin), withoutOnes(b.shape(x)))) return null;
        return b.expand(
          origin,
          shape,
          axes.filter((_, axis) => b.shape(x)[axis] !== 1),
        );
      },
    },
  ],
  slice: [
    {
      name: 'removes a slice of the whole operand',
      apply: ({ builder: b }, { operands: [x], type }) => (equalShapes(b.shape(x), type.shape) ? x : null),
    },
    {
      name: 'merges two slices',
      apply: ({ builder: b }, { operands: [x], attributes: { start, limit, step }, type }) => {
        const inner = madeBy(b, x, 'slice');
        // An empty slice may start at the end of its operand, which is not a valid start for the merged slice.
        if (inner === null || sizeOf(type.shape) === 0) return null;
        const { start: first, step: stride } = inner.attributes;
        return b.slice(
          inner.operands[0],
          start.map((at, axis) => first[axis] + at * stride[axis]),
          // The limit may be any position after the last element, but must not exceed the limit of the inner slice.
          limit.map((at, axis) => Math.min(inner.attributes.limit[axis], first[axis] + at * stride[axis])),
          step.map((every, axis) => every * stride[axis]),
        );
      },
    },
    {
      name: 'removes a slice that undoes a pad',
      apply: ({ builder: b }, { operands: [x], attributes: { start, step }, type }) => {
        const padded = madeBy(b, x, 'pad');
        if (padded === null) return null;
        const { low, interior } = padded.attributes;
        const [origin] = padded.operands;
        const takesBack = equalLists(start, low) && step.every((every, axis) => every === interior[axis] + 1);
        return takesBack && equalShapes(b.shape(origin), type.shape) ? origin : null;
      },
    },
  ],
  reverse: [
    {
      name: 'drops axes of length 1 from a reverse',
      apply: ({ builder: b }, { operands: [x], attributes: { axes } }) => {
        const moving = axes.filter((axis) => b.shape(x)[axis] > 1);
        if (moving.length === axes.length && axes.length > 0) return null;
        return moving.length === 0 ? x : b.reverse(x, moving);
      },
    },
    {
      name: 'merges two reverses',
      apply: ({ builder: b }, { operands: [x], attributes: { axes } }) => {
        const inner = madeBy(b, x, 'reverse');
        if (inner === null) return null;
        const { axes: first } = inner.attributes;
        const once = [...first.filter((axis) => !axes.includes(axis)), ...axes.filter((axis) => !first.includes(axis))];
        return b.reverse(
          inner.operands[0],
          once.sort((a, c) => a - c),
        );
      },
    },
  ],
  pad: [
    {
      name: 'removes an empty pad',
      apply: ({ builder: b }, { operands: [x], type }) => (equalShapes(b.shape(x), type.shape) ? x : null),
    },
    {
      name: 'pads a constant with the same number',
      apply: ({ builder: b }, { operands: [x, value], type }) => {
        const [inside, around] = [numberOf(b, x), numberOf(b, value)];
        return inside !== null && Object.is(inside, around) ? b.constant(inside, type.dtype, type.shape) : null;
      },
    },
  ],
  concat: [
    {
      name: 'removes a concat of one part',
      apply: (_context, { operands }) => (operands.length === 1 ? operands[0] : null),
    },
    {
      name: 'drops empty parts',
      apply: ({ builder: b }, { operands, attributes: { axis } }) => {
        const filled = operands.filter((operand) => b.shape(operand)[axis] > 0);
        return filled.length > 0 && filled.length < operands.length ? b.concat(filled, axis) : null;
      },
    },
    {
      name: 'concatenates equal constants',
      apply: ({ builder: b }, { operands, type }) => {
        const first = numberOf(b, operands[0]);
        if (first === null || operands.some((operand) => !Object.is(numberOf(b, operand), first))) return null;
        return b.constant(first, type.dtype, type.shape);
      },
    },
  ],
  dynamicSlice: [
    {
      name: 'removes a slice of the whole operand',
      apply: ({ builder: b }, { operands: [x], type }) => (equalShapes(b.shape(x), type.shape) ? x : null),
    },
  ],
  dynamicUpdateSlice: [
    {
      name: 'replaces the whole operand by the update',
      apply: ({ builder: b }, { operands: [x, update] }) => (equalShapes(b.shape(x), b.shape(update)) ? update : null),
    },
  ],
};

function withoutOnes(shape: Shape): Shape {
  return shape.filter((length) => length !== 1);
}
