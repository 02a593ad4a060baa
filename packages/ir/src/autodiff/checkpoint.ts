import type { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';

/**
 * Function that returns the backward graph of a given graph. The backward graph takes the inputs of the given graph and
 * a cotangent for each output in `of`, and returns a cotangent for each input in `wrt`.
 */
export type BackwardOf = (graph: Graph, wrt: readonly number[], of: readonly number[]) => Graph;

/**
 * Emits the backward pass of a checkpoint and returns the cotangents of its operands. The backward pass is a call of a
 * second checkpoint, which computes the body again from the operands and differentiates it. Because it is a call,
 * simplification does not reuse intermediate values of the forward pass for it (Chen, Xu, Zhang, Guestrin, "Training
 * Deep Nets with Sublinear Memory Cost", 2016).
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
