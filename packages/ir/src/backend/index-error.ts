import { ManabiError } from '@manabi/errors';

/** An index that is checked when a plan runs. */
export interface IndexSite {
  /** The operator as the user knows it. */
  readonly op: string;
  /** The axis of the operand that is indexed; null if several are indexed as one. */
  readonly axis: number | null;
  readonly extent: number;
}

/**
 * Returns the error for an index outside its axis.
 *
 * @param position which of the indices it is, in row-major order; null if that is unknown
 */
export function indexError({ op, axis, extent }: IndexSite, index: number, position: number | null): ManabiError {
  const which = axis === null ? 'an axis' : `axis ${axis}`;
  const where = position === null ? '' : ` The index is number ${position} of the indices.`;
  return new ManabiError(
    'index',
    `Index ${index} is outside of ${which}, which has ${extent} elements.${where} Indices, class labels among them, go ` +
      `from 0 to ${extent - 1}: clip them, or mask what they stand for.`,
    { op, data: { index, axis, extent, ...(position !== null && { position }) } },
  );
}
