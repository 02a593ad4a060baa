import { ManabiError } from '@manabi/errors';
import { formatGiven } from '@manabi/errors/internal';
import type { Shape } from './shape.ts';

/**
 * Checks that an argument, or a value from a file, is a shape: an array of integers of at least `least`, with at most
 * 2^53 - 1 elements in total.
 *
 * @param op name of the calling function, for the error message
 * @param least smallest valid length of an axis
 * @throws ManabiError `argument` if the shape is not an array, as in `zeros(3)` or `zeros(2, 3)`; `shape` for invalid
 * lengths or more than 2^53 - 1 elements
 * @example
 * ```ts
 * import { checkShape } from '@manabi/ir';
 *
 * checkShape('zeros', [2, 3]);
 * checkShape('zeros', [2, -3]); // throws 'shape'
 * ```
 */
export function checkShape(op: string, shape: unknown, least = 0): asserts shape is Shape {
  if (!Array.isArray(shape)) throw notAList(op, shape);
  let size = 1;
  for (let axis = 0; axis < shape.length; axis++) {
    const length: unknown = shape[axis];
    if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < least) {
      throw wrongLength(op, shape, axis, least);
    }
    // As in NumPy, the product is computed without axes of length 0 or -1, so that the other lengths must be valid
    // alone.
    size *= length > 0 ? length : 1;
  }
  if (size > Number.MAX_SAFE_INTEGER) throw tooLarge(op, shape);
}

function notAList(op: string, shape: unknown): ManabiError {
  const example = Number.isSafeInteger(shape) ? formatGiven([shape]) : '[2, 3]';
  const given = formatGiven(shape);
  return new ManabiError('argument', `\`shape\` must be an array of lengths such as ${example}; got ${given}.`, {
    op,
    data: { given },
  });
}

function wrongLength(op: string, shape: readonly unknown[], axis: number, least: number): ManabiError {
  return new ManabiError(
    'shape',
    `Shape ${formatGiven(shape)} has length ${formatGiven(shape[axis])} on axis ${axis}. Every length must be an integer of at least ${least}.`,
    { op, data: { shape: lengthsOf(shape), axis } },
  );
}

function tooLarge(op: string, shape: readonly unknown[]): ManabiError {
  return new ManabiError('shape', `Shape ${formatGiven(shape)} has more than 2^53 - 1 elements. Check the lengths.`, {
    op,
    data: { shape: lengthsOf(shape) },
  });
}

/** Returns the lengths for the data of an error, or a description of them as text if some are not numbers. */
function lengthsOf(shape: readonly unknown[]): readonly unknown[] | string {
  return shape.every((length) => typeof length === 'number') ? shape : formatGiven(shape);
}
