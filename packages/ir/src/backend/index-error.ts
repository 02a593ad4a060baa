import { ManabiError } from '@manabi/errors';

/** Description of an index check that a backend makes while a graph runs. */
export interface IndexSite {
  /** Name of the operator, for error messages. */
  readonly op: string;
  /** Axis of the operand that is indexed; null if one index refers to several axes. */
  readonly axis: number | null;
  /** Length of the indexed axis. */
  readonly extent: number;
}

/**
 * Creates the error for an index that is out of range.
 *
 * @param position position of the index in the array of indices, in row-major order; null if it is unknown
 * @example
 * ```ts
 * import { indexError } from '@manabi/ir';
 *
 * const result = indexError({ op: 'gather', axis: 0, extent: 5 }, 7, 2).data;
 * console.log(result); // { index: 7, axis: 0, extent: 5, position: 2 }
 * ```
 */
export function indexError({ op, axis, extent }: IndexSite, index: number, position: number | null): ManabiError {
  const which = axis === null ? 'an axis' : `axis ${axis}`;
  const where = position === null ? '' : ` at position ${position} of the indices`;
  return new ManabiError(
    'index',
    `The index ${index}${where} is out of range for ${which} of length ${extent}. Indices and class labels must be in ` +
      `0 … ${extent - 1}. Clip or mask them.`,
    { op, data: { index, axis, extent, ...(position !== null && { position }) } },
  );
}
