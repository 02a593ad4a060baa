import { equalShapes, hostArray } from '@manabi/ir';
import { namesRead } from './build.ts';
import type { DraftGraph, DraftNode } from './draft.ts';
import type { FileDraft } from './file-draft.ts';

/** A graph after biases were merged into nodes, and better names for the results of these nodes. */
export interface JoinedGraph {
  readonly graph: DraftGraph;
  readonly names: ReadonlyMap<string, string>;
}

/**
 * Merges each addition of a stored bias into the node before it: Conv and ConvTranspose receive the bias as their third
 * input, and MatMul becomes Gemm.
 */
export function joinBiases(graph: DraftGraph, file: FileDraft): JoinedGraph {
  const uses = useCounts(graph);
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const joined = new Map<DraftNode, DraftNode>();
  const gone = new Set<DraftNode>();
  const names = new Map<string, string>();
  for (const sum of graph.nodes) {
    if (sum.opType !== 'Add') continue;
    const [left, right] = sum.inputs;
    const made = join(sum, left, right, makers, uses, file) ?? join(sum, right, left, makers, uses, file);
    if (made === null) continue;
    joined.set(sum, made.node);
    gone.add(made.product);
    const { opType, outputs } = made.product;
    names.set(sum.outputs[0], opType === 'MatMul' ? file.freshName(`${layerOf(outputs[0])}gemm`) : outputs[0]);
  }
  const nodes = graph.nodes.flatMap((node) => (gone.has(node) ? [] : [joined.get(node) ?? node]));
  return { graph: { ...graph, nodes }, names };
}

/** Returns how often each value is read, by name. Reads in the bodies of loops and branches are included. */
function useCounts(graph: DraftGraph): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (name: string): void => {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  for (const { name } of graph.outputs) add(name);
  for (const node of graph.nodes) {
    for (const input of node.inputs) add(input);
    for (const value of Object.values(node.attributes)) {
      if (value?.kind === 'graph') for (const name of namesRead(value.graph)) add(name);
    }
  }
  return counts;
}

function join(
  sum: DraftNode,
  productName: string,
  biasName: string,
  makers: ReadonlyMap<string, DraftNode>,
  uses: ReadonlyMap<string, number>,
  file: FileDraft,
): { readonly node: DraftNode; readonly product: DraftNode } | null {
  const product = makers.get(productName);
  if (product === undefined || uses.get(productName) !== 1 || product.inputs.length !== 2) return null;
  const [, weights] = product.inputs;
  const bias = biasOf(product, weights, biasName, file) ?? computedBiasOf(product, makers.get(biasName), file);
  if (bias === null) return null;
  const opType = product.opType === 'MatMul' ? 'Gemm' : product.opType;
  return { node: { ...product, opType, inputs: [...product.inputs, bias], outputs: sum.outputs }, product };
}

/**
 * Returns the name of a bias that has one entry per output channel of a node; null if the added operand is not such a
 * bias.
 */
function biasOf(product: DraftNode, weightsName: string, name: string, file: FileDraft): string | null {
  const stored = file.stored.get(name);
  const weights = file.stored.get(weightsName);
  if (stored?.kind !== 'array' || weights?.kind !== 'array' || stored.array.dtype !== 'float32') return null;
  const { array, origin } = stored;
  const rank = weights.array.shape.length;
  switch (product.opType) {
    case 'Conv':
    case 'ConvTranspose': {
      const [channels, ...ones] = array.shape;
      if (array.shape.length !== rank - 1 || ones.some((length) => length !== 1)) return null;
      if (channels !== channelsOf(product, weights.array.shape)) return null;
      const list = hostArray(array.dtype, [channels], array.data);
      const original = origin === null ? undefined : file.stored.get(origin);
      const isOriginal = original?.kind === 'array' && original.array.data === array.data;
      if (origin !== null && isOriginal && equalShapes(original.array.shape, list.shape)) return origin;
      return file.derive({ name, dtype: array.dtype }, array, `as [${channels}]`, () => list).name;
    }
    case 'MatMul': {
      const rows = file.types.get(product.outputs[0])?.shape;
      const fits =
        rank === 2 && rows?.length === 2 && array.shape.length === 1 && array.shape[0] === weights.array.shape[1];
      return fits ? name : null;
    }
    default:
      return null;
  }
}

/**
 * Returns the name of a list with one entry per output channel of a convolution, if the node that makes the added operand
 * reshapes this list to [channels, 1, …]; null otherwise.
 */
function computedBiasOf({ opType, outputs }: DraftNode, maker: DraftNode | undefined, file: FileDraft): string | null {
  if ((opType !== 'Conv' && opType !== 'ConvTranspose') || maker?.opType !== 'Reshape') return null;
  const [list] = maker.inputs;
  const made = file.types.get(maker.outputs[0]) ?? shapeInput(maker, file);
  const result = file.types.get(outputs[0])?.shape;
  const source = file.types.get(list);
  const [channels, ...ones] = made?.shape ?? [];
  const fits =
    source?.dtype === 'float32' &&
    source.shape.length === 1 &&
    result !== undefined &&
    ones.length === result.length - 2 &&
    ones.every((length) => length === 1) &&
    typeof channels === 'number' &&
    channels === result[1] &&
    source.shape[0] === channels;
  return fits ? list : null;
}

/** Returns the shape that a Reshape with a stored shape gives its result. */
function shapeInput({ inputs }: DraftNode, file: FileDraft): { readonly shape: readonly number[] } | null {
  const stored = file.stored.get(inputs[1]);
  return stored?.kind === 'int64' ? { shape: stored.values } : null;
}

/** Returns the beginning of a name with the path of a layer: `dense/` for `dense/mat_mul`. */
function layerOf(name: string): string {
  return name.slice(0, name.lastIndexOf('/') + 1);
}

function channelsOf(product: DraftNode, [first, second]: readonly number[]): number {
  if (product.opType === 'Conv') return first;
  const group = product.attributes.group;
  return second * (group?.kind === 'message' ? Number(group.fields.i ?? 1n) : 1);
}
