import { notDifferentiable, type Vjp } from '../vjp.ts';
import type { SourceOp } from './source.ts';

/** Gradient rules of the sources. Constants have no operands to differentiate. */
export const sourceVjp: { readonly [K in SourceOp]: Vjp<K> } = {
  constant: () => [],
  iota: () => [],
  randomBits: notDifferentiable('its result is an integer'),
};
