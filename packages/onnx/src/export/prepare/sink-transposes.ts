import {
  type Attributes,
  type Graph,
  type GraphBuilder,
  graphBuilder,
  inputTypes,
  type Node,
  type OpName,
  type Value,
} from '@manabi/ir';
import { isElementwise } from './elementwise.ts';
import { reducedBeforeTranspose, transposedComposite } from './transposed-composite.ts';

/**
 * Moves each transpose of a graph behind the operators that follow it, as far as possible. Layers are channels-last and
 * ONNX convolutions channels-first, so there is a transpose after each convolution and another one before the next
 * convolution. When the first has moved behind the operators between them, the two cancel.
 */
export function sinkTransposes(graph: Graph): Graph {
  const builder = graphBuilder();
  const values: Value[] = inputTypes(graph).map((type) => builder.input(type));
  for (const node of graph.nodes) {
    const operands = node.operands.map((operand) => values[operand]);
    const types = node.results.map((result) => graph.types[result]);
    const sunk = sink(builder, node, operands);
    const results = sunk === null ? builder.append(node, operands, types) : [sunk];
    node.results.forEach((result, i) => {
      values[result] = results[i];
    });
  }
  return builder.finish(graph.outputs.map((output) => values[output]));
}

/**
 * Moves a transpose from before a node to behind it: emits the node on operands without the transpose, then the
 * transpose. Returns null if this would change the result.
 */
function sink(b: GraphBuilder, node: Node, operands: readonly Value[]): Value | null {
  const permutation = operands.map((operand) => permutationOf(b, operand)).find((found) => found !== null);
  if (permutation === undefined || permutation === null) return null;
  const reduced = reducedBeforeTranspose(b, node, operands);
  if (reduced !== null) return reduced;
  const before = (value: Value): Value | null => beforeTranspose(b, value, permutation);
  const results = passed(b, node, operands, permutation, before);
  return results === null ? null : b.transpose(results, permutation);
}

function passed(
  b: GraphBuilder,
  node: Node,
  operands: readonly Value[],
  permutation: readonly number[],
  before: (value: Value) => Value | null,
): Value | null {
  switch (node.op) {
    case 'pad': {
      const { low, high, interior } = node.attributes;
      const [x, fill] = operands;
      const inner = before(x);
      const back = (list: readonly number[]): number[] => restored(list, permutation);
      return inner === null ? null : b.pad(inner, fill, back(low), back(high), back(interior));
    }
    case 'slice': {
      const { start, limit, step } = node.attributes;
      const inner = before(operands[0]);
      const back = (list: readonly number[]): number[] => restored(list, permutation);
      return inner === null ? null : b.slice(inner, back(start), back(limit), back(step));
    }
    case 'reverse': {
      const inner = before(operands[0]);
      const axes = node.attributes.axes.map((axis) => permutation[axis]);
      return inner === null ? null : b.reverse(inner, axes);
    }
    case 'concat': {
      const inner = all(operands.map(before));
      return inner === null ? null : b.concat(inner, permutation[node.attributes.axis]);
    }
    case 'call':
      return transposedComposite(b, node, operands, permutation, before);
    default:
      return isElementwise(node) ? elementwise(b, node, operands, before) : null;
  }
}

function elementwise(
  b: GraphBuilder,
  node: Node,
  operands: readonly Value[],
  before: (value: Value) => Value | null,
): Value | null {
  const inner = all(operands.map(before));
  return inner === null ? null : emitAgain(b, node, inner);
}

function emitAgain<K extends OpName>(b: GraphBuilder, node: Node<K>, operands: readonly Value[]): Value {
  const { op, attributes }: { op: K; attributes: Attributes[K] } = node;
  return b.emit(op, operands, attributes)[0];
}

function permutationOf(b: GraphBuilder, value: Value): readonly number[] | null {
  const maker = b.maker(value);
  return maker?.op === 'transpose' ? maker.attributes.permutation : null;
}

/**
 * Returns a value whose transpose is the given value, or null if there is none. For a broadcast number or list, such as
 * a bias, emits the broadcast in the other order of axes.
 */
function beforeTranspose(b: GraphBuilder, value: Value, permutation: readonly number[]): Value | null {
  const maker = b.maker(value);
  if (maker?.op === 'transpose') {
    const isSame = maker.attributes.permutation.every((axis, i) => axis === permutation[i]);
    return isSame ? maker.operands[0] : null;
  }
  const shape = restored(b.shape(value), permutation);
  if (maker?.op === 'constant' && typeof maker.attributes.value === 'number') {
    return b.constant(maker.attributes.value, maker.attributes.dtype, shape);
  }
  if (maker?.op !== 'expand') return null;
  const axes = maker.attributes.axes.map((axis) => permutation[axis]);
  const isAscending = axes.every((axis, i) => i === 0 || axis > axes[i - 1]);
  return isAscending ? b.expand(maker.operands[0], shape, axes) : null;
}

/** Reorders a list that has one entry per axis of a transposed value to the order of the axes before the transpose. */
function restored(list: readonly number[], permutation: readonly number[]): number[] {
  const result = [...list];
  permutation.forEach((axis, i) => {
    result[axis] = list[i];
  });
  return result;
}

function all(values: readonly (Value | null)[]): readonly Value[] | null {
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? known : null;
}
