import type { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';
import { attributeGraphs, inputTypes, withAttributeGraphs } from '../graph/parts.ts';
import { graphBuilder } from '../operators/graph-builder.ts';

/**
 * The graph with calls replaced by their bodies, to any depth, in bodies of loops and branches too. Checkpoints stay
 * calls, with their own bodies treated alike: if their nodes stood in the open, merging common nodes would undo them.
 * See `inlineCheckpoints`.
 *
 * @param keep names of calls that stay, because whoever runs the graph has something better than their bodies
 */
export function inlineCalls(graph: Graph, keep: (name: string) => boolean = () => false): Graph {
  return replaceCalls(graph, (call) => (call.attributes.checkpoint || keep(call.attributes.name) ? 'keep' : 'inline'));
}

/**
 * The graph with checkpoints replaced by their bodies; other calls in them stay. Do this last, after every merging of
 * common nodes: from here on, what is computed twice is computed twice on purpose.
 */
export function inlineCheckpoints(graph: Graph): Graph {
  return replaceCalls(graph, (call) => (call.attributes.checkpoint ? 'inline' : 'keep'));
}

type Fate = (call: Node<'call'>) => 'inline' | 'keep';

function replaceCalls(graph: Graph, fate: Fate): Graph {
  if (!hasCalls(graph)) return graph;
  const builder = graphBuilder();
  const inputs = inputTypes(graph).map((type) => builder.input(type));
  return builder.finish(copyInto(builder, graph, inputs, fate));
}

function hasCalls({ nodes }: Graph): boolean {
  return nodes.some((node) => node.op === 'call' || attributeGraphs(node).some(([, body]) => hasCalls(body)));
}

function copyInto(builder: GraphBuilder, graph: Graph, operands: readonly Value[], fate: Fate): readonly Value[] {
  const places = [...operands];
  for (const node of graph.nodes) {
    const given = node.operands.map((operand) => places[operand]);
    const results =
      node.op === 'call' && fate(node) === 'inline'
        ? copyInto(builder, node.attributes.body, given, fate)
        : builder.append(
            isClosed(node) ? node : withAttributeGraphs(node, (body) => replaceCalls(body, fate)),
            given,
            node.results.map((result) => graph.types[result]),
          );
    for (const [i, result] of node.results.entries()) places[result] = results[i];
  }
  return graph.outputs.map((output) => places[output]);
}

/** A call that someone has something better for is not looked into. */
function isClosed(node: Node): boolean {
  return node.op === 'call' && !node.attributes.checkpoint;
}
