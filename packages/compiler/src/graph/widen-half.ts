import {
  attributeGraphs,
  type Graph,
  type GraphBuilder,
  graphBuilder,
  inputTypes,
  lowerings,
  type Node,
  type OpName,
  type TensorType,
  type Value,
  withAttributeGraphs,
} from '@manabi/ir';

/**
 * Makes all arithmetic on float16 explicit: operators that round are computed in float32 between casts, so kernels only
 * load, store, convert, move and compare float16 numbers. Sums are accumulated in float32, and every result is rounded
 * once, as in the reference interpreter. Also changes the graphs in loops, branches and calls. The remaining calls are of
 * composites that a routine of the target computes: it reads and writes float16, or the body replaces the call later.
 */
export function widenHalf(graph: Graph): Graph {
  if (!hasHalf(graph)) return graph;
  const builder = graphBuilder();
  const inputs = inputTypes(graph).map((type) => builder.input(type));
  return builder.finish(copyWidened(builder, graph, inputs));
}

/** Returns true if a graph, or a graph in its loops and branches, has a float16 value. */
function hasHalf({ types, nodes }: Graph): boolean {
  return types.some(isHalf) || nodes.some((node) => attributeGraphs(node).some(([, inner]) => hasHalf(inner)));
}

function isHalf({ dtype }: TensorType): boolean {
  return dtype === 'float16';
}

function copyWidened(b: GraphBuilder, graph: Graph, inputs: readonly Value[]): readonly Value[] {
  const values = [...inputs];
  for (const node of graph.nodes) {
    const results = widened(
      b,
      node,
      node.operands.map((operand) => values[operand]),
      node.results.map((result) => graph.types[result]),
    );
    for (const [i, result] of node.results.entries()) values[result] = results[i];
  }
  return graph.outputs.map((output) => values[output]);
}

function widened(
  b: GraphBuilder,
  node: Node,
  operands: readonly Value[],
  types: readonly TensorType[],
): readonly Value[] {
  const touchesHalf = types.some(isHalf) || operands.some((operand) => isHalf(b.type(operand)));
  if (!touchesHalf || keepsHalf(node)) return b.append(withAttributeGraphs(node, widenHalf), operands);
  if (node.op === 'iota') return [b.cast(b.emit('iota', [], { ...node.attributes, dtype: 'float32' })[0], 'float16')];
  const wide = operands.map((operand) => (isHalf(b.type(operand)) ? b.cast(operand, 'float32') : operand));
  const results = b.append(node, wide);
  return results.map((result, i) => (isHalf(types[i]) ? b.cast(result, 'float16') : result));
}

/**
 * Elementwise operators whose float16 results are exact: they move or compare operands, or return integers or operands
 * with another sign.
 */
const exact: ReadonlySet<OpName> = new Set<OpName>([
  ...([
    'abs',
    'bitcast',
    'cast',
    'ceil',
    'equal',
    'floor',
    'isInf',
    'isNaN',
    'less',
    'lessEqual',
    'max',
    'min',
  ] as const),
  ...(['neg', 'round', 'select', 'sign', 'stopGradient'] as const),
]);

/**
 * Returns true for a node whose float16 results need no rounding, and for loops, branches and calls, whose graphs are
 * widened. Reductions are computed in float32 even if they are exact, because their accumulators are float32.
 */
function keepsHalf(node: Node): boolean {
  if (node.op === 'scatterElements' || node.op === 'scatterND') return node.attributes.mode === 'set';
  const lowering = lowerings[node.op];
  switch (lowering.class) {
    case 'pointwise':
      return lowering.kind !== 'elementwise' || exact.has(node.op);
    case 'assemble':
    case 'call':
    case 'branch':
    case 'loop':
      return true;
    default:
      return false;
  }
}
