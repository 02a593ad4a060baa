import { describe, expect, test } from '@jest/globals';
import { type GraphBuilder, graphBuilder, type Value } from '@manabi/ir';
import { weightsOf } from './weights-of.ts';

/** Finds the weights of a graph with inputs of the given shapes. */
function found(shapes: readonly (readonly number[])[], build: (b: GraphBuilder, inputs: readonly Value[]) => Value) {
  const b = graphBuilder();
  const inputs = shapes.map((shape) => b.input({ dtype: 'float32', shape }));
  const { inputs: weights, factors } = weightsOf(b.finish([build(b, inputs)]));
  return { weights, factors: [...factors] };
}

const convolution = { strides: [1, 1], lhsDilation: [1, 1], rhsDilation: [1, 1], groups: 1 };
const padding = [
  [0, 0],
  [0, 0],
] as const;

describe('weightsOf', () => {
  test('finds the matrix and bias of a dense layer, but not its data', () => {
    const dense = found([[2, 3], [3, 4], [4]], (b, [x, w, bias]) =>
      b.add(b.dot(x, w, [], [[1, 0]]), b.expand(bias, [2, 4], [1])),
    );
    expect(dense).toEqual({ weights: [1, 2], factors: [1] });
  });

  test('finds transposed filters, and the scale of a normalization between convolutions', () => {
    const network = found([[1, 2, 6, 6], [3, 3, 2, 4], [4], [4, 4, 1, 1]], (b, [x, filters, scale, next]) => {
      const first = b.conv(b.mul(x, b.full(x, 2)), b.transpose(filters, [3, 2, 0, 1]), { ...convolution, padding });
      return b.conv(b.mul(first, b.expand(b.sqrt(scale), [1, 4, 4, 4], [1])), next, { ...convolution, padding });
    });
    expect(network).toEqual({ weights: [1, 2, 3], factors: [1, 3] });
  });

  test('omits tables from which rows are gathered, and both operands of a sum', () => {
    const b = graphBuilder();
    const table = b.input({ dtype: 'float32', shape: [5, 3] });
    const rows = b.input({ dtype: 'int32', shape: [2] });
    const other = b.input({ dtype: 'float32', shape: [2, 3] });
    const sum = b.add(b.gather(table, rows, 0), other);
    expect(weightsOf(b.finish([sum]))).toEqual({ inputs: [], factors: new Set() });
  });
});
