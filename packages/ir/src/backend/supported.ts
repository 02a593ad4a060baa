import { ManabiError } from '@manabi/errors';
import type { Graph, OpName } from '../graph/graph.ts';
import { attributeGraphs } from '../graph/parts.ts';
import { dtypeNames } from '../types/dtype.ts';
import { formatType, type TensorType } from '../types/shape.ts';
import type { Backend } from './backend.ts';

/** Properties of a backend that determine which graphs it can run. */
export type Capabilities = Pick<Backend, 'name' | 'dtypes' | 'supports'>;

/** The first value of a graph that a backend cannot store or compute. */
interface Unsupported {
  /** Operator that computes or reads the value; null for an input of the graph. */
  readonly op: OpName | null;
  readonly type: TensorType;
  /** Description of the value for the message, such as `input 0`. */
  readonly value: string;
}

/**
 * Returns true if a backend can run a graph, including the bodies of loops, branches and calls.
 *
 * @example
 * ```ts
 * import { graphBuilder, isSupported } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const graph = b.finish([b.exp(b.input({ dtype: 'float64', shape: [2] }))]);
 * console.log(isSupported(graph, { name: 'gpu', dtypes: ['float32', 'int32'] })); // false
 * ```
 */
export function isSupported(graph: Graph, capabilities: Capabilities): boolean {
  return firstUnsupported(graph, capabilities) === null;
}

/**
 * Checks that a backend can run a graph, including the bodies of loops, branches and calls.
 *
 * @param others other backends; the error message names those among them that can run the graph
 * @throws ManabiError `dtype` for an unsupported dtype; `backend` for an operator that the backend cannot run on a
 * dtype. The data has the `operator`, its `dtype`, the supported `dtypes`, and the `backends` that can run the graph.
 * @example
 * ```ts
 * import { checkSupported, graphBuilder } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const graph = b.finish([b.exp(b.input({ dtype: 'float64', shape: [2] }))]);
 * checkSupported(graph, { name: 'gpu', dtypes: ['float32', 'int32'] }); // throws 'dtype'
 * ```
 */
export function checkSupported(graph: Graph, capabilities: Capabilities, others: readonly Capabilities[] = []): void {
  const problem = firstUnsupported(graph, capabilities);
  if (problem === null) return;
  const { op, type, value } = problem;
  const { name, supports, dtypes: all = dtypeNames } = capabilities;
  const { dtype } = type;
  const lacks = !all.includes(dtype);
  const dtypes = all.filter((other) => lacks || op === null || (supports?.(op, other) ?? true));
  const backends = others.filter((other) => isSupported(graph, other)).map((other) => other.name);
  const ways = [dtypes.join(', '), backends.length > 0 && `another backend (${backends.join(', ')})`];
  throw new ManabiError(
    lacks ? 'dtype' : 'backend',
    `Backend "${name}" does not support ${lacks ? '' : `${op} of `}${dtype}, but ${value} is ${formatType(type)}. Use ` +
      `${ways.filter(Boolean).join(', or ') || 'other operators'}.`,
    { op: op ?? 'compile', data: { operator: op, dtype, type, backend: name, dtypes, backends } },
  );
}

function hasDType({ dtypes }: Capabilities, { dtype }: TensorType): boolean {
  return dtypes?.includes(dtype) ?? true;
}

function firstUnsupported(graph: Graph, capabilities: Capabilities): Unsupported | null {
  if (capabilities.dtypes === undefined && capabilities.supports === undefined) return null;
  for (let input = 0; input < graph.inputCount; input++) {
    const type = graph.types[input];
    if (!hasDType(capabilities, type)) return { op: null, type, value: `input ${input}` };
  }
  for (const node of graph.nodes) {
    const { op, operands, results } = node;
    const isAble = (type: TensorType): boolean =>
      hasDType(capabilities, type) && (capabilities.supports?.(op, type.dtype) ?? true);
    const result = results.find((value) => !isAble(graph.types[value]));
    if (result !== undefined) return { op, type: graph.types[result], value: `the result of ${op}` };
    const operand = operands.find((value) => !isAble(graph.types[value]));
    if (operand !== undefined) return { op, type: graph.types[operand], value: `an operand of ${op}` };
    for (const [name, body] of attributeGraphs(node)) {
      // The gradient graph of a call is not run, so it may use any dtype.
      const inner = name === 'vjp' ? null : firstUnsupported(body, capabilities);
      if (inner !== null) return inner;
    }
  }
  return null;
}
