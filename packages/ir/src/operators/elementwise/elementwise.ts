import type { Operator } from '../operator.ts';
import { type ElementwiseBinaryOp, elementwiseBinary } from './binary.ts';
import { type ElementwiseConversionOp, elementwiseConversion } from './conversion.ts';
import { type ElementwiseUnaryOp, elementwiseUnary } from './unary.ts';

/** The operators whose element depends on the operands' elements at the same place alone. */
export type ElementwiseOp = ElementwiseUnaryOp | ElementwiseBinaryOp | ElementwiseConversionOp;

/** Elementwise operators: operands of equal shapes; broadcasting (`expand`) and promotion (`cast`) are explicit. */
export const elementwise: { readonly [K in ElementwiseOp]: Operator<K> } = {
  ...elementwiseUnary,
  ...elementwiseBinary,
  ...elementwiseConversion,
};
