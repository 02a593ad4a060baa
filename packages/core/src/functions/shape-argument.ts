import { describeGiven, formatShape, ManabiError, type Shape } from '@manabi/ir';

/**
 * A shape, which may come from plain JavaScript: a list of whole numbers from `least` up.
 *
 * @throws ManabiError `argument` for anything but a list, such as `zeros(3)` or `zeros(2, 3)`; `shape` for other lengths
 */
export function checkedShape(op: string, shape: Shape, least = 0): Shape {
  if (!Array.isArray(shape)) {
    const example = Number.isInteger(shape) ? `[${shape}]` : '[2, 3]';
    throw new ManabiError(
      'argument',
      `A shape is a list of lengths, as ${example}, but ${describeGiven(shape)} was given.`,
      { op, data: { given: describeGiven(shape) } },
    );
  }
  const axis = shape.findIndex((length) => !Number.isInteger(length) || length < least);
  if (axis < 0) return shape;
  throw new ManabiError(
    'shape',
    `Shape ${formatShape(shape)} has the length ${shape[axis]} on axis ${axis}, but lengths are whole numbers from ${least}.`,
    { op, data: { shape, axis, length: shape[axis] } },
  );
}
