import type { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';

/**
 * Function that returns the backward graph of a graph, which maps its inputs and a cotangent for each output in `of` to
 * a cotangent for each input in `wrt`.
 */
export type BackwardOf = (graph: Graph, wrt: readonly number[], of: readonly number[]) => Graph;

/**
 * Returns the cotangents of a checkpoint's operands: a call, again a checkpoint, that recomputes the body from the
 * operands and differentiates it. Because it is a call, it shares no intermediates with the forward pass (Chen, Xu,
 * Zhang, Guestrin, "Training Deep Nets with Sublinear Memory Cost", 2016).
 */
export function pullBackCheckpoint(
  builder: GraphBuilder,
  { operands, results, attributes }: Node<'call'>,
  cotangents: readonly (Value | null)[],
  active: ReadonlySet<Value>,
  backwardOf: BackwardOf,
): readonly (Value | null)[] {
  const wrt = operands.map((_, i) => i).filter((i) => active.has(operands[i]));
  const of = results.map((_, i) => i).filter((i) => cotangents[i] !== null);
  const given = cotangents.filter((cotangent) => cotangent !== null);
  const gradients = builder.emit('call', [...operands, ...given], {
    name: 'checkpoint',
    config: {},
    body: backwardOf(attributes.body, wrt, of),
    vjp: null,
    checkpoint: true,
  });
  const parts = operands.map((): Value | null => null);
  wrt.forEach((operand, i) => {
    parts[operand] = gradients[i];
  });
  return parts;
}
