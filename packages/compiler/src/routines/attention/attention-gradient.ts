import type { Graph, Node } from '@manabi/ir';
import type { Routine, RoutineSite } from '../../graph/routine.ts';
import {
  type AttentionAttributes,
  type AttentionOperand,
  attentionCost,
  callAttributes,
  isStored,
  operandOf,
  printCall,
  printMask,
} from './attention.ts';

/** Attributes of the gradients of attention; see the composite `attentionQueryGradient`. */
export interface AttentionGradientAttributes extends AttentionAttributes {
  /** How the cotangent of the result is stored. */
  readonly gradient: AttentionOperand;
  /** How the means of the cotangents of probabilities are stored: one column, with a row for each query. */
  readonly mean: AttentionOperand;
}

/** Largest number of features of queries, keys and values: a routine keeps the sums of whole results in registers. */
const MOST_FEATURES = 256;

const MASK_AT = 5;

/**
 * Gradient of attention for the queries, without storing the probabilities of all queries and keys: keys are visited in order,
 * as in the routine `attention`, and the sums are rescaled if the largest score so far increases.
 */
export const attentionQueryGradient = routineOf('attentionQueryGradient', { products: 2, weighted: 1 });

/**
 * Gradients of attention for the keys and values, without storing the probabilities of all queries and keys: a first pass
 * stores the largest score and the sum of the weights of each query, and a second pass visits the queries of each key
 * (T. Dao, "FlashAttention-2", 2023).
 */
export const attentionKeyGradient = routineOf('attentionKeyGradient', { products: 3, weighted: 2 });

function routineOf<K extends string>(
  name: K,
  counts: { readonly products: number; readonly weighted: number },
): Routine<AttentionGradientAttributes> & { readonly name: K } {
  return {
    name,
    covers: { operators: [], composites: [name], pattern: null, accepts },
    operands: ['strided', 'strided', 'strided', 'strided', 'strided', 'strided'],
    optional: 1,
    standardForm: null,
    attributes: (site) => gradientAttributes(site, MASK_AT),
    epilogue: null,
    cost: (attributes) => {
      const { name: sizes, operations, reads } = attentionCost(attributes, counts);
      const { batch, queries, width } = attributes;
      const rows = batch.reduce((product, length) => product * length, queries);
      return { name: sizes, operations, reads: [...reads.slice(0, 3), rows * width, rows, ...reads.slice(3)] };
    },
    print: (attributes, operands, results) =>
      `${results.join(', ')} = gradient of ${printCall(attributes)}: ${operands.slice(0, 3).join(', ')}, cotangent ` +
      `${operands[3]}, means ${operands[4]}${printMask(attributes, operands[MASK_AT])}`,
  };
}

function accepts(graph: Graph, node: Node): boolean {
  const [query, , value] = node.operands.map((operand) => graph.types[operand].shape.at(-1) ?? 0);
  return isStored(graph, node) && Math.max(query, value) <= MOST_FEATURES;
}

/** Returns the attributes of gradients. @param maskAt position of the mask, the last operand */
export function gradientAttributes(site: RoutineSite, maskAt: number): AttentionGradientAttributes {
  const { operands, views } = site;
  const { offset, strides } = views[4];
  return {
    ...callAttributes(site, maskAt),
    gradient: operandOf(operands[3].shape, views[3]),
    mean: { offset, batchStrides: strides.slice(0, -1), rowStride: strides[strides.length - 1], columnStride: 0 },
  };
}
