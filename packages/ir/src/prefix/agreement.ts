/**
 * How a value of a larger batch agrees with that of a smaller one: it begins with it (`begins`); it does, and is 0 (false)
 * in all that follows (`zeros`); it is 0 everywhere (`zero`); or nothing is known (`none`).
 */
export type Agreement = 'none' | 'begins' | 'zeros' | 'zero';

const order: readonly Agreement[] = ['none', 'begins', 'zeros', 'zero'];

/** What holds if both of two things do. */
export function weaker(one: Agreement, other: Agreement): Agreement {
  return order.indexOf(one) < order.indexOf(other) ? one : other;
}

/** Whether all that follows is 0. */
export function endsInZeros(agreement: Agreement): boolean {
  return agreement === 'zeros' || agreement === 'zero';
}
