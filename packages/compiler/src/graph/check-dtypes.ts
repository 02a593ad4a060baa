import {
  attributeGraphs,
  type DType,
  dtypeNames,
  formatType,
  type Graph,
  ManabiError,
  type TensorType,
} from '@manabi/ir';
import type { PlanTarget } from '../target.ts';

/**
 * Checks that a target can store every value of a graph, bodies of loops and branches included.
 *
 * @throws ManabiError `dtype`, naming the first value that it cannot store, with the operator that computes it
 */
export function checkDTypes(graph: Graph, target: PlanTarget): void {
  for (let input = 0; input < graph.inputCount; input++) {
    checkType(graph.types[input], `input ${input} of the graph`, null, target);
  }
  for (const node of graph.nodes) {
    for (const result of node.results) checkType(graph.types[result], `the result of ${node.op}`, node.op, target);
    for (const [, body] of attributeGraphs(node)) checkDTypes(body, target);
  }
}

function checkType(type: TensorType, value: string, op: string | null, { name, bytesOf }: PlanTarget): void {
  if (bytesOf[type.dtype] !== null) return;
  const storable = storableDTypes(bytesOf);
  throw new ManabiError(
    'dtype',
    `Backend "${name}" does not support ${type.dtype}, but ${value} is ${formatType(type)}. ` +
      `Convert to one of its dtypes (${storable.join(', ')}), or run the graph on another backend.`,
    { op: op ?? 'compile', data: { dtype: type.dtype, type, backend: name, supported: storable } },
  );
}

function storableDTypes(bytesOf: PlanTarget['bytesOf']): readonly DType[] {
  return dtypeNames.filter((dtype) => bytesOf[dtype] !== null);
}
