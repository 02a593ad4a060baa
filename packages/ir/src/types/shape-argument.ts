import { ManabiError } from '@manabi/errors';
import { formatGiven } from '@manabi/errors/internal';
import type { Shape } from './shape.ts';

/**
 * Checks a shape, which may come from plain JavaScript or a file: a list of integers of at least `least` whose product is
 * exact.
 *
 * @throws ManabiError `argument` for anything but a list, such as `zeros(3)` or `zeros(2, 3)`; `shape` for other lengths,
 * and for more elements than a number can count
 * @example `checkShape('zeros', [2, -3]) // "[zeros] Shape [2, -3] has length -3 on axis 1. …"`
 */
export function checkShape(op: string, shape: unknown, least = 0): asserts shape is Shape {
  if (!Array.isArray(shape)) throw notAList(op, shape);
  let size = 1;
  for (let axis = 0; axis < shape.length; axis++) {
    const length: unknown = shape[axis];
    if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < least) {
      throw wrongLength(op, shape, axis, least);
    }
    // Empty axes and -1 do not count, as in NumPy: the lengths beside them must make sense without them.
    size *= length > 0 ? length : 1;
  }
  if (size > Number.MAX_SAFE_INTEGER) throw tooLarge(op, shape);
}

function notAList(op: string, shape: unknown): ManabiError {
  const example = Number.isSafeInteger(shape) ? formatGiven([shape]) : '[2, 3]';
  const given = formatGiven(shape);
  return new ManabiError('argument', `A shape must be a list of lengths such as ${example}; got ${given}.`, {
    op,
    data: { given },
  });
}

function wrongLength(op: string, shape: readonly unknown[], axis: number, least: number): ManabiError {
  return new ManabiError(
    'shape',
    `Shape ${formatGiven(shape)} has length ${formatGiven(shape[axis])} on axis ${axis}. Lengths must be integers of at least ${least}.`,
    { op, data: { shape: lengthsOf(shape), axis } },
  );
}

function tooLarge(op: string, shape: readonly unknown[]): ManabiError {
  return new ManabiError(
    'shape',
    `Shape ${formatGiven(shape)} has more elements than can be counted exactly, 2^53 - 1. Check the lengths.`,
    { op, data: { shape: lengthsOf(shape) } },
  );
}

/** The lengths for programs that read the error; a description of what is not a list of numbers. */
function lengthsOf(shape: readonly unknown[]): readonly unknown[] | string {
  return shape.every((length) => typeof length === 'number') ? shape : formatGiven(shape);
}
