import type { AttributeValue, DraftGraph, DraftNode, NodeAttributes } from './draft.ts';

/**
 * Merges equal ONNX nodes that were written for different operators, such as the equal transposes that both directions
 * of a recurrent layer need. (Equal operators are merged earlier, in the graph of the computation.)
 */
export function mergeCommon(graph: DraftGraph): DraftGraph {
  return merge(graph, new Map());
}

/**
 * Merges equal nodes in a graph and in its loop and branch bodies.
 *
 * @param outer new names of the values of enclosing graphs, by old name
 */
function merge(graph: DraftGraph, outer: ReadonlyMap<string, string>): DraftGraph {
  const names = new Map(outer);
  const known = new Map<string, DraftNode>();
  const given = new Set(graph.outputs.map(({ name }) => name));
  const nodes: DraftNode[] = [];
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((input) => names.get(input) ?? input);
    const renamed = { ...node, inputs, attributes: merged(node.attributes, names) };
    const key = keyOf(renamed);
    const same = key === null ? undefined : known.get(key);
    if (same !== undefined && !node.outputs.some((output) => given.has(output))) {
      node.outputs.forEach((output, i) => {
        names.set(output, same.outputs[i]);
      });
      continue;
    }
    if (key !== null && same === undefined) known.set(key, renamed);
    nodes.push(renamed);
  }
  return { ...graph, nodes };
}

function merged(attributes: NodeAttributes, names: ReadonlyMap<string, string>): NodeAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      value?.kind === 'graph' ? { kind: 'graph', graph: merge(value.graph, names) } : value,
    ]),
  );
}

/**
 * Returns a string that is equal for equal nodes. Returns null for nodes whose attributes contain graphs or tensors,
 * which are not merged.
 */
function keyOf({ opType, inputs, outputs, attributes }: DraftNode): string | null {
  const values = Object.entries(attributes).filter(
    (entry): entry is [string, AttributeValue] => entry[1] !== undefined,
  );
  if (values.some(([, value]) => value.kind === 'graph' || value.fields.t !== undefined)) return null;
  const plain = (_key: string, value: unknown): unknown => {
    if (typeof value === 'bigint') return String(value);
    return value instanceof Uint8Array ? [...value] : value;
  };
  return JSON.stringify([opType, inputs, outputs.length, values.sort()], plain);
}
