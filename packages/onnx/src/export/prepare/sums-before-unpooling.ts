import { type Graph, producers } from '@manabi/ir';
import { rewritten } from './rewritten.ts';

/**
 * Sums gradients of max pooling, as for a bias, before they are moved to the positions of the maxima, where they are fewer:
 * `reduceSum(maxUnpool(g))` becomes `reduceSum(g)`, if the sum includes all positions.
 *
 * @returns the graph itself if it has no such sum
 */
export function sumsBeforeUnpooling(graph: Graph): Graph {
  const makers = producers(graph);
  return rewritten(graph, (b, { op, operands, attributes }, values) => {
    if (op !== 'reduceSum') return null;
    const unpool = makers[operands[0]];
    if (unpool?.op !== 'maxUnpool') return null;
    const { length: rank } = graph.types[operands[0]].shape;
    const spatial = unpool.attributes.window.map((_, axis) => rank - 1 - axis);
    if (!spatial.every((axis) => attributes.axes.includes(axis))) return null;
    return [b.reduceSum(values[unpool.operands[0]], attributes.axes)];
  });
}
