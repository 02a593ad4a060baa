import { type Graph, type GraphBuilder, graphBuilder, inputTypes, type Node, type Value } from '@manabi/ir';
import { attentionGradients, attentionWithStatistics } from '@manabi/ir/attention';
import { patternCall } from '../../graph/routine.ts';
import { attentionConfig } from './attention.ts';

/** Position of the statistics among the operands of `attentionGradient`, after the means and before the mask. */
export const STATISTICS_AT = 5;

/** Calls of the gradients of attention for the same operands. */
interface Gradients {
  readonly nodes: readonly Node<'call'>[];
  /** Queries, keys, values, cotangents and means. */
  readonly operands: readonly Value[];
  readonly masks: readonly Value[];
}

/**
 * Replaces the gradients of attention for the queries, and for keys and values, by one call that computes all of them from the
 * statistics of the scores, and makes the statistics the second result of the attention that has these gradients.
 */
export function withJoinedGradients(graph: Graph, routine: string): Graph {
  const gradients = gradientsIn(graph);
  if (gradients.length === 0) return graph;
  const builder = graphBuilder();
  const values: Value[] = inputTypes(graph).map((type) => builder.input(type));
  const statistics = new Map<string, Value>();
  const keysOf = new Set(gradients.map(scoresKey));
  const done = new Set<Node>();
  const mapped = (of: readonly Value[]): readonly Value[] => of.map((value) => values[value]);
  const assign = (node: Node, results: readonly Value[]): void => {
    for (const [i, result] of node.results.entries()) values[result] = results[i];
  };

  for (const node of graph.nodes) {
    if (done.has(node)) continue;
    const group = gradients.find(({ nodes }) => nodes.some((each) => each === node));
    if (group !== undefined) {
      const [first] = group.nodes;
      const operands = mapped(group.operands);
      const masks = mapped(group.masks);
      const key = scoresKey(group);
      const known = statistics.get(key);
      const own = known ?? attended(builder, first, [...operands.slice(0, 3), ...masks])[1];
      statistics.set(key, own);
      const [query, ...others] = joined(builder, routine, first, [...operands, own, ...masks]);
      for (const each of group.nodes) {
        assign(each, each.attributes.name === 'attentionQueryGradient' ? [query] : others);
        done.add(each);
      }
      continue;
    }
    const key = isAttention(node) ? keyOf(node.attributes.config, node.operands) : '';
    if (isAttention(node) && keysOf.has(key) && !statistics.has(key)) {
      const results = attended(builder, node, mapped(node.operands));
      statistics.set(key, results[1]);
      assign(node, results);
    } else {
      const types = node.results.map((result) => graph.types[result]);
      assign(node, builder.append(node, mapped(node.operands), types));
    }
  }
  return builder.finish(mapped(graph.outputs));
}

const isAttention = (node: Node): node is Node<'call'> => node.op === 'call' && node.attributes.name === 'attention';

function gradientsIn({ nodes }: Graph): readonly Gradients[] {
  const found = new Map<string, Gradients>();
  for (const node of nodes) {
    if (node.op !== 'call') continue;
    const { name, config } = node.attributes;
    if (name !== 'attentionQueryGradient' && name !== 'attentionKeyGradient') continue;
    const key = keyOf(config, node.operands);
    found.set(key, {
      nodes: [...(found.get(key)?.nodes ?? []), node],
      operands: node.operands.slice(0, STATISTICS_AT),
      masks: node.operands.slice(STATISTICS_AT),
    });
  }
  return [...found.values()];
}

const keyOf = (config: object, operands: readonly Value[]): string => `${JSON.stringify(config)} ${operands.join()}`;

/** Returns the key of the attention that has the given gradients. */
const scoresKey = ({ nodes, operands, masks }: Gradients): string =>
  keyOf(nodes[0].attributes.config, [...operands.slice(0, 3), ...masks]);

/** Emits a call that only a routine of the given name computes. */
function callOf(
  b: GraphBuilder,
  routine: string,
  node: Node<'call'>,
  operands: readonly Value[],
  body: (inner: GraphBuilder, inputs: readonly Value[]) => readonly Value[],
): readonly Value[] {
  const inner = graphBuilder();
  const inputs = operands.map((operand) => inner.input(b.type(operand)));
  return b.emit('call', operands, {
    ...node.attributes,
    name: patternCall(routine),
    body: inner.finish(body(inner, inputs)),
    vjp: null,
  });
}

/** Emits a call of attention with statistics for the configuration of a node. */
function attended(b: GraphBuilder, node: Node<'call'>, operands: readonly Value[]): readonly Value[] {
  return callOf(b, 'attention', node, operands, (inner, inputs) =>
    attentionWithStatistics(inner, inputs, attentionConfig(node)),
  );
}

/** Emits a call of all gradients for the configuration of a node. */
function joined(b: GraphBuilder, routine: string, node: Node<'call'>, operands: readonly Value[]): readonly Value[] {
  return callOf(b, routine, node, operands, (inner, inputs) =>
    attentionGradients(
      inner,
      inputs.filter((_, i) => i !== STATISTICS_AT),
      attentionConfig(node),
    ),
  );
}
