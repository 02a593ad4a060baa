import { ManabiError } from '@manabi/errors';
import type { Graph, OpName } from '../graph/graph.ts';
import { attributeGraphs } from '../graph/parts.ts';
import { dtypeNames } from '../types/dtype.ts';
import { formatType, type TensorType } from '../types/shape.ts';
import type { Backend } from './backend.ts';

/** What a backend says about the graphs that it can run. */
export type Capabilities = Pick<Backend, 'name' | 'dtypes' | 'supports'>;

/** A value that a backend cannot store or compute. */
interface Unsupported {
  /** The operator that computes or reads the value; null for what comes from outside. */
  readonly op: OpName | null;
  readonly type: TensorType;
  /** The value, for people: `input 0`. */
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
      // A call's gradient is not part of what runs.
      const inner = name === 'vjp' ? null : firstUnsupported(body, capabilities);
      if (inner !== null) return inner;
    }
  }
  return null;
}
