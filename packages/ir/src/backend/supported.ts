import { ManabiError } from '@manabi/errors';
import type { Graph, OpName } from '../graph/graph.ts';
import { attributeGraphs } from '../graph/parts.ts';
import { type DType, dtypeNames } from '../types/dtype.ts';
import { formatType, type TensorType } from '../types/shape.ts';
import type { Backend } from './backend.ts';

/** What a backend says about the graphs that it can run. */
export type Capabilities = Pick<Backend, 'name' | 'dtypes' | 'supports'>;

/** A value that a backend cannot store or compute. */
interface Unsupported {
  /** The operator that computes or reads the value; null for what comes from outside. */
  readonly op: OpName | null;
  readonly type: TensorType;
  /** The value, for people: `input 0 of the graph`. */
  readonly value: string;
}

/** Returns whether a backend can run a graph, bodies of loops, branches and calls included. */
export function isSupported(graph: Graph, capabilities: Capabilities): boolean {
  return firstUnsupported(graph, capabilities) === null;
}

/**
 * Checks that a backend can run a graph, bodies of loops, branches and calls included.
 *
 * @param others other backends, to be named if they can run the graph
 * @throws ManabiError `dtype` for a dtype that the backend does not have, `backend` for an operator that it cannot run on a
 * dtype; the data has the `operator`, its `dtype`, the `dtypes` that would work, and the `backends` that can run the graph
 */
export function checkSupported(graph: Graph, capabilities: Capabilities, others: readonly Capabilities[] = []): void {
  const problem = firstUnsupported(graph, capabilities);
  if (problem === null) return;
  const able = others.filter((other) => isSupported(graph, other)).map(({ name }) => name);
  throw unsupportedError(problem, capabilities, able, problem.op ?? 'compile');
}

/**
 * Checks that a backend can store elements of a dtype.
 *
 * @throws ManabiError `dtype`
 */
export function checkStorable(type: TensorType, capabilities: Capabilities, op: string): void {
  if (hasDType(capabilities, type)) return;
  throw unsupportedError({ op: null, type, value: 'the tensor' }, capabilities, [], op);
}

function unsupportedError(
  { op, type, value }: Unsupported,
  capabilities: Capabilities,
  backends: readonly string[],
  reporter: string,
): ManabiError {
  const { name, supports, dtypes: all = dtypeNames } = capabilities;
  const isOperator = op !== null && hasDType(capabilities, type);
  const dtypes = isOperator ? all.filter((dtype) => supports?.(op, dtype) ?? true) : all;
  const message = isOperator
    ? `Backend "${name}" cannot run ${op} on ${type.dtype}, but ${value} is ${formatType(type)}.`
    : `Backend "${name}" does not support ${type.dtype}, but ${value} is ${formatType(type)}.`;
  return new ManabiError(isOperator ? 'backend' : 'dtype', `${message} ${fixes(dtypes, backends)}`, {
    op: reporter,
    data: { operator: op, dtype: type.dtype, type, backend: name, dtypes, backends },
  });
}

function fixes(dtypes: readonly DType[], backends: readonly string[]): string {
  const convert = `Convert to a dtype that works there (${dtypes.join(', ')})`;
  const move = `on another backend (${backends.join(', ')})`;
  if (dtypes.length === 0) return backends.length === 0 ? 'Use other operators.' : `Run it ${move}.`;
  return backends.length === 0 ? `${convert}.` : `${convert}, or run the graph ${move}.`;
}

function hasDType({ dtypes }: Capabilities, { dtype }: TensorType): boolean {
  return dtypes?.includes(dtype) ?? true;
}

function firstUnsupported(graph: Graph, capabilities: Capabilities): Unsupported | null {
  if (capabilities.dtypes === undefined && capabilities.supports === undefined) return null;
  for (let input = 0; input < graph.inputCount; input++) {
    const type = graph.types[input];
    if (!hasDType(capabilities, type)) return { op: null, type, value: `input ${input} of the graph` };
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
      // A call's gradient is not part of what runs.
      const inner = name === 'vjp' ? null : firstUnsupported(body, capabilities);
      if (inner !== null) return inner;
    }
  }
  return null;
}
