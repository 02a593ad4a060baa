import { type DType, type Graph, type Node, type Shape, sizeOf } from '@manabi/ir';
import type { Routine, RoutineCost, RoutineSite } from '../../graph/routine.ts';
import type { StridedView } from '../../graph/strided-view.ts';

/**
 * How an operand of an attention is stored: its first element, and its strides in elements, which are not negative. Rows
 * are those of the matrix in the last two axes.
 */
export interface AttentionOperand {
  /** Position of the first element in the slot. */
  readonly offset: number;
  /** Stride along each batch axis. */
  readonly batchStrides: readonly number[];
  readonly rowStride: number;
  readonly columnStride: number;
}

/** Attributes of the routine `attention`; see the composite of this name. */
export interface AttentionAttributes {
  /** Dtype of queries, keys, values and results. Scores and sums are float32. */
  readonly dtype: DType;
  /** Lengths of the batch axes, such as samples and heads. */
  readonly batch: readonly number[];
  readonly queries: number;
  readonly keys: number;
  /** Number of features of a query and a key. */
  readonly features: number;
  /** Number of features of a value. */
  readonly width: number;
  readonly scale: number;
  /** Whether query i attends to keys 0 to i only. */
  readonly causal: boolean;
  readonly query: AttentionOperand;
  readonly key: AttentionOperand;
  readonly value: AttentionOperand;
  /** How the mask is stored, and whether it is of bool or added to the scores; null without a mask. */
  readonly mask: (AttentionOperand & { readonly isAdded: boolean }) | null;
}

/** Largest width of values: a routine keeps the sums of whole results in registers. */
const MOST_WIDTH = 256;

/**
 * Attention without storing the scores of all queries and keys. Values are averaged while keys are visited in order, and the
 * averages are rescaled if the largest score so far increases (T. Dao et al., "FlashAttention", 2022). Targets list this
 * routine only if they pass `gpuRoutineTable` or `attentionRoutines`.
 */
export const attention: Routine<AttentionAttributes> & { readonly name: 'attention' } = {
  name: 'attention',
  covers: {
    operators: [],
    composites: ['attention'],
    pattern: null,
    accepts: (graph, node) => isStored(graph, node) && widthOf(graph, node) <= MOST_WIDTH,
  },
  operands: ['strided', 'strided', 'strided', 'strided'],
  optional: 1,
  standardForm: null,
  attributes: (site) => callAttributes(site, 3),
  epilogue: null,
  cost: (attributes) => attentionCost(attributes, { products: 1, weighted: 1 }),
  print: (attributes, operands, [result]) =>
    `${result} = ${printCall(attributes)}: ${operands.slice(0, 3).join(', ')}${printMask(attributes, operands[3])}`,
};

/** Returns the attributes of a call. @param maskAt position of the mask, the last operand */
export function callAttributes({ node, operands, views }: RoutineSite, maskAt: number): AttentionAttributes {
  const [query, key, value] = operands;
  const mask = operands.at(maskAt);
  const { scale, causal } = attentionConfig(node);
  const [queries, features] = query.shape.slice(-2);
  const [keys, width] = value.shape.slice(-2);
  return {
    ...{ dtype: query.dtype, batch: query.shape.slice(0, -2), queries, keys, features, width, scale, causal },
    query: operandOf(query.shape, views[0]),
    key: operandOf(key.shape, views[1]),
    value: operandOf(value.shape, views[2]),
    mask: mask === undefined ? null : { ...operandOf(mask.shape, views[maskAt]), isAdded: mask.dtype !== 'bool' },
  };
}

/**
 * Returns the cost of a call.
 *
 * @param counts number of products of features, and of the width of values, for each query and key
 */
export function attentionCost(
  { batch, queries, keys, features, width, causal, mask }: AttentionAttributes,
  { products, weighted }: { readonly products: number; readonly weighted: number },
): RoutineCost {
  const batches = sizeOf(batch);
  const pairs = batches * queries * keys * (causal && mask === null ? 0.5 : 1);
  const reads = [queries * features, keys * features, keys * width, ...(mask === null ? [] : [queries * keys])];
  return {
    name: `${batch.map((length) => `${length}x`).join('')}${queries} of ${keys}, ${features} to ${width}`,
    operations: pairs * (2 * products * features + 2 * weighted * width + 20),
    reads: reads.map((elements) => batches * elements),
  };
}

/** Returns a description of a call without its operands. */
export const printCall = ({ batch, queries, keys, features, width, scale, causal }: AttentionAttributes): string =>
  `${batch.length > 0 ? `${batch.join('x')} of ` : ''}${queries} queries of ${keys} keys, features ` +
  `${features} to ${width}, scale ${scale}${causal ? ', causal' : ''}`;

/** Returns a description of the mask of a call. */
export const printMask = ({ mask }: AttentionAttributes, operand: string): string =>
  mask === null ? '' : `, ${mask.isAdded ? 'bias' : 'mask'} ${operand}`;

/** Returns false for calls without elements and for float64, for which the body of the composite is used. */
export function isStored({ types }: Graph, { operands }: Node): boolean {
  const { dtype } = types[operands[0]];
  const lengths = operands.flatMap((operand) => types[operand].shape);
  return (dtype === 'float32' || dtype === 'float16') && lengths.every((length) => length > 0);
}

/** Returns the number of features of a value. */
const widthOf = ({ types }: Graph, { operands }: Node): number => types[operands[2]].shape.at(-1) ?? 0;

/** Returns the configuration of a call of attention, or of its gradients. */
export function attentionConfig(node: Node): { readonly scale: number; readonly causal: boolean } {
  if (node.op !== 'call' || !/^(routine )?attention/.test(node.attributes.name)) {
    throw new Error(`The routine attention does not cover ${node.op}.`);
  }
  // Attention and its gradients have this configuration.
  return node.attributes.config as { readonly scale: number; readonly causal: boolean };
}

/** Describes how a matrix in the last two axes is stored. */
export function operandOf(shape: Shape, { offset, strides }: StridedView): AttentionOperand {
  const [rowStride, columnStride] = strides.slice(-2);
  return { offset, batchStrides: strides.slice(0, shape.length - 2), rowStride, columnStride };
}
