import {
  type Attributes,
  attributeGraphs,
  type Graph,
  type GraphBuilder,
  graphBuilder,
  inputTypes,
  type Lowering,
  lowerings,
  type Node,
  type OpName,
  type Value,
  withAttributeGraphs,
} from '@manabi/ir';
import type { Routines } from './routine.ts';

/**
 * The graph with bodies in place of those operators and calls that stand for a routine where none covers them, graphs among
 * its attributes likewise. A body may itself use a routine: that of `conv` is a `dot`. Checkpoints stay.
 */
export function replaceRoutines(graph: Graph, routines: Routines): Graph {
  if (!graph.nodes.some((node) => isAffected(graph, node, routines))) return graph;
  const builder = graphBuilder();
  const places: Value[] = inputTypes(graph).map((type) => builder.input(type));
  for (const node of graph.nodes) {
    const operands = node.operands.map((operand) => places[operand]);
    const results = isReplaced(graph, node, routines)
      ? bodyInstead(builder, node, operands)
      : builder.append(inside(graph, node, routines), operands);
    node.results.forEach((result, i) => {
      places[result] = results[i];
    });
  }
  return replaceRoutines(builder.finish(graph.outputs.map((output) => places[output])), routines);
}

function isAffected(graph: Graph, node: Node, routines: Routines): boolean {
  if (isReplaced(graph, node, routines)) return true;
  if (routines.of(graph, node) !== null) return false;
  return attributeGraphs(node).some(([, body]) => body.nodes.some((inner) => isAffected(body, inner, routines)));
}

function isReplaced(graph: Graph, node: Node, routines: Routines): boolean {
  const standsForRoutine = node.op === 'call' ? !node.attributes.checkpoint : lowerings[node.op].class === 'routine';
  return standsForRoutine && routines.of(graph, node) === null;
}

/** A node with routines replaced in its graphs, unless it is a call that a routine computes as a whole. */
function inside(graph: Graph, node: Node, routines: Routines): Node {
  if (routines.of(graph, node) !== null) return node;
  return withAttributeGraphs(node, (body) => replaceRoutines(body, routines));
}

function bodyInstead(builder: GraphBuilder, node: Node, operands: readonly Value[]): readonly Value[] {
  return node.op === 'call' ? builder.inline(node.attributes.body, operands) : loweredBody(builder, node, operands);
}

function loweredBody<K extends OpName>(
  builder: GraphBuilder,
  node: Node<K>,
  operands: readonly Value[],
): readonly Value[] {
  const { op, attributes }: { op: K; attributes: Attributes[K] } = node;
  const lowering: Lowering<K> = lowerings[op];
  if (lowering.class === 'routine') return lowering.body(builder, operands, attributes);
  throw new Error(`${op} has no body.`);
}
