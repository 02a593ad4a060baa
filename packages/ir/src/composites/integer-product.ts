import type { Attributes } from '../graph/graph.ts';
import type { TensorType } from '../types/shape.ts';
import { traceComposite } from './call.ts';
import type { Composite } from './composite.ts';

/** Products of quantized matrices. */
export interface IntegerProductConfigs {
  /**
   * z[i, j] = Σ (x[i, k] - 128) · (y[k, j] - 128) (ONNX MatMulInteger, with zero points of 128). Operands `left` [rows, depth] and
   * `right` [depth, columns] are uint8 and stand for integers from -128 to 127. The result is int32 [rows, columns]; sums wrap.
   */
  matMulInteger: Record<never, never>;
}

/** The uint8 that stands for 0 in the operands of `matMulInteger`. */
export const ZERO_POINT = 128;

export const integerProduct: {
  readonly [K in keyof IntegerProductConfigs]: Composite<IntegerProductConfigs[K]>;
} = {
  matMulInteger: {
    body: (b, operands) => {
      const [left, right] = operands.map((operand) => {
        const x = b.cast(operand, 'int32');
        return b.sub(x, b.full(x, ZERO_POINT));
      });
      return [b.dot(left, right, [], [[1, 0]])];
    },
  },
};

/**
 * Returns the attributes of a `call` node of the composite `matMulInteger`.
 *
 * @example
 * ```ts
 * import { outputTypes } from '@manabi/ir';
 * import { matMulIntegerCall } from '@manabi/ir/quantized';
 *
 * const types = [[2, 3], [3, 4]].map((shape) => ({ dtype: 'uint8', shape }) as const);
 * console.log(outputTypes(matMulIntegerCall(types).body)); // [{ dtype: 'int32', shape: [2, 4] }]
 * ```
 */
export function matMulIntegerCall(operands: readonly TensorType[]): Attributes['call'] {
  return traceComposite('matMulInteger', integerProduct.matMulInteger, operands, {});
}
