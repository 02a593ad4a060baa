import type { Vjp } from '../vjp.ts';
import { elementwiseBinaryVjp } from './binary.vjp.ts';
import { elementwiseConversionVjp } from './conversion.vjp.ts';
import type { ElementwiseOp } from './elementwise.ts';
import { elementwiseUnaryVjp } from './unary.vjp.ts';

/** Gradient rules of the elementwise operators. */
export const elementwiseVjp: { readonly [K in ElementwiseOp]: Vjp<K> } = {
  ...elementwiseUnaryVjp,
  ...elementwiseBinaryVjp,
  ...elementwiseConversionVjp,
};
