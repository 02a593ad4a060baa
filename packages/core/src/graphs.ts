import { listOf, readArgument } from '@manabi/errors';
import { equalTypes, formatType, type Graph, graphKind, inputTypes, ManabiError, type TensorType } from '@manabi/ir';
import { inline } from './emit/emit.ts';
import { tensorKind } from './functions/argument-kinds.ts';
import type { JitSpecs } from './jit/jit.ts';
import { fillPattern, type Pattern, patternOf, tracedWith, withNumbers } from './jit/pattern.ts';
import { currentTrace } from './lazy/trace.ts';
import { lazyOf, Tensor } from './tensor.ts';
import { checkFunction, nameOf, traceFunction } from './transforms/trace-function.ts';
import type { Structure } from './tree.ts';

/** A function converted to a graph, for example as the input of an exporter. */
export interface TracedGraph {
  /**
   * Graph of the function. Its inputs are the tensors and numbers in the arguments, in order, followed by the captured
   * tensors.
   */
  readonly graph: Graph;
  /** Tensors that the function uses without receiving them as arguments. */
  readonly captured: readonly Tensor[];
  /** Structure of the arguments, with the types of their tensors. */
  readonly pattern: Pattern;
  /** Structure of the function's result, whose tensors are the outputs of the graph. */
  readonly structure: Structure;
}

/**
 * Traces a function and returns its graph.
 *
 * @param specs arguments of the function; `{ shape, dtype }` may replace a tensor
 * @throws ManabiError under the same conditions as `jit()`; `tracing` inside another traced function
 * @example
 * ```ts
 * import { add, Tensor, traceGraph } from 'manabi';
 *
 * const { graph } = traceGraph((x: Tensor) => add(x, 1), { shape: [2], dtype: 'float32' });
 * console.log(graph.nodes.map(({ op }) => op)); // ['constant', 'expand', 'add']
 * ```
 */
export function traceGraph<Args extends readonly unknown[]>(
  f: (...args: Args) => unknown,
  ...specs: JitSpecs<Args>
): TracedGraph;
export function traceGraph(f: (...args: readonly unknown[]) => unknown, ...specs: readonly unknown[]): TracedGraph {
  checkFunction('traceGraph', f);
  const trace = currentTrace();
  if (trace !== null) {
    throw new ManabiError(
      'tracing',
      `traceGraph() cannot be called while ${trace.transform} traces ${trace.name}. Call it outside of the traced function.`,
      {
        op: 'traceGraph',
        data: { within: trace.name },
      },
    );
  }
  const pattern = patternOf(nameOf(f), specs, true);
  const call = (placeholders: readonly Tensor[]): unknown => {
    const args = fillPattern(pattern, placeholders);
    return Array.isArray(args) ? f(...args) : undefined;
  };
  const { captured, outside, structure, numbers } = traceFunction(
    'traceGraph',
    nameOf(f),
    tracedWith(pattern),
    call,
    'jit',
  );
  return {
    graph: captured.graph,
    captured: outside.map((value) => new Tensor(value)),
    pattern: withNumbers(pattern, numbers),
    structure,
  };
}

const tensors = listOf(tensorKind);

/**
 * Applies a graph to tensors. The outputs are pending. Like results of any tensor function, they can be used in
 * functions that are differentiated or jitted.
 *
 * @throws ManabiError `argument` for a wrong number of tensors; `shape` or `dtype` for a tensor whose type differs from
 * that of its input
 * @example
 * ```ts
 * import { applyGraph, mul, Tensor, tensor, traceGraph } from 'manabi';
 *
 * const { graph } = traceGraph((x: Tensor) => mul(x, 2), { shape: [2], dtype: 'float32' });
 * const [y] = applyGraph(graph, [tensor([1, 2])]);
 * console.log(await y.array()); // [2, 4]
 * ```
 */
export function applyGraph(graph: Graph, inputs: readonly Tensor[]): Tensor[] {
  readArgument('applyGraph', 'inputs', inputs, tensors);
  const types = inputTypes(readArgument('applyGraph', 'graph', graph, graphKind));
  if (inputs.length !== types.length) {
    throw new ManabiError(
      'argument',
      `\`inputs\` must have one tensor for each of the ${types.length} inputs of the graph; got ${inputs.length} tensors.`,
      {
        op: 'applyGraph',
        data: { expected: types.length, given: inputs.length },
      },
    );
  }
  types.forEach((type, i) => {
    checkType(type, inputs[i], i);
  });
  return inline(graph, inputs.map(lazyOf)).map((value) => new Tensor(value));
}

function checkType(expected: TensorType, given: Tensor, position: number): void {
  if (equalTypes(expected, given)) return;
  throw new ManabiError(
    expected.dtype === given.dtype ? 'shape' : 'dtype',
    `Input ${position} of the graph must be ${formatType(expected)}; got ${formatType(given)}.`,
    { op: 'applyGraph', data: { position, expected, given: { dtype: given.dtype, shape: given.shape } } },
  );
}
