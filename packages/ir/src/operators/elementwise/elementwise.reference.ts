import type { Reference } from '../reference.ts';
import { elementwiseBinaryReference } from './binary.reference.ts';
import { elementwiseConversionReference } from './conversion.reference.ts';
import type { ElementwiseOp } from './elementwise.ts';
import { elementwiseUnaryReference } from './unary.reference.ts';

/** Reference implementations of the elementwise operators. */
export const elementwiseReference: { readonly [K in ElementwiseOp]: Reference<K> } = {
  ...elementwiseUnaryReference,
  ...elementwiseBinaryReference,
  ...elementwiseConversionReference,
};
