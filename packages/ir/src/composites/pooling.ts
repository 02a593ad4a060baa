import type { GraphBuilder } from '../graph/builder.ts';
import type { Value, WindowAttributes } from '../graph/graph.ts';
import { sizeOf } from '../types/shape.ts';
import { scale } from './broadcast.ts';
import type { Composite } from './composite.ts';

/** Pooling of one float operand `x`, over windows of its last axes. */
export interface PoolingConfigs {
  /**
   * y = the mean of each window (ONNX AveragePool). `countIncludePad` averages padding as zeros instead of skipping it.
   */
  avgPool: WindowAttributes & { readonly countIncludePad: boolean };
}

/** Pooling operations over windows of the last axes. */
export const pooling: { readonly [K in keyof PoolingConfigs]: Composite<PoolingConfigs[K]> } = {
  avgPool: {
    body: (b, [x], { countIncludePad, ...attributes }) => {
      const sum = b.windowSum(x, attributes);
      const isPadded = attributes.padding.some(([low, high]) => low > 0 || high > 0);
      if (countIncludePad || !isPadded) return [scale(b, sum, 1 / sizeOf(attributes.window))];
      return [b.div(sum, counts(b, x, sum, attributes))];
    },
  },
};

/** Counts the elements of x in each window, without padding, as the product of the counts along each axis. */
function counts(b: GraphBuilder, x: Value, sum: Value, attributes: WindowAttributes): Value {
  const { window, strides, padding, dilation } = attributes;
  const shape = b.shape(sum);
  const lead = shape.length - window.length;
  let product: Value | null = null;
  for (const [i, size] of window.entries()) {
    const axis = lead + i;
    const along = Array.from({ length: shape[axis] }, (_, index) => {
      const start = index * strides[i] - padding[i][0];
      const cells = Array.from({ length: size }, (_cell, k) => start + k * dilation[i]);
      return cells.filter((at) => at >= 0 && at < b.shape(x)[axis]).length;
    });
    const count = b.expand(b.constant(along, b.dtype(sum), [along.length]), shape, [axis]);
    product = product === null ? count : b.mul(product, count);
  }
  return product ?? b.full(sum, 1);
}
