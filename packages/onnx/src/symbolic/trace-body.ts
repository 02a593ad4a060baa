import {
  type Attributes,
  type Graph,
  graphBuilder,
  type Lowering,
  lowerings,
  ManabiError,
  type OpName,
  type TensorType,
} from '@manabi/ir';
import { fitGraphs } from './fit.ts';
import { isFixed, type Length, lengthAt } from './length.ts';
import type { OpenGraph, OpenType } from './open-graph.ts';
import { trialsOf } from './trials.ts';

/**
 * Returns a graph that is valid for all values of the variable lengths. Calls `build` with operands of several fixed
 * shapes, and merges the graphs that it creates.
 */
function openGraphOf(types: readonly OpenType[], build: (types: readonly TensorType[]) => Graph): OpenGraph {
  const variables = types.flatMap(({ shape }) => shape.flatMap(variablesOf));
  const trials = trialsOf([...new Set(variables)]);
  const graphs = trials.points.map((point) =>
    build(types.map(({ dtype, shape }) => ({ dtype, shape: shape.map((length) => lengthAt(length, point)) }))),
  );
  return fitGraphs(graphs, trials);
}

function variablesOf(length: Length): readonly string[] {
  return isFixed(length) ? [] : length.monomials.flatMap(({ variables }) => variables);
}

/**
 * Returns a graph that computes an operator by means of other operators, for cases in which ONNX Runtime has no kernel,
 * such as a convolution of integers.
 *
 * @throws ManabiError `graph` for an operator that no other operators express
 */
export function bodyOf<K extends OpName>(op: K, types: readonly OpenType[], attributes: Attributes[K]): OpenGraph {
  const lowering: Lowering<K> = lowerings[op];
  if (lowering.class !== 'routine') {
    throw new ManabiError(
      'graph',
      `Cannot export operator ${op}: ONNX lacks it, and no other operators can replace it. Remove it from the function.`,
      {
        op: 'exportOnnx',
        data: { operator: op },
      },
    );
  }
  return openGraphOf(types, (known) => {
    const builder = graphBuilder();
    const operands = known.map((type) => builder.input(type));
    if (known.every(({ dtype }) => dtype !== 'float16')) {
      return builder.finish(lowering.body(builder, operands, attributes));
    }
    // Sums of float16 are computed in float32 and rounded once.
    const wide = operands.map((x) => (builder.dtype(x) === 'float16' ? builder.cast(x, 'float32') : x));
    const results = lowering.body(builder, wide, attributes);
    return builder.finish(results.map((y) => (builder.dtype(y) === 'float32' ? builder.cast(y, 'float16') : y)));
  });
}
