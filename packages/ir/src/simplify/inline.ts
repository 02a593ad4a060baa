import type { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';
import { attributeGraphs, inputTypes, withAttributeGraphs } from '../graph/parts.ts';
import { graphBuilder } from '../operators/graph-builder.ts';

/**
 * Replaces calls by their bodies, including nested calls and calls in the bodies of loops and branches. Checkpoints
 * remain calls, because otherwise merging equal nodes would undo them; inline them last with `inlineCheckpoints`. Calls
 * in the body of a checkpoint are inlined.
 *
 * @param keep returns true for the names of calls that must not be inlined, because the backend or exporter implements
 * them
 * @example
 * ```ts
 * import { applyComposite, graphBuilder, inlineCalls } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const graph = b.finish(applyComposite(b, 'square', [b.input({ dtype: 'float32', shape: [3] })], {}));
 * console.log(inlineCalls(graph).nodes.map(({ op }) => op)); // ['mul']
 * ```
 */
export function inlineCalls(graph: Graph, keep: (name: string) => boolean = () => false): Graph {
  return replaceCalls(graph, (call) => (call.attributes.checkpoint || keep(call.attributes.name) ? 'keep' : 'inline'));
}

/**
 * Replaces checkpoints by their bodies, but no other calls. Use this only after the last simplification: merging equal
 * nodes would merge the recomputed nodes with the original ones.
 *
 * @example
 * ```ts
 * import { graphBuilder, inlineCheckpoints } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const graph = b.finish([b.neg(b.input({ dtype: 'float32', shape: [3] }))]);
 * console.log(inlineCheckpoints(graph) === graph); // true
 * ```
 */
export function inlineCheckpoints(graph: Graph): Graph {
  return replaceCalls(graph, (call) => (call.attributes.checkpoint ? 'inline' : 'keep'));
}

type Decide = (call: Node<'call'>) => 'inline' | 'keep';

function replaceCalls(graph: Graph, decide: Decide): Graph {
  if (!hasCalls(graph)) return graph;
  const builder = graphBuilder();
  const inputs = inputTypes(graph).map((type) => builder.input(type));
  return builder.finish(copyInto(builder, graph, inputs, decide));
}

function hasCalls({ nodes }: Graph): boolean {
  return nodes.some((node) => node.op === 'call' || attributeGraphs(node).some(([, body]) => hasCalls(body)));
}

function copyInto(builder: GraphBuilder, graph: Graph, operands: readonly Value[], decide: Decide): readonly Value[] {
  const values = [...operands];
  for (const node of graph.nodes) {
    const given = node.operands.map((operand) => values[operand]);
    const results =
      node.op === 'call' && decide(node) === 'inline'
        ? copyInto(builder, node.attributes.body, given, decide)
        : builder.append(
            isClosed(node) ? node : withAttributeGraphs(node, (body) => replaceCalls(body, decide)),
            given,
            node.results.map((result) => graph.types[result]),
          );
    for (const [i, result] of node.results.entries()) values[result] = results[i];
  }
  return graph.outputs.map((output) => values[output]);
}

/** Returns true for a call that is not a checkpoint: its body is not changed. */
function isClosed(node: Node): boolean {
  return node.op === 'call' && !node.attributes.checkpoint;
}
