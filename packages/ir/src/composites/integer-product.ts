import type { GraphBuilder } from '../graph/builder.ts';
import type { Attributes, Padding, Value } from '../graph/graph.ts';
import { axesFrom } from '../operators/window/geometry.ts';
import { padLastAxes } from '../operators/window/pad.ts';
import { sizeOf, type TensorType } from '../types/shape.ts';
import { callComposite, traceComposite } from './call.ts';
import type { Composite } from './composite.ts';

/** Products of quantized matrices. */
export interface IntegerProductConfigs {
  /**
   * z[i, j] = Σ (x[i, k] - 128) · (y[k, j] - 128) (ONNX MatMulInteger, with zero points of 128). Operands `left` [rows, depth] and
   * `right` [depth, columns] are uint8 and stand for integers from -128 to 127. The result is int32 [rows, columns]; sums wrap.
   */
  matMulInteger: Record<never, never>;
  /**
   * Convolution of images [count, channels, ...lengths] by filters [filters, channels, ...size], whose elements are those of
   * `matMulInteger` (ONNX ConvInteger). The result is int32 [count, filters, ...results]. Padding stands for 0.
   */
  convInteger: ConvIntegerConfig;
}

/** Configuration of `convInteger`, with one entry per spatial axis. */
export interface ConvIntegerConfig extends Readonly<Record<string, unknown>> {
  readonly strides: readonly number[];
  readonly padding: readonly Padding[];
  readonly dilation: readonly number[];
}

/** The uint8 that stands for 0 in the operands of these composites. */
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
  convInteger: { body: (b, [x, w], config) => [convolved(b, x, w, config)] },
};

/** Computes a convolution as a product of a matrix with a row per window and the matrix of the filters. */
function convolved(b: GraphBuilder, x: Value, w: Value, { strides, padding, dilation }: ConvIntegerConfig): Value {
  const rank = strides.length;
  const [filters, channels, ...size] = b.shape(w);
  const between = strides.map(() => 0);
  const cells = b.windows(padLastAxes(b, x, padding, between, ZERO_POINT), size, strides, dilation);
  const [count, , ...lengths] = b.shape(cells).slice(0, 2 + rank);
  const spatial = axesFrom(2, rank);
  // Channels are last in windows and filters, as in memory.
  const windows = b.transpose(cells, [0, ...spatial, ...axesFrom(2 + rank, rank), 1]);
  const depth = channels * sizeOf(size);
  const rows = b.reshape(windows, [count * sizeOf(lengths), depth]);
  const columns = b.reshape(b.transpose(w, [...spatial, 1, 0]), [depth, filters]);
  const [sums] = callComposite(b, 'matMulInteger', integerProduct.matMulInteger, [rows, columns], {});
  return b.transpose(b.reshape(sums, [count, ...lengths, filters]), [0, 1 + rank, ...axesFrom(1, rank)]);
}

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

/**
 * Returns the attributes of a `call` node of the composite `convInteger`.
 *
 * @example
 * ```ts
 * import { outputTypes } from '@manabi/ir';
 * import { convIntegerCall } from '@manabi/ir/quantized';
 *
 * const types = [[1, 3, 8], [4, 3, 2]].map((shape) => ({ dtype: 'uint8', shape }) as const);
 * const call = convIntegerCall(types, { strides: [2], padding: [[0, 0]], dilation: [1] });
 * console.log(outputTypes(call.body)); // [{ dtype: 'int32', shape: [1, 4, 4] }]
 * ```
 */
export function convIntegerCall(operands: readonly TensorType[], config: ConvIntegerConfig): Attributes['call'] {
  return traceComposite('convInteger', integerProduct.convInteger, operands, config);
}
