/**
 * How a value computed for a larger batch relates to the same value computed for a smaller batch. The first rows of the
 * larger batch are the smaller batch.
 *
 * - `begins`: the larger value begins with the elements of the smaller value.
 * - `zeros`: the larger value begins with the elements of the smaller value, and all further elements are 0 (false).
 * - `zero`: all elements of the larger value are 0.
 * - `none`: nothing is known.
 */
export type Agreement = 'none' | 'begins' | 'zeros' | 'zero';

const order: readonly Agreement[] = ['none', 'begins', 'zeros', 'zero'];

/** Returns the weaker of two agreements: the one that comes first in the order `none`, `begins`, `zeros`, `zero`. */
export function weaker(one: Agreement, other: Agreement): Agreement {
  return order.indexOf(one) < order.indexOf(other) ? one : other;
}

/** Returns true if an agreement implies that all further elements of the larger value are 0. */
export function endsInZeros(agreement: Agreement): boolean {
  return agreement === 'zeros' || agreement === 'zero';
}
