import type { ElementwiseOp } from './elementwise.ts';
import { elementwiseBinaryReference } from './elementwise-binary.reference.ts';
import { elementwiseConversionReference } from './elementwise-conversion.reference.ts';
import { elementwiseUnaryReference } from './elementwise-unary.reference.ts';
import type { Reference } from './reference.ts';

/** References of the elementwise operators. */
export const elementwiseReference: { readonly [K in ElementwiseOp]: Reference<K> } = {
  ...elementwiseUnaryReference,
  ...elementwiseBinaryReference,
  ...elementwiseConversionReference,
};
