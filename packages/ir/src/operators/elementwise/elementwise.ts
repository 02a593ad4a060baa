import type { Operator } from '../operator.ts';
import { type ElementwiseBinaryOp, elementwiseBinary } from './binary.ts';
import { type ElementwiseConversionOp, elementwiseConversion } from './conversion.ts';
import { type ElementwiseUnaryOp, elementwiseUnary } from './unary.ts';

/**
 * Names of the operators for which each element of the result depends only on the elements of the operands at the same
 * index.
 */
export type ElementwiseOp = ElementwiseUnaryOp | ElementwiseBinaryOp | ElementwiseConversionOp;

/**
 * The elementwise operators. Operands must have equal shapes; broadcasting (`expand`) and conversion of dtypes (`cast`)
 * are separate operators.
 */
export const elementwise: { readonly [K in ElementwiseOp]: Operator<K> } = {
  ...elementwiseUnary,
  ...elementwiseBinary,
  ...elementwiseConversion,
};
