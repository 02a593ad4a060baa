import { notDifferentiable, type Vjp } from '../vjp.ts';
import type { SourceOp } from './source.ts';

/** Gradient rules of the sources: what has no operands passes nothing on. */
export const sourceVjp: { readonly [K in SourceOp]: Vjp<K> } = {
  constant: () => [],
  iota: () => [],
  randomBits: notDifferentiable('random bits are integers, and do not change smoothly with the key'),
};
