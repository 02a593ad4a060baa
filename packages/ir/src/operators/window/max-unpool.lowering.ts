import type { GraphBuilder } from '../../graph/builder.ts';
import type { Attributes, Padding, Value, WindowAttributes } from '../../graph/graph.ts';
import { sizeOf } from '../../types/shape.ts';
import type { Lowering } from '../lowering.ts';
import { axesFrom, indicesOf, spannedLength } from './geometry.ts';
import { padLastAxes } from './pad.ts';

export const maxUnpool: Lowering<'maxUnpool'> = {
  class: 'routine',
  body: (b, [values, indices], attributes) => [
    windowsOver(attributes) <= MOST_WINDOWS && attributes.padding.every(([low]) => low >= 0)
      ? sumOverWindows(b, values, indices, attributes)
      : scattered(b, values, indices, attributes),
  ],
};

/**
 * If at most this many windows cover an element, each element of the result reads the indices of its windows. Otherwise
 * values are scattered to their indices.
 */
const MOST_WINDOWS = 4;

/** Returns how many windows can cover the same element, along one pooled axis. */
function windowsAlong({ window, strides, dilation }: WindowAttributes, axis: number): number {
  return Math.ceil(spannedLength(window[axis], dilation[axis]) / strides[axis]);
}

function windowsOver(attributes: WindowAttributes): number {
  return sizeOf(attributes.window.map((_, axis) => windowsAlong(attributes, axis)));
}

/** For each element of the result, sums the values of those windows that cover the element and have its index. */
function sumOverWindows(b: GraphBuilder, values: Value, indices: Value, attributes: Attributes['maxUnpool']): Value {
  const { inputShape, strides, padding } = attributes;
  const rank = inputShape.length;
  const lead = b.shape(values).slice(0, b.shape(values).length - rank);
  const over = inputShape.map((_, axis) => windowsAlong(attributes, axis));
  // Counted from the start of the padding, each section of `stride` elements is covered by the window that starts there
  // and by windows that start earlier.
  const steps = inputShape.map((length, axis) => Math.ceil((length + padding[axis][0]) / strides[axis]));
  const around = over.map((count, axis): Padding => [count - 1, steps[axis] - b.shape(values)[lead.length + axis]]);
  const whole = over.map(() => 0);
  const given = padLastAxes(b, values, around, whole, 0);
  const chosen = padLastAxes(b, indices, around, whole, -1);

  /**
   * Looks up an entry of `x`, which has one per window, for each element of the result. If `back` is 0, this is the
   * entry of the last window that covers the element; if `back` is 1, that of the window before it, and so on.
   */
  const atElements = (x: Value, back: readonly number[]): Value => {
    const starts = back.map((count, axis) => over[axis] - 1 - count);
    const shifted = cut(b, x, starts, steps);
    const apart = b.expand(
      shifted,
      [...lead, ...steps.flatMap((count, axis) => [count, strides[axis]])],
      [...axesFrom(0, lead.length), ...steps.map((_, axis) => lead.length + 2 * axis)],
    );
    const repeated = b.reshape(apart, [...lead, ...steps.map((count, axis) => count * strides[axis])]);
    return cut(
      b,
      repeated,
      padding.map(([low]) => low),
      inputShape,
    );
  };
  const shape = [...lead, ...inputShape];
  const numbers = b.reshape(b.iota('int32', [sizeOf(inputShape)], 0), inputShape);
  const positions = b.expand(numbers, shape, axesFrom(lead.length, rank));
  const none = b.expand(b.constant(0, b.dtype(values)), shape, []);
  const parts = indicesOf(over)
    .reverse()
    .map((back) => b.select(b.equal(atElements(chosen, back), positions), atElements(given, back), none));
  return parts.reduce((sum, part) => b.add(sum, part));
}

/** Returns a slice of an array along its last axes. */
function cut(b: GraphBuilder, x: Value, starts: readonly number[], lengths: readonly number[]): Value {
  const shape = b.shape(x);
  const lead = shape.length - starts.length;
  return b.slice(
    x,
    shape.map((_, axis) => starts[axis - lead] ?? 0),
    shape.map((length, axis) => (axis < lead ? length : starts[axis - lead] + lengths[axis - lead])),
    shape.map(() => 1),
  );
}

/** Computes the result by a scatter that adds the value of each window at its index. */
function scattered(b: GraphBuilder, values: Value, indices: Value, { inputShape }: Attributes['maxUnpool']): Value {
  const shape = b.shape(values);
  const lead = shape.slice(0, shape.length - inputShape.length);
  const flat = [...lead, sizeOf(shape.slice(lead.length))];
  const zeros = b.constant(0, b.dtype(values), [...lead, sizeOf(inputShape)]);
  const sums = b.scatterElements(zeros, b.reshape(indices, flat), b.reshape(values, flat), lead.length, 'add');
  return b.reshape(sums, [...lead, ...inputShape]);
}
