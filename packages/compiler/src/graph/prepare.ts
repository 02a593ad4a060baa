import { type Attributes, type Graph, type GraphBuilder, graphBuilder, type Node, type Value } from '@manabi/ir';
import { storedElements } from './element.ts';

/**
 * The graph in the form that stages are made from: every output is the result of a node of its own, and `dot` and `topK`
 * look along last axes.
 */
export function prepareGraph(graph: Graph): Graph {
  const builder = graphBuilder();
  const places: Value[] = [];
  for (let input = 0; input < graph.inputCount; input++) places.push(builder.input(graph.types[input]));
  for (const node of graph.nodes) {
    const operands = node.operands.map((operand) => places[operand]);
    const results = inStandardForm(builder, node, operands);
    node.results.forEach((result, i) => {
      places[result] = results[i];
    });
  }
  const taken = new Set<Value>();
  const outputs = graph.outputs.map((output) => {
    const value = places[output];
    const maker = builder.maker(value);
    const isStored = maker !== undefined && storedElements(graph, maker) !== null;
    const own = maker === undefined || isStored || taken.has(value) ? copyOf(builder, value) : value;
    taken.add(own);
    return own;
  });
  return builder.finish(outputs);
}

function inStandardForm(builder: GraphBuilder, node: Node, operands: readonly Value[]): readonly Value[] {
  switch (node.op) {
    case 'topK':
      return topKOfLastAxis(builder, operands[0], node.attributes);
    case 'dot':
      return [dotOfLastAxes(builder, operands, node.attributes)];
    default:
      return builder.append(node, operands);
  }
}

/** Both operands as [batch..., free..., contracted...]; the transposes cost nothing unless strides do not merge. */
function dotOfLastAxes(
  builder: GraphBuilder,
  operands: readonly Value[],
  { batch, contract }: Attributes['dot'],
): Value {
  const [left, right] = operands.map((operand, side) => {
    const batchAxes = batch.map((pair) => pair[side]);
    const contractAxes = contract.map((pair) => pair[side]);
    const free = builder
      .shape(operand)
      .map((_, axis) => axis)
      .filter((axis) => !batchAxes.includes(axis) && !contractAxes.includes(axis));
    return {
      value: builder.transpose(operand, [...batchAxes, ...free, ...contractAxes]),
      first: batch.length + free.length,
    };
  });
  return builder.dot(
    left.value,
    right.value,
    batch.map((_, i) => [i, i]),
    contract.map((_, i) => [left.first + i, right.first + i]),
  );
}

function copyOf(builder: GraphBuilder, value: Value): Value {
  return builder.reshape(value, builder.shape(value));
}

function topKOfLastAxis(
  builder: GraphBuilder,
  x: Value,
  { k, axis, largest }: { readonly k: number; readonly axis: number; readonly largest: boolean },
): readonly Value[] {
  const rank = builder.shape(x).length;
  const last = rank - 1;
  if (axis === last) return builder.topK(x, k, axis, largest);
  const swap = Array.from({ length: rank }, (_, i) => (i === axis ? last : i === last ? axis : i));
  return builder.topK(builder.transpose(x, swap), k, last, largest).map((result) => builder.transpose(result, swap));
}
