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

/** A function as a graph: what exporters and other compilers start from. */
export interface TracedGraph {
  /** Its inputs are the data in the arguments, in order, then the captured tensors. */
  readonly graph: Graph;
  /** Tensors that the function refers to from outside. */
  readonly captured: readonly Tensor[];
  /** What the arguments look like. */
  readonly pattern: Pattern;
  /** How the result is built of the graph's outputs. */
  readonly structure: Structure;
}

/**
 * The graph of a function for arguments like these.
 *
 * @param specs arguments, with `{ shape, dtype }` in place of tensors where wanted
 * @throws ManabiError as `jit`
 * @example `const { graph } = traceGraph(predict, params, { shape: [1, 784], dtype: 'float32' });`
 */
export function traceGraph<Args extends readonly unknown[]>(
  f: (...args: Args) => unknown,
  ...specs: JitSpecs<Args>
): TracedGraph;
export function traceGraph(f: (...args: readonly unknown[]) => unknown, ...specs: readonly unknown[]): TracedGraph {
  checkFunction('traceGraph', f);
  const trace = currentTrace();
  if (trace !== null) {
    throw new ManabiError('tracing', `traceGraph was called while ${trace.transform} traces ${trace.name}.`, {
      op: 'traceGraph',
      data: { within: trace.name },
    });
  }
  const pattern = patternOf(nameOf(f), specs, true);
  const call = (stand: readonly Tensor[]): unknown => {
    const args = fillPattern(pattern, stand);
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
 * A graph applied to tensors: its outputs, as pending as those of any function. It can be differentiated, jitted and so
 * on.
 *
 * @throws ManabiError `argument` for a wrong number of tensors; `shape` or `dtype` for one that is not of its input's type
 */
export function applyGraph(graph: Graph, inputs: readonly Tensor[]): Tensor[] {
  readArgument('applyGraph', 'inputs', inputs, tensors);
  const types = inputTypes(readArgument('applyGraph', 'graph', graph, graphKind));
  if (inputs.length !== types.length) {
    throw new ManabiError(
      'argument',
      `The graph has ${types.length} inputs, but ${inputs.length} tensors were given.`,
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
    `Input ${position} of the graph is ${formatType(expected)}, but ${formatType(given)} was given.`,
    { op: 'applyGraph', data: { position, expected, given: { dtype: given.dtype, shape: given.shape } } },
  );
}
