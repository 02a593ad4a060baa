import { type Attributes, type Graph, type GraphBuilder, graphBuilder, type TensorType, type Value } from '@manabi/ir';
import { emit } from '../emit/emit.ts';
import type { LazyValue } from '../lazy/value.ts';
import { rebuild, type TracedFunction } from './trace-function.ts';

/** Builds a graph with inputs of the operands' types. */
export function graphOver(
  operands: readonly { readonly type: TensorType }[],
  write: (builder: GraphBuilder, operands: readonly Value[]) => readonly Value[],
): Graph {
  const builder = graphBuilder();
  const inputs = operands.map(({ type }) => builder.input(type));
  return builder.finish(write(builder, inputs));
}

/**
 * Adds a traced function to the lazy graph as one call. Captured values become operands of the call, because the body
 * of a call can use nothing but its operands.
 *
 * @param values values of the arguments
 * @param outside captured values of the function and of its gradient
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

/**
 * Returns a traced function as a graph. Its inputs are the arguments and the captured values in `outside`, which may
 * include those of other functions.
 */
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
