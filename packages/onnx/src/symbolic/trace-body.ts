import {
  type Attributes,
  type Graph,
  GraphBuilder,
  ManabiError,
  type Operator,
  type OpName,
  operators,
  type TensorType,
} from '@manabi/ir';
import { fitGraphs, TRIALS } from './fit.ts';
import { isFixed, type Length } from './length.ts';
import type { OpenGraph, OpenType } from './open-graph.ts';

/** A length at a batch size. */
export function lengthAt(length: Length, batchSize: number): number {
  return isFixed(length) ? length : length.slope * batchSize + length.offset;
}

/** A graph for all batch sizes, made by a function that builds it for operands of known types. */
export function openGraphOf(types: readonly OpenType[], build: (types: readonly TensorType[]) => Graph): OpenGraph {
  const sizes = types.every(({ shape }) => shape.every(isFixed)) ? TRIALS.slice(0, 1) : TRIALS;
  const graphs = sizes.map((size) =>
    build(types.map(({ dtype, shape }) => ({ dtype, shape: shape.map((length) => lengthAt(length, size)) }))),
  );
  return fitGraphs(graphs, sizes);
}

/**
 * What an operator computes, in other operators: how a convolution of integers, say, is written, for which ONNX has no
 * kernel.
 *
 * @throws ManabiError `graph` for an operator that is not made of others
 */
export function bodyOf<K extends OpName>(op: K, types: readonly OpenType[], attributes: Attributes[K]): OpenGraph {
  const { lowering }: Operator<K> = operators[op];
  if (lowering.class !== 'routine') {
    throw new ManabiError('graph', `${op} has no body of other operators.`, {
      op: 'exportOnnx',
      data: { operator: op },
    });
  }
  return openGraphOf(types, (known) => {
    const builder = new GraphBuilder();
    const operands = known.map((type) => builder.input(type));
    return builder.finish(lowering.body(builder, operands, attributes));
  });
}
