import { type Attributes, type Graph, type GraphBuilder, graphBuilder, type TensorType, type Value } from '@manabi/ir';
import { emit } from '../emit/emit.ts';
import type { LazyValue } from '../lazy/value.ts';
import { rebuild, type TracedFunction } from './trace-function.ts';

/** A graph over operands of these types. */
export function graphOver(
  operands: readonly { readonly type: TensorType }[],
  write: (builder: GraphBuilder, operands: readonly Value[]) => readonly Value[],
): Graph {
  const builder = graphBuilder();
  const inputs = operands.map(({ type }) => builder.input(type));
  return builder.finish(write(builder, inputs));
}

/**
 * A traced function as one call in the lazy graph. What it takes from outside becomes operands of the call: a body refers
 * to nothing but its operands.
 *
 * @param values the tensors of its arguments
 * @param outside all that it, and whatever else belongs to the call, takes from outside
 */
export function closedCall(
  name: string,
  forward: TracedFunction,
  values: readonly LazyValue[],
  outside: readonly LazyValue[],
  { vjp, checkpoint }: Pick<Attributes['call'], 'vjp' | 'checkpoint'>,
): unknown {
  const operands = [...values, ...outside];
  const body = closedGraph(forward, values, outside);
  return rebuild(forward.structure, emit('call', operands, { name, config: {}, body, vjp, checkpoint }));
}

/** A traced function as a graph of its arguments and of all that it and others with it take from outside. */
export function closedGraph(
  { captured, outside: own }: TracedFunction,
  values: readonly { readonly type: TensorType }[],
  outside: readonly LazyValue[],
): Graph {
  return graphOver([...values, ...outside], (builder, given) =>
    builder.inline(captured.graph, [
      ...given.slice(0, values.length),
      ...own.map((value) => given[values.length + outside.indexOf(value)]),
    ]),
  );
}
