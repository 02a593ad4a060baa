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
 * Replaces operators and calls that no routine of the target computes by their bodies, including those in loops and
 * branches. A body may contain operators that a routine does compute: the body of `conv` contains `dot`. Checkpoints
 * are not replaced.
 */
export function replaceRoutines(graph: Graph, routines: Routines): Graph {
  if (!graph.nodes.some((node) => isAffected(graph, node, routines))) return graph;
  const builder = graphBuilder();
  const values: Value[] = inputTypes(graph).map((type) => builder.input(type));
  for (const node of graph.nodes) {
    const operands = node.operands.map((operand) => values[operand]);
    const results = isReplaced(graph, node, routines)
      ? bodyInstead(builder, node, operands)
      : builder.append(inside(graph, node, routines), operands);
    node.results.forEach((result, i) => {
      values[result] = results[i];
    });
  }
  return replaceRoutines(builder.finish(graph.outputs.map((output) => values[output])), routines);
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

/**
 * Applies `replaceRoutines` to the graphs that a node contains, such as the body of a loop, unless a routine computes
 * the whole node.
 */
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
