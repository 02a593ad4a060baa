import type { DraftGraph, DraftNode } from './draft.ts';
import type { FileDraft } from './file-draft.ts';

/**
 * Removes nodes that add the length of the axis to negative indices before a gather, because ONNX also counts negative
 * indices from the end.
 */
export function unwrapIndices(graph: DraftGraph, file: FileDraft): DraftGraph {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const nodes = graph.nodes.map((node) => {
    if (node.opType !== 'Gather' && node.opType !== 'GatherElements') return node;
    const [data, indices] = node.inputs;
    const given = unwrapped(indices, lengthOf(data, node, file), makers, file);
    return given === null ? node : { ...node, inputs: [data, given] };
  });
  return { ...graph, nodes };
}

/** Returns the name of i if a value is computed as `Where(i < 0, i + length, i)`; null for other values. */
function unwrapped(
  name: string,
  length: number | null,
  makers: ReadonlyMap<string, DraftNode>,
  file: FileDraft,
): string | null {
  const choice = makers.get(name);
  if (length === null || choice?.opType !== 'Where') return null;
  const [isNegative, wrapped, indices] = choice.inputs;
  const [test, sum] = [makers.get(isNegative), makers.get(wrapped)];
  const isWrap =
    test?.opType === 'Less' &&
    test.inputs[0] === indices &&
    numberIn(test.inputs[1], file) === 0 &&
    sum?.opType === 'Add' &&
    sum.inputs[0] === indices &&
    numberIn(sum.inputs[1], file) === length;
  return isWrap ? indices : null;
}

/** Returns the number in a stored scalar constant; null for other values. */
function numberIn(name: string, file: FileDraft): number | null {
  const stored = file.stored.get(name);
  return stored?.kind === 'array' && stored.array.data.length === 1 ? Number(stored.array.data[0]) : null;
}

/** Returns the length of the axis along which a gather reads; null if the length is not fixed. */
function lengthOf(data: string, { attributes: { axis } }: DraftNode, file: FileDraft): number | null {
  const stored = file.stored.get(data);
  const shape = stored?.kind === 'array' ? stored.array.shape : file.types.get(data)?.shape;
  const along = axis?.kind === 'message' ? Number(axis.fields.i ?? 0n) : 0;
  const length = shape?.[along];
  return typeof length === 'number' ? length : null;
}
