import type { DraftGraph, DraftNode } from './draft.ts';
import type { FileDraft } from './file-draft.ts';

/** Operators whose own padding is not zeros: it never wins a maximum, and does not count in a mean. */
const POOLS: readonly string[] = ['MaxPool', 'AveragePool'];

/**
 * Returns the graph with pads before pooling in a form that ONNX Runtime does not join with it.
 *
 * Its optimizer makes a Pad of zeros a part of the pooling behind it, where negative numbers lose against -infinity in
 * place of 0 and means leave the pad out (seen in 1.30 and 1.31). It leaves pads alone that name
 * their axes.
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

/** The name of a list of all axes that a pad speaks of. */
function axesOf(pad: DraftNode, file: FileDraft): readonly string[] {
  const pads = file.stored.get(pad.inputs[1]);
  // Pads that are computed while the file runs are left alone.
  if (pads?.kind !== 'int64') return [];
  const axes = Array.from({ length: pads.values.length / 2 }, (_, axis) => axis);
  return [file.store({ kind: 'int64', shape: [axes.length], values: axes }, 'axes').name];
}
