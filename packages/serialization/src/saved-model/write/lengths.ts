import { ManabiError } from '@manabi/core';

/** Length that depends on the batch size: slope · batch + offset. */
export interface OpenLength {
  readonly slope: number;
  readonly offset: number;
}

/** Length of an axis: a fixed number, or one that depends on the batch size. */
export type Length = number | OpenLength;

/** Batch sizes at which a model is traced, to find how its lengths depend on the batch size. */
export const BATCH_SIZES: readonly [number, number, number] = [5, 7, 11];

/**
 * Finds how a number depends on the batch size, given its values at each of `BATCH_SIZES`.
 *
 * @throws ManabiError `graph` if it is not a multiple of the batch size plus a constant
 */
export function fitLength(op: string, values: readonly number[]): Length {
  const [first, second, third] = values;
  if (values.every((value) => Object.is(value, first))) return first;
  const [a, b, c] = BATCH_SIZES;
  const slope = (second - first) / (b - a);
  const offset = first - slope * a;
  if (Number.isInteger(slope) && Number.isInteger(offset) && slope * c + offset === third) return { slope, offset };
  throw new ManabiError(
    'graph',
    `A number of operator ${op} must be a multiple of the batch size plus a constant; got ${values.join(', ')} for the batch sizes ` +
      `${BATCH_SIZES.join(', ')}. Remove this dependence on the batch size from the model.`,
    { op: 'exportSavedModel', data: { operator: op, values, sizes: BATCH_SIZES } },
  );
}

/** Returns the product of lengths, of which at most one depends on the batch size. */
export function productOf(lengths: readonly Length[]): Length {
  return lengths.reduce<Length>((product, length) => {
    if (typeof length === 'number') return scaled(product, length);
    if (typeof product === 'number') return scaled(length, product);
    throw new ManabiError(
      'graph',
      'Two axes of an array depend on the batch size. Remove this dependence from the model.',
      {
        op: 'exportSavedModel',
      },
    );
  }, 1);
}

function scaled(length: Length, factor: number): Length {
  if (typeof length === 'number') return length * factor;
  return factor === 0 ? 0 : { slope: length.slope * factor, offset: length.offset * factor };
}
