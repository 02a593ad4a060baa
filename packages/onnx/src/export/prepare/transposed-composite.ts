import {
  type Attributes,
  applyComposite,
  type CompositeConfigs,
  type CompositeName,
  composites,
  type Graph,
  type GraphBuilder,
  type Node,
  type Shape,
  type Value,
} from '@manabi/ir';
import { isElementwiseGraph } from './elementwise.ts';

/**
 * Function that converts the configuration of a composite on a transposed operand to the configuration for the operand
 * before the transpose. It returns null if there is no such configuration.
 */
type Move<Config> = (config: Config, permutation: readonly number[]) => Config | null;

const alongAxis = <Config extends { readonly axis: number }>(
  config: Config,
  permutation: readonly number[],
): Config => ({ ...config, axis: permutation[config.axis] });

/**
 * For each composite whose configuration contains axes of the first operand, the function that moves a transpose of
 * this operand behind the composite. The other operands of these composites have no image axes.
 */
const MOVES: { readonly [K in CompositeName]?: Move<CompositeConfigs[K]> } = {
  softmax: alongAxis,
  logSoftmax: alongAxis,
  batchNorm: alongAxis,
  // ONNX requires the samples on the first axis.
  groupNorm: (config, permutation) => (permutation[0] === 0 ? alongAxis(config, permutation) : null),
  resize: (config, permutation) => ({ ...config, axes: config.axes.map((axis) => permutation[axis]) }),
};

/**
 * Emits a call of a composite on the operands before a transpose, so that the transpose can follow it; returns null if
 * this would change the result.
 */
export function transposedComposite(
  b: GraphBuilder,
  { attributes }: { readonly attributes: Attributes['call'] },
  operands: readonly Value[],
  permutation: readonly number[],
  before: (value: Value) => Value | null,
): Value | null {
  const { name, config, body } = attributes;
  if (body.outputs.length !== 1) return null;
  if (isElementwiseGraph(body)) {
    const inner = operands.map(before).filter((value) => value !== null);
    if (inner.length !== operands.length) return null;
    if (isComposite(name)) return call(b, name, inner, config);
    return b.emit('call', inner, { ...attributes, body: ofShape(body, b.shape(inner[0])), vjp: null })[0];
  }
  if (!isComposite(name)) return null;
  const [first, ...others] = operands;
  const moved = movedConfig(name, config, permutation);
  const inner = moved === null ? null : before(first);
  return moved === null || inner === null ? null : call(b, name, [inner, ...others], moved);
}

/** Returns an elementwise graph for values of another shape. */
function ofShape(graph: Graph, shape: Shape): Graph {
  const nodes = graph.nodes.map((node): Node => {
    if (node.op === 'constant') return { ...node, attributes: { ...node.attributes, shape } };
    if (node.op !== 'call') return node;
    return { ...node, attributes: { ...node.attributes, body: ofShape(node.attributes.body, shape), vjp: null } };
  });
  return { ...graph, types: graph.types.map(({ dtype }) => ({ dtype, shape })), nodes };
}

/** Emits a call of a composite on other operands; returns null if the name is unknown or there are several results. */
export function callOfComposite(
  b: GraphBuilder,
  { attributes: { name, config, body } }: Node<'call'>,
  operands: readonly Value[],
): Value | null {
  return isComposite(name) && body.outputs.length === 1 ? call(b, name, operands, config) : null;
}

/** Composites that reduce the axes in their configuration, and whose results do not keep these axes. */
const REDUCTIONS: readonly CompositeName[] = [
  'reduceMean',
  'reduceL1',
  'reduceL2',
  'reduceSumSquare',
  'reduceLogSum',
  'logSumExp',
];

/**
 * Emits a reduction of a transposed value as a reduction of the value before the transpose. If the remaining axes are
 * out of order, transposes the result. Returns null for nodes that are not reductions.
 */
export function reducedBeforeTranspose(b: GraphBuilder, node: Node, operands: readonly Value[]): Value | null {
  if (node.op !== 'call') return null;
  const { name, config } = node.attributes;
  const maker = b.maker(operands[0]);
  if (!isComposite(name) || !REDUCTIONS.includes(name) || maker?.op !== 'transpose') return null;
  const { permutation } = maker.attributes;
  const axes = axesOf(config).map((axis) => permutation[axis]);
  const left = permutation.filter((axis) => !axes.includes(axis));
  const ascending = left.toSorted((i, j) => i - j);
  const reduced = call(b, name, [maker.operands[0]], { ...config, axes: axes.sort((i, j) => i - j) });
  return b.transpose(
    reduced,
    left.map((axis) => ascending.indexOf(axis)),
  );
}

function axesOf({ axes }: Attributes['call']['config']): readonly number[] {
  return Array.isArray(axes) ? axes : [];
}

function call<K extends CompositeName>(
  b: GraphBuilder,
  name: K,
  operands: readonly Value[],
  config: Attributes['call']['config'],
): Value {
  // `config` is the configuration of the composite of this name, because `applyComposite` created the call.
  return applyComposite(b, name, operands, config as CompositeConfigs[K])[0];
}

function movedConfig<K extends CompositeName>(
  name: K,
  config: Attributes['call']['config'],
  permutation: readonly number[],
): Attributes['call']['config'] | null {
  // `config` is the configuration of the composite of this name, because `applyComposite` created the call.
  const move = MOVES[name] as Move<Attributes['call']['config']> | undefined;
  return move === undefined ? null : move(config, permutation);
}

function isComposite(name: string): name is CompositeName {
  return Object.hasOwn(composites, name);
}
