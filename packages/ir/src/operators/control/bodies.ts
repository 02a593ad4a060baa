import type { GraphBuilder } from '../../graph/builder.ts';
import type { Graph, Value } from '../../graph/graph.ts';
import type { DType } from '../../types/dtype.ts';
import type { Shape, TensorType } from '../../types/shape.ts';
import { graphBuilder } from '../graph-builder.ts';

/** Creates the type of a tensor (default dtype: float32). */
export function typed(shape: Shape, dtype: DType = 'float32'): TensorType {
  return { dtype, shape };
}

/** Builds a graph whose inputs have the given types. */
export function graphOf(
  types: readonly TensorType[],
  write: (b: GraphBuilder, inputs: readonly Value[]) => readonly Value[],
): Graph {
  const b = graphBuilder();
  const inputs = types.map((type) => b.input(type));
  return b.finish(write(b, inputs));
}

/** A small recurrent cell: (state [2, 3], x [2, 3], weights [3, 3]) → (s, s · x) with s = tanh(state · weights + x). */
export const recurrentCell: Graph = graphOf([typed([2, 3]), typed([2, 3]), typed([3, 3])], (b, [state, x, weights]) => {
  const next = b.tanh(b.add(b.dot(state, weights, [], [[1, 0]]), x));
  return [next, b.mul(next, x)];
});
