import type { ElementwiseOp } from './elementwise.ts';
import { elementwiseBinaryVjp } from './elementwise-binary.vjp.ts';
import { elementwiseConversionVjp } from './elementwise-conversion.vjp.ts';
import { elementwiseUnaryVjp } from './elementwise-unary.vjp.ts';
import type { Vjp } from './vjp.ts';

/** Gradient rules of the elementwise operators. */
export const elementwiseVjp: { readonly [K in ElementwiseOp]: Vjp<K> } = {
  ...elementwiseUnaryVjp,
  ...elementwiseBinaryVjp,
  ...elementwiseConversionVjp,
};
