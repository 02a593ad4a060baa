import type { DraftGraph, DraftNode } from './draft.ts';
import type { FileDraft } from './file-draft.ts';

/** Operators that do not pad with zeros: their padding never wins a maximum, and does not count in a mean. */
const POOLS: readonly string[] = ['MaxPool', 'AveragePool'];

/**
 * Writes pads before pooling in a form that ONNX Runtime does not merge into the pooling.
 *
 * Its optimizer merges a zero Pad into the pooling behind it, which pads with -infinity and excludes padding from means, and
 * thereby changes the result (seen in 1.30 and 1.31). Pads with explicit axes are not merged.
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

/** Stores a list of all axes of a pad, and returns its name. */
function axesOf(pad: DraftNode, file: FileDraft): readonly string[] {
  const pads = file.stored.get(pad.inputs[1]);
  // Pads computed at run time are left unchanged.
  if (pads?.kind !== 'int64') return [];
  const axes = Array.from({ length: pads.values.length / 2 }, (_, axis) => axis);
  return [file.store({ kind: 'int64', shape: [axes.length], values: axes }, 'axes').name];
}
