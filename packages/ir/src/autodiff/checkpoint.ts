import type { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';

/** The way back through a graph: from its inputs and a cotangent for each output in `of` to one for each in `wrt`. */
export type BackwardOf = (graph: Graph, wrt: readonly number[], of: readonly number[]) => Graph;

/**
 * The cotangents of a checkpoint's operands: a call, itself a checkpoint, that computes the body anew from the operands
 * and goes back through it. Being a call, it shares nothing with the forward pass: that is what a checkpoint is for
 * (Chen, Xu, Zhang, Guestrin, "Training deep nets with sublinear memory cost", 2016).
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
