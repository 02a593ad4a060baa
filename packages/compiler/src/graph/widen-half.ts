import {
  attributeGraphs,
  type Graph,
  type GraphBuilder,
  graphBuilder,
  inputTypes,
  type Node,
  type OpName,
  type TensorType,
  type Value,
  withAttributeGraphs,
} from '@manabi/ir';

/**
 * Makes all arithmetic on float16 explicit: operators that round are computed in float32 between casts, so kernels only
 * load, store, convert, move and compare float16 numbers. Sums are accumulated in float32, and every result is rounded
 * once, as in the reference interpreter. Also changes the graphs in loops and branches.
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
  // The body of a composite casts its operands and calls the composite on float32.
  if (node.op === 'call' && !node.attributes.checkpoint && touchesHalf) {
    return copyWidened(b, node.attributes.body, operands);
  }
  if (!touchesHalf || keepsHalf(node)) return b.append(withAttributeGraphs(node, widenHalf), operands);
  if (node.op === 'iota') return [b.cast(b.emit('iota', [], { ...node.attributes, dtype: 'float32' })[0], 'float16')];
  const wide = operands.map((operand) => (isHalf(b.type(operand)) ? b.cast(operand, 'float32') : operand));
  const results = b.append(node, wide);
  return results.map((result, i) => (isHalf(types[i]) ? b.cast(result, 'float16') : result));
}

/** Returns true for a node whose float16 results need no rounding. */
function keepsHalf(node: Node): boolean {
  if (node.op === 'scatterElements' || node.op === 'scatterND') return node.attributes.mode === 'set';
  return isExact[node.op];
}

/**
 * Whether the float16 results of each operator are exact: operands, parts of them, or numbers that float16 represents.
 * Reductions are computed in float32 even if they are exact, because their accumulators are float32.
 */
const isExact: { readonly [K in OpName]: boolean } = {
  constant: true,
  iota: false,
  randomBits: true,
  neg: true,
  abs: true,
  sign: true,
  floor: true,
  ceil: true,
  round: true,
  exp: false,
  exp2: false,
  expm1: false,
  log: false,
  log1p: false,
  sqrt: false,
  sin: false,
  cos: false,
  tan: false,
  asin: false,
  atan: false,
  tanh: false,
  sigmoid: false,
  erf: false,
  isNaN: true,
  isInf: true,
  not: true,
  cast: true,
  bitcast: true,
  stopGradient: true,
  add: false,
  sub: false,
  mul: false,
  div: false,
  rem: false,
  pow: false,
  max: true,
  min: true,
  equal: true,
  less: true,
  lessEqual: true,
  and: true,
  or: true,
  xor: true,
  shiftLeft: true,
  shiftRight: true,
  select: true,
  reduceSum: false,
  reduceProd: false,
  reduceMax: false,
  reduceMin: false,
  argMax: false,
  argMin: false,
  cumSum: false,
  reshape: true,
  transpose: true,
  expand: true,
  slice: true,
  reverse: true,
  pad: true,
  concat: true,
  dynamicSlice: true,
  dynamicUpdateSlice: true,
  gather: true,
  gatherElements: true,
  gatherND: true,
  scatterElements: false,
  scatterND: false,
  dot: false,
  topK: false,
  windows: true,
  conv: false,
  windowSum: false,
  maxPool: false,
  maxUnpool: false,
  // Loops, branches and checkpoints: the nodes in their graphs are widened.
  call: true,
  cond: true,
  scan: true,
  while: true,
};
