import type { Operator } from '../operator.ts';
import { type ElementwiseBinaryOp, elementwiseBinary } from './binary.ts';
import { type ElementwiseConversionOp, elementwiseConversion } from './conversion.ts';
import { type ElementwiseUnaryOp, elementwiseUnary } from './unary.ts';

/** Operators whose result element depends only on the operands' elements at the same index. */
export type ElementwiseOp = ElementwiseUnaryOp | ElementwiseBinaryOp | ElementwiseConversionOp;

/** Elementwise operators of operands of equal shapes. Broadcasting (`expand`) and promotion (`cast`) are explicit. */
export const elementwise: { readonly [K in ElementwiseOp]: Operator<K> } = {
  ...elementwiseUnary,
  ...elementwiseBinary,
  ...elementwiseConversion,
};
