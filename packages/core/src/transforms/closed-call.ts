import { type Attributes, type Graph, type GraphBuilder, graphBuilder, type TensorType, type Value } from '@manabi/ir';
import { emit } from '../emit/emit.ts';
import type { LazyValue } from '../lazy/value.ts';
import { rebuild, type TracedFunction } from './trace-function.ts';

/** Builds a graph whose inputs have the types of the given operands. */
export function graphOver(
  operands: readonly { readonly type: TensorType }[],
  write: (builder: GraphBuilder, operands: readonly Value[]) => readonly Value[],
): Graph {
  const builder = graphBuilder();
  const inputs = operands.map(({ type }) => builder.input(type));
  return builder.finish(write(builder, inputs));
}

/**
 * Adds a traced function to the lazy graph as one call node, and returns the results. The values that the function
 * captures become operands of the call, because the graph of a call can only use its operands.
 *
 * @param values values of the arguments
 * @param outside values that the function and its gradient capture
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
 * Returns a graph of a traced function whose inputs are the arguments and all values in `outside`. These include the
 * values that the function captures, and possibly values that other functions capture.
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
