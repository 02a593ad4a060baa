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
  type RoutineName,
  type Value,
  withAttributeGraphs,
} from '@manabi/ir';

/**
 * The graph with the bodies of those routines that are not there in place of them, graphs among its attributes likewise. A
 * body may itself use a routine: that of `conv` is a `dot`.
 */
export function replaceRoutines(graph: Graph, isThere: (routine: RoutineName) => boolean): Graph {
  if (!graph.nodes.some((node) => isAffected(node, isThere))) return graph;
  const builder = graphBuilder();
  const places: Value[] = inputTypes(graph).map((type) => builder.input(type));
  for (const node of graph.nodes) {
    const operands = node.operands.map((operand) => places[operand]);
    const results = bodyInstead(builder, node, operands, isThere) ?? builder.append(inside(node, isThere), operands);
    node.results.forEach((result, i) => {
      places[result] = results[i];
    });
  }
  return replaceRoutines(builder.finish(graph.outputs.map((output) => places[output])), isThere);
}

function isAffected(node: Node, isThere: (routine: RoutineName) => boolean): boolean {
  const bodies = attributeGraphs(node);
  if (bodies.length > 0) return bodies.some(([, { nodes }]) => nodes.some((inner) => isAffected(inner, isThere)));
  const lowering = lowerings[node.op];
  return lowering.class === 'routine' && !isThere(lowering.routine);
}

function inside(node: Node, isThere: (routine: RoutineName) => boolean): Node {
  return withAttributeGraphs(node, (body) => replaceRoutines(body, isThere));
}

function bodyInstead<K extends OpName>(
  builder: GraphBuilder,
  node: Node<K>,
  operands: readonly Value[],
  isThere: (routine: RoutineName) => boolean,
): readonly Value[] | null {
  const { op, attributes }: { op: K; attributes: Attributes[K] } = node;
  const lowering: Lowering<K> = lowerings[op];
  if (lowering.class !== 'routine' || isThere(lowering.routine)) return null;
  return lowering.body(builder, operands, attributes);
}
