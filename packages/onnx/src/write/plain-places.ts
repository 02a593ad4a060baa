import type { DraftGraph, DraftNode } from './draft.ts';
import type { FileDraft } from './file-draft.ts';

/**
 * A graph in which gathers read places as they are given, where the computation counts negative ones from the end: ONNX
 * does that by itself.
 */
export function plainPlaces(graph: DraftGraph, file: FileDraft): DraftGraph {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const nodes = graph.nodes.map((node) => {
    if (node.opType !== 'Gather' && node.opType !== 'GatherElements') return node;
    const [data, places] = node.inputs;
    const given = countedFromEnd(places, lengthOf(data, node, file), makers, file);
    return given === null ? node : { ...node, inputs: [data, given] };
  });
  return { ...graph, nodes };
}

/** The places p of which a value is `Where(p < 0, p + length, p)`; null if it is something else. */
function countedFromEnd(
  name: string,
  length: number | null,
  makers: ReadonlyMap<string, DraftNode>,
  file: FileDraft,
): string | null {
  const choice = makers.get(name);
  if (length === null || choice?.opType !== 'Where') return null;
  const [isNegative, wrapped, places] = choice.inputs;
  const [test, sum] = [makers.get(isNegative), makers.get(wrapped)];
  const isWrap =
    test?.opType === 'Less' &&
    test.inputs[0] === places &&
    numberIn(test.inputs[1], file) === 0 &&
    sum?.opType === 'Add' &&
    sum.inputs[0] === places &&
    numberIn(sum.inputs[1], file) === length;
  return isWrap ? places : null;
}

/** The one number that a stored value holds; null for others. */
function numberIn(name: string, file: FileDraft): number | null {
  const stored = file.stored.get(name);
  return stored?.kind === 'array' && stored.array.data.length === 1 ? Number(stored.array.data[0]) : null;
}

/** The length of the axis that a gather reads along, where it is known. */
function lengthOf(data: string, { attributes: { axis } }: DraftNode, file: FileDraft): number | null {
  const stored = file.stored.get(data);
  const shape = stored?.kind === 'array' ? stored.array.shape : file.types.get(data)?.shape;
  const along = axis?.kind === 'message' ? Number(axis.fields.i ?? 0n) : 0;
  const length = shape?.[along];
  return typeof length === 'number' ? length : null;
}
