import { type Graph, type Node, sizeOf } from '@manabi/ir';
import type { Routine } from '../../graph/routine.ts';
import type { RoutineAttributes } from '../table.ts';
import { attention, attentionConfig, isStored, printCall, printMask } from './attention.ts';
import { attentionKeyGradient, gradientAttributes } from './attention-gradient.ts';
import { STATISTICS_AT, withJoinedGradients } from './join-gradients.ts';

const MASK_AT = STATISTICS_AT + 1;

/**
 * Attention without storing the scores of all queries and keys, and all its gradients in one step. The gradient reads the
 * statistics of each query, which attention then has as a second result: the largest score, and the reciprocal of the sum of the
 * weights (T. Dao, "FlashAttention-2", 2023).
 *
 * @example
 * ```ts
 * import { cpuTarget } from '@manabi/backend-cpu';
 * import { compilePlan, routineTable } from '@manabi/compiler';
 * import { attentionRoutines } from '@manabi/compiler/attention';
 * import { applyComposite, graphBuilder } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const x = b.input({ dtype: 'float32', shape: [128, 64] });
 * const graph = b.finish(applyComposite(b, 'attention', [x, x, x], { scale: 0.125, causal: true }));
 * const target = { ...cpuTarget, routines: [...cpuTarget.routines, 'attention', 'attentionGradient'] };
 * const plan = compilePlan(graph, { target, routineTable: { ...routineTable, ...attentionRoutines } });
 * console.log(plan.steps.map((step) => step.kind === 'routine' && step.name)); // ['attention']
 * ```
 */
export const attentionRoutines: {
  readonly [K in 'attention' | 'attentionGradient']: Routine<RoutineAttributes[K]> & { readonly name: K };
} = {
  attention: { ...attention, covers: { ...attention.covers, accepts } },
  attentionGradient: {
    name: 'attentionGradient',
    covers: {
      operators: [],
      composites: ['attentionQueryGradient', 'attentionKeyGradient'],
      pattern: withJoinedGradients,
      accepts,
    },
    operands: ['strided', 'strided', 'strided', 'strided', 'strided', 'rows', 'strided'],
    // Calls have a mask or none. The composites, which the pattern replaces, have no statistics either.
    optional: 2,
    standardForm: null,
    attributes: (site) => gradientAttributes(site, MASK_AT),
    epilogue: null,
    cost: (attributes) => {
      const { name, operations, reads } = attentionKeyGradient.cost(attributes);
      const { batch, queries, keys, features, causal, mask } = attributes;
      const rows = batch.reduce((product, length) => product * length, queries);
      const pairs = rows * keys * (causal && mask === null ? 0.5 : 1);
      return {
        name,
        operations: operations + 2 * pairs * features,
        reads: [...reads.slice(0, STATISTICS_AT), 2 * rows, ...reads.slice(STATISTICS_AT)],
      };
    },
    print: (attributes, operands, results) =>
      `${results.join(', ')} = gradients of ${printCall(attributes)}: ${operands.slice(0, 3).join(', ')}, cotangent ` +
      `${operands[3]}, means ${operands[4]}, statistics ${operands[STATISTICS_AT]}${printMask(attributes, operands[MASK_AT])}`,
  },
};

/** Bytes of scores up to which they are stored: reading them takes less time than computing them again for the gradient. */
const FEW_BYTES = 2 ** 23;

/**
 * Returns true for calls on float32 with elements. The body of calls on float16 calls attention on float32. Few scores with a
 * gradient are computed by the body, unless half of them need not be computed.
 */
function accepts(graph: Graph, node: Node): boolean {
  if (!isStored(graph, node) || graph.types[node.operands[0]].dtype !== 'float32') return false;
  const masks = node.operands.length - (isGradient(node) ? STATISTICS_AT : 3);
  const { causal } = attentionConfig(node);
  if (causal && masks === 0) return true;
  const [query, key] = node.operands.map((operand) => graph.types[operand].shape);
  if (4 * sizeOf(query.slice(0, -1)) * key[key.length - 2] > FEW_BYTES) return true;
  const isDifferentiated = graph.nodes.some((each) => isGradient(each) && areGradients(each, node));
  return !isGradient(node) && !isDifferentiated;
}

const isGradient = (node: Node): boolean => node.op === 'call' && /^attention.+Gradient$/.test(node.attributes.name);

/** Returns true if the first call computes gradients of the second one, or may do so. */
const areGradients = (gradient: Node, { operands }: Node): boolean =>
  operands.slice(0, 3).every((operand, i) => operand === gradient.operands[i]);
