import { type ElementwiseBinaryOp, elementwiseBinary } from './elementwise-binary.ts';
import { type ElementwiseConversionOp, elementwiseConversion } from './elementwise-conversion.ts';
import { type ElementwiseUnaryOp, elementwiseUnary } from './elementwise-unary.ts';
import type { Operator } from './operator.ts';

/** The operators whose element depends on the operands' elements at the same place alone. */
export type ElementwiseOp = ElementwiseUnaryOp | ElementwiseBinaryOp | ElementwiseConversionOp;

/** Elementwise operators: operands of equal shapes; broadcasting (`expand`) and promotion (`cast`) are explicit. */
export const elementwise: { readonly [K in ElementwiseOp]: Operator<K> } = {
  ...elementwiseUnary,
  ...elementwiseBinary,
  ...elementwiseConversion,
};
