import type { DraftGraph, DraftNode } from './draft.ts';
import type { FileDraft } from './file-draft.ts';

/**
 * ONNX operators whose own padding does not consist of zeros: padded elements are never the maximum, and are not
 * counted in a mean.
 */
const POOLS: readonly string[] = ['MaxPool', 'AveragePool'];

/**
 * Rewrites each Pad node before a pooling node to a form that ONNX Runtime does not merge into the pooling node.
 *
 * The optimizer of ONNX Runtime 1.30 and 1.31 merges a Pad node with zeros into the pooling node after it. This changes
 * the result, because pooling pads with -infinity or excludes the padding from means. Pad nodes with an explicit list
 * of axes are not merged.
 */
export function keepPads(graph: DraftGraph, file: FileDraft): DraftGraph {
  const readers = new Map<string, DraftNode[]>();
  for (const node of graph.nodes) {
    for (const input of node.inputs) readers.set(input, [...(readers.get(input) ?? []), node]);
  }
  const isPooled = (name: string): boolean =>
    (readers.get(name) ?? []).some(
      ({ opType, outputs }) => POOLS.includes(opType) || (opType === 'Cast' && isPooled(outputs[0])),
    );
  const nodes = graph.nodes.map((node): DraftNode => {
    const attributes = Object.fromEntries(
      Object.entries(node.attributes).map(([name, value]) => [
        name,
        value?.kind === 'graph' ? { ...value, graph: keepPads(value.graph, file) } : value,
      ]),
    );
    const axes =
      node.opType === 'Pad' && node.inputs.length === 3 && isPooled(node.outputs[0]) ? axesOf(node, file) : [];
    return { ...node, attributes, inputs: [...node.inputs, ...axes] };
  });
  return { ...graph, nodes };
}

/** Stores the list of all axes of a Pad node as a constant, and returns the name of the constant. */
function axesOf(pad: DraftNode, file: FileDraft): readonly string[] {
  const pads = file.stored.get(pad.inputs[1]);
  // Pad nodes whose amounts are computed at run time are left unchanged.
  if (pads?.kind !== 'int64') return [];
  const axes = Array.from({ length: pads.values.length / 2 }, (_, axis) => axis);
  return [file.store({ kind: 'int64', shape: [axes.length], values: axes }, 'axes').name];
}
