/**
 * How a value computed for a larger batch compares with the same value for a smaller batch:
 *
 * - `begins`: it begins with the smaller value.
 * - `zeros`: it begins with the smaller value and is 0 (false) in all further elements.
 * - `zero`: it is 0 everywhere.
 * - `none`: nothing is known.
 */
export type Agreement = 'none' | 'begins' | 'zeros' | 'zero';

const order: readonly Agreement[] = ['none', 'begins', 'zeros', 'zero'];

/** Returns the weaker of two agreements, which both imply. */
export function weaker(one: Agreement, other: Agreement): Agreement {
  return order.indexOf(one) < order.indexOf(other) ? one : other;
}

/** Returns true if an agreement implies that all elements beyond the smaller value are 0. */
export function endsInZeros(agreement: Agreement): boolean {
  return agreement === 'zeros' || agreement === 'zero';
}
