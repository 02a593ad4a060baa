import { notDifferentiable, type Vjp } from '../vjp.ts';
import type { SourceOp } from './source.ts';

/** Gradient rules of `constant`, `iota` and `randomBits`. The first two have no operands and so no cotangents. */
export const sourceVjp: { readonly [K in SourceOp]: Vjp<K> } = {
  constant: () => [],
  iota: () => [],
  randomBits: notDifferentiable('its result is an integer'),
};
